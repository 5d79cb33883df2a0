import { existsSync } from "node:fs";
import type { Locations } from "#runs/locations.ts";
import { type ReceiptName, readReceipt, type StoredReceipt } from "#runs/receipts/receipt-files.ts";
import { receiptsByDay } from "#runs/receipts/receipts-by-day.ts";
import { endedFile, type RunName, readRun, runNames, type StoredRun } from "#runs/records/run-files.ts";
import { runStateOf } from "#runs/records/run-state.ts";
import { type AuditRow, receiptRow, runRow } from "./audit-row.ts";
import { matches } from "./matches.ts";
import type { RunsAsked } from "./runs-asked.ts";
import { threadGoesOn } from "./thread-goes-on.ts";

/** What lies on disk, with its row; or a file that cannot be read, which is evidence too. */
export type AuditRecord =
  | { readonly kind: "receipt"; readonly stored: StoredReceipt; readonly row: AuditRow }
  | { readonly kind: "run"; readonly run: StoredRun; readonly row: AuditRow }
  | { readonly kind: "unreadable"; readonly id: string; readonly path: string; readonly detail: string };

/**
 * Yields what was asked for, the latest first, gate and runs in one row. Nothing is opened before it is
 * come to: who stops early pays for what was read.
 */
export function* storedRecords(locations: Locations, asked: RunsAsked, now: Date): Generator<AuditRecord> {
  const sources = [receiptsOf(locations, asked), runsOf(locations, asked, now)];
  for (const { read } of merged(sources)) {
    const record = read();
    if (record === undefined) continue;
    if (record.kind === "unreadable" || matches(record.row, asked)) yield record;
  }
}

/** A record by its name: its moment as names carry it, and how it is read. */
type Named = { readonly moment: string; readonly read: () => AuditRecord | undefined };

function* merged(sources: readonly Iterator<Named>[]): Generator<Named> {
  const heads = sources.map((source) => ({ source, head: source.next() }));
  for (;;) {
    const latest = heads
      .filter(({ head }) => head.done !== true)
      .reduce<(typeof heads)[number] | undefined>(
        (best, one) => (best === undefined || momentIn(one.head) > momentIn(best.head) ? one : best),
        undefined,
      );
    if (latest === undefined || latest.head.done === true) return;
    yield latest.head.value;
    latest.head = latest.source.next();
  }
}

function momentIn(head: IteratorResult<Named>): string {
  return head.done === true ? "" : head.value.moment;
}

function* receiptsOf(locations: Locations, asked: RunsAsked): Generator<Named> {
  if (asked.unfinished || !wants(asked, ["gate", "review"])) return;
  for (const name of receiptsByDay(locations, dayOf(asked.since))) {
    const side = sideOf(momentOf(name.id), asked);
    if (side === "before") return;
    if (side === "after" || (asked.session !== undefined && name.session !== asked.session)) continue;
    yield { moment: momentOf(name.id), read: () => receiptRecord(name) };
  }
}

function* runsOf(locations: Locations, asked: RunsAsked, now: Date): Generator<Named> {
  if (!wants(asked, ["exec", "thread", "review"])) return;
  for (const name of runNames(locations, dayOf(asked.since))) {
    const side = sideOf(momentOf(name.id), asked);
    if (side === "before") return;
    if (side === "after" || (asked.unfinished && existsSync(endedFile(name)))) continue;
    yield { moment: momentOf(name.id), read: () => runRecord(name, now) };
  }
}

function wants({ kinds }: RunsAsked, any: RunsAsked["kinds"]): boolean {
  return kinds.length === 0 || kinds.some((kind) => any.includes(kind));
}

/** Names begin with their moment, of a fixed length: it sorts by time. */
function momentOf(id: string): string {
  return id.slice(0, "20260131T235959999Z".length);
}

function sideOf(moment: string, { since, until }: RunsAsked): "before" | "within" | "after" {
  if (since !== undefined && moment < compact(since)) return "before";
  return until !== undefined && moment > compact(until) ? "after" : "within";
}

function compact(time: number): string {
  return new Date(time).toISOString().replace(/[-:.]/g, "");
}

function dayOf(time: number | undefined): string | undefined {
  return time === undefined ? undefined : new Date(time).toISOString();
}

function receiptRecord(name: ReceiptName): AuditRecord {
  const read = readReceipt(name);
  if (!("receipt" in read)) return { kind: "unreadable", id: name.id, path: name.path, detail: read.detail };
  return { kind: "receipt", stored: read, row: receiptRow(read) };
}

/** Returns the record of a run; `undefined` for a folder that nothing was begun in. */
export function runRecord(name: RunName, now: Date): AuditRecord | undefined {
  const read = readRun(name);
  switch (read.kind) {
    case "half-made":
      return undefined;
    case "unreadable":
      return { kind: "unreadable", id: name.id, path: read.path, detail: read.detail };
    case "run": {
      const { run } = read;
      const state = runStateOf(run, now);
      const goesOn = state.kind === "died" && threadGoesOn(run, state.lastSign, now);
      return { kind: "run", run, row: runRow(run, { state, goesOn, now }) };
    }
  }
}
