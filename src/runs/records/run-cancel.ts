import { join } from "node:path";
import * as z from "zod/mini";
import { writeOnce } from "#base/files.ts";
import { SessionId } from "#base/ids.ts";
import { onState } from "#runs/fault.ts";
import { readOwnFile } from "#runs/own-file.ts";
import { Moment } from "#runs/sessions/session.ts";
import type { RunName } from "./run-files.ts";

type InFolder = Pick<RunName, "folder">;

/** That somebody asks a run to end. The process that runs it looks for it, see `tendRun`. */
const CancelRequest = z.strictObject({
  schema: z.literal("countersign/run-cancel/1"),
  at: Moment,
  by: z.enum(["terminal", "agent-shell", "no-terminal"]),
  session: z.nullable(SessionId),
});
export type CancelRequest = z.output<typeof CancelRequest>;

/**
 * What was done from outside where the process that runs it was gone or did not answer. It is no end of the
 * run: that is written by its own process or by nobody.
 */
const CancelDone = z.strictObject({
  schema: z.literal("countersign/run-cancelled/1"),
  at: Moment,
  /** What was found of the process that runs it. */
  process: z.enum(["gone", "ended-by-us", "not-in-view"]),
  /** What was found of its turn on the servers. */
  turn: z.enum(["stopped", "not-found", "unknown"]),
  detail: z.string(),
});
export type CancelDone = z.output<typeof CancelDone>;

/**
 * Asks a run to end. Harmless where it was asked before: the first one stands.
 *
 * @throws StateFault what the file system refuses.
 */
export async function askToCancel(run: InFolder, asked: Omit<CancelRequest, "schema">): Promise<void> {
  await write(askedFile(run), { schema: "countersign/run-cancel/1", ...asked });
}

/** Puts on record what was done to a run from outside. The first one stands. Throws as `askToCancel` does. */
export async function recordCancel(run: InFolder, done: Omit<CancelDone, "schema">): Promise<void> {
  await write(doneFile(run), { schema: "countersign/run-cancelled/1", ...done });
}

/** Returns who asked the run to end, and when; `undefined` where nobody did. */
export function cancelRequest(run: InFolder): CancelRequest | undefined {
  return readOwnFile(askedFile(run), CancelRequest);
}

/** Returns what was done to the run from outside; `undefined` where nothing was. */
export function cancelDone(run: InFolder): CancelDone | undefined {
  return readOwnFile(doneFile(run), CancelDone);
}

function askedFile({ folder }: InFolder): string {
  return join(folder, "cancel.json");
}

function doneFile({ folder }: InFolder): string {
  return join(folder, "cancelled.json");
}

async function write(path: string, record: CancelRequest | CancelDone): Promise<void> {
  await onState(async () => writeOnce(path, `${JSON.stringify(record, null, 2)}\n`));
}
