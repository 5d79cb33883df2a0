import type { Locations } from "#runs/locations.ts";
import type { StoredReceipt } from "#runs/receipts/receipt-files.ts";
import { listReceipts } from "#runs/receipts/receipts.ts";
import { readRun, runNames, type StoredRun } from "#runs/records/run-files.ts";

/** What of ours is on record of a time. */
export type SessionRecords = {
  readonly runs: readonly StoredRun[];
  /** Only those of which a thread is on record. */
  readonly receipts: readonly StoredReceipt[];
  /** Every CODEX_HOME that one of them names. */
  readonly homes: readonly string[];
  /** What cannot be read, in words. */
  readonly notes: readonly string[];
};

/** Epoch milliseconds. */
export type Span = { readonly from: number; readonly to: number };

/** Returns the records and receipts that were begun in a span of time. */
export async function recordsOf(locations: Locations, span: Span): Promise<SessionRecords> {
  const since = new Date(Math.max(0, span.from)).toISOString();
  const runs: StoredRun[] = [];
  const notes: string[] = [];
  for (const name of runNames(locations, since)) {
    const read = readRun(name);
    if (read.kind === "unreadable") notes.push(`${read.path} cannot be read (${read.detail})`);
    if (read.kind === "run" && within(read.run.begun.at, span)) runs.push(read.run);
  }
  const list = await listReceipts(locations, { since });
  const receipts = list.receipts.filter(({ receipt }) => receipt.review !== null && within(receipt.at, span));
  for (const { name, detail } of list.unreadable) notes.push(`${name.path} cannot be read (${detail})`);
  const sealed = receipts.flatMap(({ receipt }) => homeOf(receipt.review?.rollout?.path) ?? []);
  return {
    runs,
    receipts,
    homes: [...new Set([...runs.map(({ begun }) => begun.codexHome), ...sealed])],
    notes,
  };
}

function within(moment: string, { from, to }: Span): boolean {
  const at = Date.parse(moment);
  return at >= from && at <= to;
}

/** A rollout lies in `sessions/` or `archived_sessions/` of the home that was used. */
function homeOf(path: string | undefined): string | undefined {
  return /^(.*)[\\/](?:archived_)?sessions[\\/]/.exec(path ?? "")?.[1];
}
