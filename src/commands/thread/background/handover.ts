import { existsSync } from "node:fs";
import { join } from "node:path";
import * as z from "zod/mini";
import { readIfPresent, removeIfPresent, writeOnce } from "#base/files.ts";
import { parseJson } from "#base/json.ts";
import { ProcessIdentity } from "#base/process-identity.ts";
import { UsageFault } from "#commands/command.ts";
import { ThreadRequest } from "#commands/thread/turn/thread-request.ts";
import { onState } from "#runs/fault.ts";
import { readOwnFile } from "#runs/own-file.ts";
import { type RunName, runHandle } from "#runs/records/run-files.ts";

/** Why a worker did not begin the run: what to tell the person who asked for it. */
const Refusal = z.strictObject({ text: z.string(), choices: z.array(z.string()) });
export type Refusal = z.output<typeof Refusal>;

/**
 * Lays down what a worker is to do, in the run's folder: no process list shows it, and no variable.
 *
 * @throws StateFault what the file system refuses.
 */
export async function layDown(run: RunName, request: ThreadRequest): Promise<void> {
  await onState(async () => writeOnce(requestFile(run), JSON.stringify(request)));
}

/**
 * Takes a run over for this process and returns what it is to do. A run has one worker ever: the second
 * one is refused, and so is whoever names a run that waits for none.
 *
 * @throws UsageFault as said. JsonFault where what lies there is no request.
 */
export function takeOver(run: RunName, own: ProcessIdentity): ThreadRequest {
  if (!existsSync(requestFile(run))) throw refused(run, "it does not wait for one");
  if (!writeOnce(workerFile(run), JSON.stringify(own))) throw refused(run, "it has one");
  // Whoever asked may take it back: one of the two has it.
  const text = readIfPresent(requestFile(run));
  if (text === undefined || !removeIfPresent(requestFile(run))) throw refused(run, "it was taken back");
  return parseJson(text, ThreadRequest);
}

/** Takes back what no worker has taken over; returns false where one has. */
export function takeBack(run: RunName): boolean {
  return removeIfPresent(requestFile(run));
}

/** Returns which process took the run over, or `undefined` where none has. */
export function workerOf(run: RunName): ProcessIdentity | undefined {
  return readOwnFile(workerFile(run), ProcessIdentity);
}

/** Says why the run was not begun. */
export function refuseRun(run: RunName, refusal: Refusal): void {
  writeOnce(refusalFile(run), JSON.stringify(refusal));
}

export function refusalOf(run: RunName): Refusal | undefined {
  return readOwnFile(refusalFile(run), Refusal);
}

/** What a worker's runtime writes when it breaks down. */
export function workerLog({ folder }: RunName): string {
  return join(folder, "worker.log");
}

function requestFile({ folder }: RunName): string {
  return join(folder, "request.json");
}

function workerFile({ folder }: RunName): string {
  return join(folder, "worker.json");
}

function refusalFile({ folder }: RunName): string {
  return join(folder, "refused.json");
}

function refused({ id }: RunName, why: string): UsageFault {
  const handle = runHandle(id);
  const text = `run ${handle} takes no worker: ${why}; \`countersign thread status ${handle}\` shows how it stands`;
  return new UsageFault({ kind: "usage", text });
}
