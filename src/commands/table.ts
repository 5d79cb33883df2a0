import Table from "cli-table3";
import { oneLine } from "#base/text.ts";
import type { Output } from "./command.ts";

/** Wide enough for a row of every table, narrow enough for a split terminal. */
const WIDTH = 100;
const BETWEEN = 2;
/** No column is cut below this, so that a cell still says something. */
const NARROWEST = 5;
/** But of these the longest common word is to be read: `unresolved`, `thread`, and the heading of numbers. */
const NARROWEST_OF: Readonly<Record<string, number>> = { outcome: 10, kind: 6, tokens: 6 };
/** Columns whose cells say nothing once they are cut: moments, and what a person copies into the next command. */
const WHOLE: readonly string[] = ["time (UTC)", "session", "receipt", "record", "thread", "run"];

/**
 * Prints rows under their headings: on a terminal as a table of at most 100 columns, of fewer where it is
 * narrower, whose widest column is shortened first, elsewhere as lines of tab-separated cells, whole, for
 * `cut` and `awk`. No colour is used, so NO_COLOR is respected by nature.
 */
export function printTable(
  output: Output,
  headings: readonly string[],
  rows: readonly (readonly string[])[],
): void {
  print(output, [headings, ...rows], widthOf(output));
}

/** Returns how wide a line may be there. */
export function widthOf(output: Output): number {
  return Math.min(WIDTH, output.columns?.() ?? WIDTH);
}

/** As `printTable`, with every cell whole on a terminal too, however long the lines become. */
export function printWideTable(
  output: Output,
  headings: readonly string[],
  rows: readonly (readonly string[])[],
): void {
  print(output, [headings, ...rows], Number.POSITIVE_INFINITY);
}

function print(output: Output, table: readonly (readonly string[])[], width: number): void {
  const lines = table.map((row) => row.map(oneLine));
  output.write(output.isTerminal ? drawn(lines, width) : lines.map((row) => `${row.join("\t")}\n`).join(""));
}

function drawn(lines: readonly (readonly string[])[], limit: number): string {
  const table = new Table({
    colWidths: widths(lines, limit).map((width) => width + BETWEEN),
    chars: BLANK,
    // Without this the library colours headings and borders even in a pipe.
    style: { head: [], border: [], "padding-left": 0, "padding-right": BETWEEN, compact: true },
  });
  for (const line of lines) table.push([...line]);
  return `${table
    .toString()
    .split("\n")
    .map((line) => line.trimEnd())
    .join("\n")}\n`;
}

/** Takes columns off the widest one that may be cut, until the row fits. */
function widths(lines: readonly (readonly string[])[], limit: number): readonly number[] {
  const headings = lines[0] ?? [];
  const all = headings.map((_, column) => Math.max(1, ...lines.map((line) => line[column]?.length ?? 0)));
  const cuttable = headings.flatMap((heading, column) => (WHOLE.includes(heading) ? [] : [column]));
  const isSpare = (column: number) =>
    (all[column] ?? 0) > (NARROWEST_OF[headings[column] ?? ""] ?? NARROWEST);
  const widest = () => cuttable.filter(isSpare).toSorted((a, b) => (all[b] ?? 0) - (all[a] ?? 0))[0];
  for (let column = widest(); column !== undefined; column = widest()) {
    // Nothing stands right of the last column.
    if (all.reduce((sum, one) => sum + one + BETWEEN, -BETWEEN) <= limit) break;
    all[column] = (all[column] ?? 0) - 1;
  }
  return all;
}

const BLANK = {
  top: "",
  "top-mid": "",
  "top-left": "",
  "top-right": "",
  bottom: "",
  "bottom-mid": "",
  "bottom-left": "",
  "bottom-right": "",
  left: "",
  "left-mid": "",
  mid: "",
  "mid-mid": "",
  right: "",
  "right-mid": "",
  middle: "",
};
