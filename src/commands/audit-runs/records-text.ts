import { count, oneLine } from "#base/text.ts";
import { wrapped } from "#commands/audit-plugins/report/wrapped.ts";
import type { Call, Output } from "#commands/command.ts";
import { momentText } from "#commands/receipt-row.ts";
import { printTable, widthOf } from "#commands/table.ts";
import type { AuditRow } from "./audit-row.ts";
import type { FoundRecords } from "./found-records.ts";
import type { RowTotals, Sum } from "./row-totals.ts";

export const ROW_HEADINGS = [
  "time (UTC)",
  "kind",
  "outcome",
  "model",
  "tokens",
  "s",
  "what",
  "record",
] as const;

/** In a line below a list; `--totals` names all. */
const MOST_NAMED = 8;

/** Returns the cells of a row, whole. */
export function cellsOf(row: AuditRow): readonly string[] {
  const { at, kind, outcome, model, tokens, seconds, title, handle } = row;
  return [
    momentText(at),
    kind,
    outcome,
    model ?? "",
    tokens === null ? "" : String(tokens.input + tokens.output),
    seconds === null ? "" : seconds.toFixed(1),
    title,
    handle,
  ];
}

/** Returns the rows to be listed: what is unfinished first, then the others, the latest first. */
export function listedRows({
  records,
  unfinished,
}: Pick<FoundRecords, "records" | "unfinished">): readonly AuditRow[] {
  const first = new Set(unfinished.map(({ row }) => row.id));
  return [...unfinished, ...records.filter(({ row }) => !first.has(row.id))].map(({ row }) => row);
}

/** Prints the list with its sums below it, or the totals alone. In a pipe there are rows only. */
export function printRecords(call: Call, found: FoundRecords, onlyTotals: boolean): void {
  const { stdout } = call;
  if (onlyTotals) printTotals(stdout, found.totals);
  else {
    const rows = listedRows(found);
    if (rows.length > 0) printTable(stdout, ROW_HEADINGS, rows.map(cellsOf));
    if (rows.length > 0 && stdout.isTerminal) {
      stdout.write(`\n${footerLines(found.totals, widthOf(stdout)).join("\n")}\n`);
    }
  }
  for (const line of strayLines(found)) stdout.write(`${line}\n`);
}

/** Returns the sums of a list, none of its lines wider than that. */
export function footerLines({ all, outcomes, models, days }: RowTotals, width: number): readonly string[] {
  return [
    `${count(all.records, "record")}: ${tokensText(all)}, ${timeText(all.seconds)}`,
    `by outcome: ${named(outcomes)}`,
    `by model: ${named(models)}`,
    `by day: ${named(days)}`,
  ].flatMap((line) => wrapped(oneLine(line), { first: "", rest: "  ", width }));
}

function named(sums: ReadonlyMap<string, Sum>): string {
  const all = [...sums].map(([name, { records }]) => `${name} ${records}`);
  const more = all.length > MOST_NAMED ? [`and ${all.length - MOST_NAMED} more`] : [];
  return [...all.slice(0, MOST_NAMED), ...more].join(", ");
}

/** Returns the tables of the totals: what they are by, and a row for each. */
export function totalTables({
  all,
  days,
  models,
  outcomes,
}: RowTotals): readonly (readonly (readonly string[])[])[] {
  const heading = (by: string): readonly string[] => [
    by,
    "records",
    "tokens in",
    "cached",
    "tokens out",
    "s",
  ];
  const table = (by: string, sums: ReadonlyMap<string, Sum>) => [heading(by), ...[...sums].map(totalCells)];
  const whole = [heading("all"), totalCells(["all", all])];
  return [table("day (UTC)", days), table("model", models), table("outcome", outcomes), whole];
}

/** Returns a line for each thread that no record names. */
export function strayLines({ strays }: Pick<FoundRecords, "strays">): readonly string[] {
  return strays.map(({ threadId, startedAt, path }) => {
    const at = momentText(new Date(startedAt).toISOString());
    return `on no record: thread ${threadId}, begun ${at} by a client of Countersign that was killed (${path})`;
  });
}

function printTotals(output: Output, totals: RowTotals): void {
  for (const [index, [headings = [], ...rows]] of totalTables(totals).entries()) {
    if (index > 0) output.write("\n");
    printTable(output, headings, rows);
  }
}

function totalCells([name, sum]: readonly [string, Sum]): readonly string[] {
  const { records, tokensIn, tokensCached, tokensOut, seconds } = sum;
  return [name, ...[records, tokensIn, tokensCached, tokensOut].map(String), seconds.toFixed(1)];
}

function tokensText({ tokensIn, tokensCached, tokensOut }: Sum): string {
  return `${tokensIn} tokens in (${tokensCached} cached), ${tokensOut} out`;
}

/** Returns a span of time in its two largest units: `2 h 5 min`. */
function timeText(seconds: number): string {
  if (seconds < 60) return `${seconds.toFixed(1)} s`;
  const minutes = Math.round(seconds / 60);
  return minutes < 60 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
