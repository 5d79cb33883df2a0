import { weightOf } from "#audit/plugins/findings/describe-finding.ts";
import type { JudgedPlugin } from "#audit/plugins/judge-plugin.ts";
import { count } from "#base/text.ts";
import type { Output } from "#commands/command.ts";
import { printTable } from "#commands/table.ts";
import { narrowRow, PLUGIN_HEADINGS, pluginRow } from "./plugin-row.ts";
import { shortId } from "./short-texts.ts";
import { GRAVITY } from "./summary-text.ts";

/** As many rows are read at a glance. */
const MOST_ROWS = 24;
/** As `printTable` has it. */
const WIDTH = 100;
const BETWEEN = 2;
const NARROWEST_ID = 20;

/**
 * Prints a row for each plugin. Where there are many, those of which nothing is to be said are counted
 * below the table, unless they were asked for by name, and the gravest come first.
 */
export function printPlugins(output: Output, plugins: readonly JudgedPlugin[], named: boolean): void {
  const folds = !named && output.isTerminal && plugins.length > MOST_ROWS;
  const shown = folds ? gravestFirst(plugins.filter((one) => !isQuiet(one))) : plugins;
  if (shown.length > 0)
    printTable(output, PLUGIN_HEADINGS, output.isTerminal ? fitting(shown) : shown.map(pluginRow));
  const folded = plugins.length - shown.length;
  if (folded > 0) {
    output.write(
      `${shown.length === 0 ? "" : "and "}${count(folded, "plugin")} in order, not shown; --wide shows all\n`,
    );
  }
}

/** Returns plugins in the order in which a person wants to know of them. */
function gravestFirst(plugins: readonly JudgedPlugin[]): readonly JudgedPlugin[] {
  return plugins.toSorted(
    (a, b) => GRAVITY.indexOf(a.consistency.kind) - GRAVITY.indexOf(b.consistency.kind),
  );
}

/** Returns rows that fit a terminal: what is said twice goes first, then the ends of long names. */
export function fitting(plugins: readonly JudgedPlugin[]): readonly (readonly string[])[] {
  const whole = plugins.map(pluginRow);
  if (widthOf(whole) <= WIDTH) return whole;
  const narrow = plugins.map(narrowRow);
  const over = widthOf(narrow) - WIDTH;
  if (over <= 0) return narrow;
  const longest = Math.max(...narrow.map(([id = ""]) => id.length));
  const room = Math.max(NARROWEST_ID, longest - over);
  return narrow.map(([id = "", ...cells]) => [shortId(id, room), ...cells]);
}

function widthOf(rows: readonly (readonly string[])[]): number {
  const widths = PLUGIN_HEADINGS.map((heading, column) =>
    Math.max(heading.length, ...rows.map((row) => row[column]?.length ?? 0)),
  );
  return widths.reduce((sum, width) => sum + width + BETWEEN, 0);
}

/** In sync, or not meant to be loaded, and with nothing but notes. */
function isQuiet({ consistency, findings }: JudgedPlugin): boolean {
  const notes = findings.every((finding) => weightOf(finding) === "note");
  return notes && (consistency.kind === "in-sync" || consistency.kind === "not-loaded");
}
