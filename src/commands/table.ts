import Table from "cli-table3";
import { oneLine } from "#base/text.ts";
import type { Output } from "./command.ts";

/** Wide enough for a row of every table, narrow enough for a split terminal. */
const WIDTH = 100;
const BETWEEN = 2;
/** No column is cut below this, so that a cell still says something. */
const NARROWEST = 6;

/**
 * Prints rows under their headings: on a terminal as a table of at most 100 columns whose widest
 * column is shortened first, elsewhere as lines of tab-separated cells, whole, for `cut` and
 * `awk`. No colour is used, so NO_COLOR is respected by nature.
 */
export function printTable(
  output: Output,
  headings: readonly string[],
  rows: readonly (readonly string[])[],
): void {
  const lines = [headings, ...rows].map((row) => row.map(oneLine));
  output.write(output.isTerminal ? drawn(lines) : lines.map((row) => `${row.join("\t")}\n`).join(""));
}

function drawn(lines: readonly (readonly string[])[]): string {
  const table = new Table({
    colWidths: widths(lines).map((width) => width + BETWEEN),
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

/** Takes columns off the widest one until the row fits. */
function widths(lines: readonly (readonly string[])[]): readonly number[] {
  const count = lines[0]?.length ?? 0;
  const all = Array.from({ length: count }, (_, column) =>
    Math.max(1, ...lines.map((line) => line[column]?.length ?? 0)),
  );
  while (all.reduce((sum, width) => sum + width + BETWEEN, 0) > WIDTH && Math.max(...all) > NARROWEST) {
    const widest = all.indexOf(Math.max(...all));
    all[widest] = Math.max(...all) - 1;
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
