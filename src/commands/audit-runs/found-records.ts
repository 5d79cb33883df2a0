import type { Call } from "#commands/command.ts";
import type { Locations } from "#runs/locations.ts";
import { countRows, type RowTotals } from "./row-totals.ts";
import type { RunsAsked } from "./runs-asked.ts";
import { type AuditRecord, storedRecords } from "./stored-records.ts";
import { type StrayThread, strayThreads } from "./stray-threads.ts";
import { unfinishedRecords } from "./unfinished-records.ts";

export type ReadableRecord = Exclude<AuditRecord, { kind: "unreadable" }>;
type UnreadableRecord = Extract<AuditRecord, { kind: "unreadable" }>;

export type FoundRecords = {
  /** The latest first; none where only totals were asked for. */
  readonly records: readonly ReadableRecord[];
  /** Of the latest runs: running, died or left behind. They can be among the records too. */
  readonly unfinished: readonly ReadableRecord[];
  readonly unreadable: readonly UnreadableRecord[];
  /** Of everything that was found; what is unfinished further back is not in it. */
  readonly totals: RowTotals;
  /** Looked for only with `--unfinished`. */
  readonly strays: readonly StrayThread[];
};

/** Returns what was asked for, and how much it came to. */
export function foundRecords(call: Call, locations: Locations, asked: RunsAsked): FoundRecords {
  const records: ReadableRecord[] = [];
  const unreadable: UnreadableRecord[] = [];
  const counted = countRows();
  let found = 0;
  for (const record of storedRecords(locations, asked, call.now)) {
    found += 1;
    if (record.kind === "unreadable") unreadable.push(record);
    else {
      counted.add(record.row);
      if (!asked.totals) records.push(record);
    }
    if (found === asked.last) break;
  }
  return {
    records,
    unfinished: asked.totals ? [] : unfinishedRecords(locations, asked, call.now),
    unreadable,
    totals: counted.totals,
    strays: asked.unfinished ? strayThreads(call, locations, asked.since) : [],
  };
}
