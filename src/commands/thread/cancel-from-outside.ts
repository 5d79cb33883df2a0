import { isAlive, isInView } from "#base/process-identity.ts";
import { endProcess } from "#codex/server/end-server.ts";
import { stopThread, type ThreadStop } from "#codex/server/stop-thread.ts";
import type { Call } from "#commands/command.ts";
import { packageVersion } from "#commands/installation.ts";
import { removeLeftMounts } from "#commands/run/guard-mounts.ts";
import { locationsIn } from "#commands/thread/named/named-run.ts";
import { viewOf } from "#commands/thread/standing/event-reader.ts";
import { type CancelDone, recordCancel } from "#runs/records/run-cancel.ts";
import type { StoredRun } from "#runs/records/run-files.ts";

/**
 * Ends a run whose own process is gone or does not answer: its turn is interrupted on the server, then the
 * process is ended where it can be seen to be exactly that one. What was done is put on record beside the
 * run, never as its end.
 *
 * @throws StateFault where it cannot be put on record, or `signal`'s reason.
 */
export async function cancelFromOutside(
  call: Call,
  run: StoredRun,
  signal: AbortSignal,
): Promise<Omit<CancelDone, "schema">> {
  const stop = await stopTurn(call, run, signal);
  const process = await endWorker(run);
  removeLeftMounts(locationsIn(call));
  const done = { at: new Date().toISOString(), process, turn: TURNS[stop.kind], detail: stop.detail };
  await recordCancel(run.name, done);
  return done;
}

const TURNS = { stopped: "stopped", "not-running": "not-found", unknown: "unknown" } as const;

async function stopTurn(call: Call, run: StoredRun, signal: AbortSignal): Promise<ThreadStop> {
  const threadId = viewOf(run).threadId ?? run.begun.resumes;
  if (threadId === null) return { kind: "not-running", detail: "it had no thread of Codex yet" };
  const { servers } = locationsIn(call);
  return await stopThread({ serversDirectory: servers, clientVersion: packageVersion() }, threadId, signal);
}

/** A server of its own, where the shared one could not be had, ends with it. */
async function endWorker({ begun }: StoredRun): Promise<CancelDone["process"]> {
  if (!isAlive(begun.process)) return "gone";
  if (!isInView(begun.process)) return "not-in-view";
  await endProcess(begun.process);
  return "ended-by-us";
}
