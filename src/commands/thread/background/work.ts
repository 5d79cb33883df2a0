import { existsSync } from "node:fs";
import { identifyProcess } from "#base/process-identity.ts";
import { DETACH } from "#base/start-apart.ts";
import { type Call, type Command, UsageFault } from "#commands/command.ts";
import type { ThreadRequest } from "#commands/thread/turn/thread-request.ts";
import { locationsOf } from "#runs/locations.ts";
import { begunFile, type RunName, runNamed } from "#runs/records/run-files.ts";
import { type Refusal, refuseRun, takeOver } from "./handover.ts";
import { startAgain } from "./start-worker.ts";

/** `countersign thread work`: runs what `--background` was asked for. Nobody types it. */
export const threadWork: Command = {
  name: "thread work",
  summary: "Carry out a background run. Countersign starts it by itself.",
  usage: "RUN [--detach]",
  options: { [DETACH]: { type: "boolean", help: "start again apart from whoever called, and exit" } },
  positionals: 1,
  run: work,
};

/** Exit code of the run; 2 where it could not be begun. */
async function work(call: Call): Promise<number> {
  const run = runNamed(locationsOf(call.environment, call.home, call.platform), call.positionals[0] ?? "");
  if (run === undefined) {
    throw new UsageFault({
      kind: "usage",
      text: "thread work: name a whole run id; nobody has to type this",
    });
  }
  if (call.flags.has(DETACH)) {
    startAgain(run);
    return 0;
  }
  const own = identifyProcess(process.pid);
  if (own === undefined) throw new Error("this process cannot be identified");
  const request = takeOver(run, own);
  // It has no terminal; a hangup is meant for those that have.
  process.removeAllListeners("SIGHUP").on("SIGHUP", () => undefined);
  return await carryOut({ ...call, cwd: request.cwd }, run, request);
}

/** What keeps it from beginning is told to whoever waits for the begin. */
async function carryOut(call: Call, run: RunName, request: ThreadRequest): Promise<number> {
  try {
    const [{ runThreadTurn }, { runExitCode }] = await Promise.all([
      import("#commands/thread/turn/run-thread-turn.ts"),
      import("#commands/run/run-exit-code.ts"),
    ]);
    const { ended } = await runThreadTurn({ call, request, id: run.id }, () => undefined, call.signal);
    return runExitCode(ended);
  } catch (error) {
    // What has begun dies by it, and whoever asked has its id already.
    if (!existsSync(begunFile(run))) refuseRun(run, await refusalFor(error));
    throw error;
  }
}

async function refusalFor(error: unknown): Promise<Refusal> {
  if (error instanceof UsageFault) {
    return { text: error.failure.text, choices: [...(error.failure.choices ?? [])] };
  }
  const { explain } = await import("#commands/explain.ts");
  return { text: explain(error), choices: [] };
}
