import { mkdirSync, utimesSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { parseShape } from "#base/json.ts";
import type { Locations } from "#runs/locations.ts";
import { Receipt } from "#runs/receipts/receipt.ts";
import { receiptName } from "#runs/receipts/receipt-files.ts";
import { begunFile, endedFile, runNamed } from "#runs/records/run-files.ts";
import { RunBegun, RunEnded } from "#runs/records/run-record.ts";
import { endDraft, runDraft } from "./run-values.ts";
import { receiptDraft, sessionId } from "./session-values.ts";

const DAY_MS = 24 * 60 * 60 * 1000;
const BEGIN = Date.parse("2026-01-01T00:00:00.000Z");
const SHA = "0".repeat(64);

/** How many of each, and over how many days. */
export type RecordCrowd = { readonly receipts: number; readonly runs: number; readonly days: number };

/** Lays so many records down as they would lie there, without the care that each is written with. */
export function layManyRecords(locations: Locations, { receipts, runs, days }: RecordCrowd): void {
  const folders = new Set<string>();
  const momentOf = (index: number, count: number): Date =>
    new Date(BEGIN + Math.floor((index * days * DAY_MS) / count));
  for (let index = 0; index < receipts; index += 1) {
    folders.add(layReceipt(locations, momentOf(index, receipts), index, folders));
  }
  for (let index = 0; index < runs; index += 1) {
    folders.add(layRun(locations, momentOf(index, runs), index));
  }
  // As nothing has changed there for long.
  for (const folder of folders) utimesSync(folder, new Date(BEGIN), new Date(BEGIN));
}

function layReceipt(locations: Locations, at: Date, index: number, made: ReadonlySet<string>): string {
  const session = sessionId(`7b0c2b52-1111-4a4a-8888-${String(index % 1_000).padStart(12, "0")}`);
  const name = receiptName(locations, session, Math.floor(index / 1_000) + 1, at);
  const place = { schema: "countersign/receipt/2", id: name.id, session, n: name.n, previous: SHA };
  const day = dirname(name.path);
  if (!made.has(day)) mkdirSync(day, { recursive: true });
  write(name.path, parseShape({ ...receiptDraft({ at: at.toISOString() }), ...place }, Receipt));
  return day;
}

function layRun(locations: Locations, at: Date, index: number): string {
  const moment = at.toISOString();
  const id = `${moment.replace(/[-:.]/g, "")}-${index.toString(16).padStart(8, "0")}`;
  const name = runNamed(locations, id);
  if (name === undefined) throw new Error(`${id} is no run's id`);
  mkdirSync(name.folder, { recursive: true });
  const begun = { schema: "countersign/run-begun/1", id, promptDigest: SHA, contractDigest: null };
  write(begunFile(name), parseShape({ ...begun, ...runDraft({ at: moment }) }, RunBegun));
  const ended = { schema: "countersign/run-ended/1", id, begun: SHA };
  write(endedFile(name), parseShape({ ...ended, ...endDraft({ at: moment }) }, RunEnded));
  return dirname(name.folder);
}

function write(path: string, value: unknown): void {
  writeFileSync(path, `${JSON.stringify(value, null, 2)}\n`);
}
