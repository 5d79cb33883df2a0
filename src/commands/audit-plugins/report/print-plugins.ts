import { weightOf } from "#audit/plugins/findings/describe-finding.ts";
import type { JudgedPlugin } from "#audit/plugins/judge-plugin.ts";
import { count } from "#base/text.ts";
import type { Output } from "#commands/command.ts";
import { printTable } from "#commands/table.ts";
import { PLUGIN_HEADINGS, pluginRow } from "./plugin-row.ts";

/** As many rows are read at a glance. */
const MOST_ROWS = 24;

/**
 * Prints a row for each plugin. Where there are many, those of which nothing is to be said are counted
 * below the table, unless they were asked for by name.
 */
export function printPlugins(output: Output, plugins: readonly JudgedPlugin[], named: boolean): void {
  const folds = !named && output.isTerminal && plugins.length > MOST_ROWS;
  const shown = folds ? plugins.filter((one) => !isQuiet(one)) : plugins;
  if (shown.length > 0) printTable(output, PLUGIN_HEADINGS, shown.map(pluginRow));
  const folded = plugins.length - shown.length;
  if (folded > 0) {
    output.write(
      `${shown.length === 0 ? "" : "and "}${count(folded, "plugin")} in order, not shown; --wide shows all\n`,
    );
  }
}

/** In sync, or not meant to be loaded, and with nothing but notes. */
function isQuiet({ consistency, findings }: JudgedPlugin): boolean {
  const notes = findings.every((finding) => weightOf(finding) === "note");
  return notes && (consistency.kind === "in-sync" || consistency.kind === "not-loaded");
}
