import { performance } from "node:perf_hooks";
import { setTimeout as delay } from "node:timers/promises";
import { isAlive, isInView, type ProcessIdentity } from "#base/process-identity.ts";
import { oneLine } from "#base/text.ts";
import { askerOf } from "#commands/asker.ts";
import { type Call, type Command, JSON_OPTION, printJson, UsageFault } from "#commands/command.ts";
import { LAST_OPTION, locationsIn, namedRun } from "#commands/thread/named/named-run.ts";
import { doneText, outcomeWord, standingOf } from "#commands/thread/standing/run-standing.ts";
import { standingJson } from "#commands/thread/standing/standing-json.ts";
import { lookAtRun, type RunLook, untilOver } from "#commands/thread/standing/until-over.ts";
import { askToCancel, cancelRequest } from "#runs/records/run-cancel.ts";
import { runHandle, type StoredRun } from "#runs/records/run-files.ts";
import type { RunEnded } from "#runs/records/run-record.ts";
import { cancelFromOutside } from "./cancel-from-outside.ts";

/** `countersign thread cancel`: ends a run for good, its turn and the commands that it started too. */
export const threadCancel: Command = {
  name: "thread cancel",
  summary: "End a run: its turn is interrupted, its commands are killed, and its process writes its end.",
  usage: "RUN | --last [--json]",
  options: { last: LAST_OPTION, json: JSON_OPTION },
  positionals: 1,
  run: cancel,
};

/** A process that shows no sign of life for so long after it was asked does not answer: it shows one every five seconds. */
const SILENT_MS = 12_000;
/** It interrupts its turn within seconds, and looks at the work tree after, which may be large. */
const LONGEST_MS = 90_000;
/** To leave its server and to exit takes it moments. */
const LEAVE_MS = 10_000;
const LEAVE_LOOK_MS = 20;

/** Exit code 0 where the run is ended, 1 where it had ended by itself, 2 where it cannot be told to have. */
async function cancel(call: Call): Promise<number> {
  const run = namedRun(call, "thread cancel");
  const before = lookAtRun(run, new Date());
  if (before.kind === "ended") return tooLate(call, run, before.ended);
  const { by, agentSession } = askerOf(call, locationsIn(call));
  await askToCancel(run.name, { at: new Date().toISOString(), by, session: agentSession });
  const answered = await untilAnswered(call, run);
  if (answered.kind === "ended") return await conclude(call, run, answered.ended);
  if (call.signal.aborted) {
    const text = `interrupted; run ${runHandle(run.name.id)} was asked to end, and may go on for a moment`;
    throw new UsageFault({ kind: "usage", text });
  }
  const done = await cancelFromOutside(call, run, call.signal);
  const after = lookAtRun(run, new Date());
  // It woke up, and wrote its end itself.
  if (after.kind === "ended") return await conclude(call, run, after.ended);
  say(call, run, `is cancelled; it wrote no end. ${doneText(done)}`);
  return done.turn === "unknown" || done.process === "not-in-view" ? 2 : 0;
}

async function untilAnswered(call: Call, run: StoredRun): Promise<RunLook> {
  const began = Date.now();
  // Somebody may have asked long before.
  const asked = Date.parse(cancelRequest(run.name)?.at ?? new Date(began).toISOString());
  const givenUp = new AbortController();
  const weigh = (): void => {
    const look = lookAtRun(run, new Date());
    if (look.kind !== "running") return;
    const silent = Date.now() - Math.max(asked, Date.parse(look.lastSign));
    if (silent > SILENT_MS || Date.now() - began > LONGEST_MS) givenUp.abort();
  };
  return await untilOver(run, weigh, AbortSignal.any([call.signal, givenUp.signal]));
}

async function conclude(call: Call, run: StoredRun, ended: RunEnded): Promise<number> {
  const { outcome } = ended;
  if (outcome.kind !== "failed" || outcome.failure.kind !== "cancelled") return tooLate(call, run, ended);
  await untilGone(run.begun.process, call.signal);
  say(call, run, "is cancelled: its turn was interrupted, and nothing of it runs any more.");
  return 0;
}

/** A process that has written its end has only to leave. One that cannot be seen from here is not waited for. */
async function untilGone(process: ProcessIdentity, signal: AbortSignal): Promise<void> {
  const end = performance.now() + LEAVE_MS;
  while (isInView(process) && isAlive(process) && !signal.aborted && performance.now() < end) {
    await delay(LEAVE_LOOK_MS);
  }
}

function tooLate(call: Call, run: StoredRun, { outcome }: RunEnded): number {
  say(call, run, `had ended before it could be cancelled: ${outcomeWord(outcome)}.`);
  return 1;
}

function say(call: Call, run: StoredRun, text: string): void {
  if (call.flags.has("json")) {
    printJson(call, "thread-status", { runs: [standingJson(standingOf(run, new Date()))], more: 0 });
    return;
  }
  call.stdout.write(`${oneLine(`Run ${runHandle(run.name.id)} ${text}`)}\n`);
}
