import { closeSync, readSync } from "node:fs";
import { join } from "node:path";
import * as z from "zod/mini";
import { errorCode } from "#base/fault.ts";
import { openFile } from "#base/files.ts";
import { JsonFault, parseJson } from "#base/json.ts";
import { listRollouts, type RolloutFile } from "#codex/rollout/list-rollouts.ts";
import { type ThreadHead, threadHead } from "#codex/rollout/thread-head.ts";
import type { Call } from "#commands/command.ts";
import type { Locations } from "#runs/locations.ts";
import { readReceipt } from "#runs/receipts/receipt-files.ts";
import { receiptsByDay } from "#runs/receipts/receipts-by-day.ts";
import { readRun, runNames } from "#runs/records/run-files.ts";
import { threadsOf } from "./thread-goes-on.ts";

/** A thread that a client of ours began, and that no record names. */
export type StrayThread = {
  readonly threadId: string;
  readonly path: string;
  /** Epoch milliseconds. */
  readonly startedAt: number;
  readonly modifiedAt: number;
  readonly cwd: string | undefined;
};

const DAY_MS = 86_400_000;
const LOOKED_BACK_MS = 7 * DAY_MS;
/** A review that is under way has no receipt yet. */
const UNDER_WAY_MS = 15 * 60_000;
const ORIGINATOR = "countersign";
const LONGEST_HEAD = 256 * 1024;

/**
 * Returns the threads of the last week (or since then) that our clients began on an app-server and that
 * stand on no record: their hook or command was killed before it could write one. What `codex exec` began
 * cannot be told from anybody's.
 */
export function strayThreads(
  call: Call,
  locations: Locations,
  since: number | undefined,
): readonly StrayThread[] {
  const from = since ?? call.now.getTime() - LOOKED_BACK_MS;
  const strays = [...ourThreads(codexHomeOf(call), from)].filter(
    ({ file }) => call.now.getTime() - file.modifiedAt > UNDER_WAY_MS,
  );
  if (strays.length === 0) return [];
  const known = threadsOnRecord(locations, new Date(from - DAY_MS).toISOString());
  return strays
    .filter(({ file, head }) => !known.has(file.threadId) && !known.has(head.parentThreadId ?? ""))
    .map(({ file: { threadId, path, startedAt, modifiedAt }, head }) => ({
      threadId,
      path,
      startedAt,
      modifiedAt,
      cwd: head.cwd,
    }));
}

function codexHomeOf({ environment, home }: Call): string {
  const named = environment["CODEX_HOME"];
  return named === undefined || named === "" ? join(home, ".codex") : named;
}

function* ourThreads(
  codexHome: string,
  since: number,
): Generator<{ readonly file: RolloutFile; readonly head: ThreadHead }> {
  for (const file of listRollouts(codexHome, { since })) {
    const head = headOf(file.path);
    if (head?.originator === ORIGINATOR) yield { file, head };
  }
}

function threadsOnRecord(locations: Locations, since: string): ReadonlySet<string> {
  const known = new Set<string>();
  for (const name of receiptsByDay(locations, since)) {
    const read = readReceipt(name);
    if ("receipt" in read && read.receipt.review !== null) known.add(read.receipt.review.threadId);
  }
  for (const name of runNames(locations, since)) {
    const read = readRun(name);
    if (read.kind === "run") for (const thread of threadsOf(read.run)) known.add(thread);
  }
  return known;
}

const FirstLine = z.looseObject({ type: z.literal("session_meta"), payload: z.unknown() });

/** A rollout that cannot be read, or whose first line is none of Codex's, is nobody's that we know. */
function headOf(path: string): ThreadHead | undefined {
  try {
    return threadHead(parseJson(firstLine(path), FirstLine).payload);
  } catch (error) {
    if (error instanceof JsonFault || errorCode(error) !== undefined) return undefined;
    throw error;
  }
}

function firstLine(path: string): string {
  const file = openFile(path);
  try {
    const bytes = Buffer.alloc(LONGEST_HEAD);
    const text = bytes.subarray(0, readSync(file, bytes, 0, bytes.length, 0));
    const end = text.indexOf("\n");
    return text.subarray(0, end === -1 ? text.length : end).toString("utf8");
  } finally {
    closeSync(file);
  }
}
