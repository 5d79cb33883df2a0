import { pasteSafe } from "#commands/audit-plugins/report/paste-safe.ts";
import type { Call } from "#commands/command.ts";
import { packageVersion } from "#commands/installation.ts";
import { printTable } from "#commands/table.ts";
import type { FoundRecords } from "./found-records.ts";
import { cellsOf, footerLines, listedRows, ROW_HEADINGS, strayLines, totalTables } from "./records-text.ts";

const WIDTH = 100;

/**
 * Returns the list as one fenced block of Markdown for an issue: nothing in it is read as a link, a name or
 * a command of the page, and every text has gone through `pasteSafe`. Of what was asked there is the title
 * alone.
 */
export function recordsMarkdown(call: Call, found: FoundRecords, onlyTotals: boolean): string {
  const safe = (text: string): string => pasteSafe(text, call);
  const rows = listedRows(found).map((row) => cellsOf(row).map(safe));
  const lines = [
    `countersign ${packageVersion()} audit runs, ${call.now.toISOString().slice(0, 16).replace("T", " ")} UTC`,
    ...(rows.length === 0 ? [] : ["", ...drawn([ROW_HEADINGS, ...rows])]),
    ...(onlyTotals
      ? totalTables(found.totals).flatMap((table) => ["", ...drawn(table.map((cells) => cells.map(safe)))])
      : ["", ...footerLines(found.totals, WIDTH).map(safe)]),
    ...strayLines(found).map(safe),
    ...found.unreadable.map(({ path, detail }) => safe(`cannot be read: ${path} (${detail})`)),
  ];
  const text = lines.join("\n");
  const fence = "`".repeat(Math.max(3, ...[...text.matchAll(/`+/g)].map(([run]) => run.length + 1)));
  return `${fence}text\n${text}\n${fence}\n`;
}

function drawn([headings = [], ...rows]: readonly (readonly string[])[]): readonly string[] {
  let printed = "";
  const output = {
    isTerminal: true,
    write: (text: string) => {
      printed += text;
    },
  };
  printTable(output, headings, rows);
  return printed.trimEnd().split("\n");
}
