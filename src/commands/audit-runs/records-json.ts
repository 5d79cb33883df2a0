import type { AuditRow } from "./audit-row.ts";
import type { FoundRecords, ReadableRecord } from "./found-records.ts";
import type { RowTotals, Sum } from "./row-totals.ts";

/** Returns what `--json` prints: rows, the records themselves, whole, and the totals. */
export function recordsJson(found: FoundRecords): Readonly<Record<string, unknown>> {
  const { records, unfinished, unreadable, strays, totals } = found;
  return {
    rows: records.map(({ row }) => rowJson(row)),
    receipts: records.flatMap((record) => (record.kind === "receipt" ? [receiptJson(record)] : [])),
    runs: records.flatMap((record) => (record.kind === "run" ? [runJson(record)] : [])),
    unfinished: unfinished.map(({ row }) => rowJson(row)),
    strayThreads: strays.map(({ startedAt, modifiedAt, cwd, ...stray }) => ({
      ...stray,
      cwd: cwd ?? null,
      startedAt: new Date(startedAt).toISOString(),
      modifiedAt: new Date(modifiedAt).toISOString(),
    })),
    totals: totalsJson(totals),
    unreadable: unreadable.map(({ path, detail }) => ({ path, detail })),
  };
}

function rowJson({ outcomeWords, ...row }: AuditRow): Readonly<Record<string, unknown>> {
  return { ...row, outcome: { text: row.outcome, words: outcomeWords } };
}

function receiptJson({ stored: { name, digest, receipt } }: Extract<ReadableRecord, { kind: "receipt" }>) {
  return { path: name.path, digest, receipt };
}

function runJson({ run: { name, begun, ended, digests }, row }: Extract<ReadableRecord, { kind: "run" }>) {
  return {
    folder: name.folder,
    state: row.state,
    digests: { begun: digests.begun, ended: digests.ended ?? null },
    begun,
    ended: ended ?? null,
  };
}

function totalsJson({ all, days, models, outcomes }: RowTotals): Readonly<Record<string, unknown>> {
  const listed = (sums: ReadonlyMap<string, Sum>): readonly unknown[] =>
    [...sums].map(([name, sum]) => ({ name, ...sum }));
  return { all, days: listed(days), models: listed(models), outcomes: listed(outcomes) };
}
