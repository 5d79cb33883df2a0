import { existsSync, rmSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import { readIfPresent } from "#base/files.ts";
import { isAlive } from "#base/process-identity.ts";
import { clip, oneLine } from "#base/text.ts";
import { type Call, printJson, UsageFault } from "#commands/command.ts";
import { commandWord } from "#commands/stop/command-word.ts";
import type { ThreadRequest } from "#commands/thread/turn/thread-request.ts";
import { type Locations, locationsOf } from "#runs/locations.ts";
import { newRun } from "#runs/records/begin-run.ts";
import { askToCancel } from "#runs/records/run-cancel.ts";
import { begunFile, type RunName, runHandle } from "#runs/records/run-files.ts";
import { layDown, refusalOf, takeBack, workerLog, workerOf } from "./handover.ts";
import { startWorker } from "./start-worker.ts";

const LOOK_MS = 20;
/** Two starts of Node, on a machine that is busy with everything else. */
const START_MS = 30_000;
const LONGEST_WORDS = 500;

/**
 * Has a request carried out by a process of its own and returns as soon as the run is on record and its
 * worker was seen to live. Prints the run's id, alone on its line; with `--json` an object. Returns the
 * exit code 0.
 *
 * @throws UsageFault with what kept the worker from beginning; then nothing was begun, and nothing of it
 * is left. StateFault where the request cannot be laid down.
 */
export async function startInBackground(call: Call, request: ThreadRequest): Promise<number> {
  const locations = locationsOf(call.environment, call.home, call.platform);
  const run = await newRun(locations, call.now);
  await layDown(run, request);
  startWorker(run, call.environment);
  await untilBegun(call, run, request);
  tell(call, locations, run);
  return 0;
}

async function untilBegun(call: Call, run: RunName, { asker }: ThreadRequest): Promise<void> {
  const end = Date.now() + START_MS;
  while (!isBegun(run, Date.now() > end)) {
    if (call.signal.aborted) {
      if (!takeBack(run)) await askToCancel(run, { at: new Date().toISOString(), ...asker });
      const text = `interrupted; the background run ${runHandle(run.id)} was asked to end`;
      throw new UsageFault({ kind: "usage", text });
    }
    await delay(LOOK_MS);
  }
}

/** The worker is looked at first: what it wrote before it ended is then there to be read. */
function isBegun(run: RunName, isLate: boolean): boolean {
  const worker = workerOf(run);
  const isOver = worker === undefined ? isLate && takeBack(run) : !isAlive(worker);
  if (existsSync(begunFile(run))) return true;
  const refusal = refusalOf(run);
  if (refusal === undefined && !isOver) return false;
  const fault = refusal ?? { text: silence(run, worker !== undefined), choices: [] };
  rmSync(run.folder, { recursive: true, force: true });
  throw new UsageFault({ kind: "usage", ...fault });
}

function silence(run: RunName, hasBegun: boolean): string {
  const words = clip(oneLine(readIfPresent(workerLog(run)) ?? ""), LONGEST_WORDS);
  const what = hasBegun
    ? "the background process ended before it could begin the run"
    : `no background process came up within ${START_MS / 1_000} s`;
  return `${what}${words === "" ? "" : ` (${words})`}; try again without --background`;
}

/** The id alone goes to standard output, for scripts; what can be done with it is for whoever looks on. */
function tell(call: Call, locations: Locations, run: RunName): void {
  const handle = runHandle(run.id);
  if (call.flags.has("json")) {
    printJson(call, "thread-started", {
      run: run.id,
      folder: run.folder,
      process: workerOf(run)?.pid ?? null,
    });
    return;
  }
  call.stdout.write(`${run.id}\n`);
  if (call.flags.has("quiet")) return;
  const word = commandWord(call.environment, locations);
  call.stderr.write(
    `It goes on in the background: \`${word} thread status ${handle}\` shows how it stands (--follow: live); wait, result and cancel take the same id.\n`,
  );
}
