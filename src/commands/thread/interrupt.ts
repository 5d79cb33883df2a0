import { stopThread } from "#codex/server/stop-thread.ts";
import { askerOf } from "#commands/asker.ts";
import { type Call, type Command, JSON_OPTION, printJson } from "#commands/command.ts";
import { packageVersion } from "#commands/installation.ts";
import { LAST_OPTION, locationsIn } from "#commands/thread/named/named-run.ts";
import { namedThread, threadOf } from "#commands/thread/named/named-thread.ts";
import { threadRuns } from "#commands/thread/named/runs-here.ts";
import { untilOver } from "#commands/thread/standing/until-over.ts";
import type { Locations } from "#runs/locations.ts";
import { askToCancel } from "#runs/records/run-cancel.ts";
import { runHandle, type StoredRun } from "#runs/records/run-files.ts";
import { runStateOf } from "#runs/records/run-state.ts";

/** `countersign thread interrupt`: ends the turn that runs on a thread, whoever started it here. */
export const threadInterrupt: Command = {
  name: "thread interrupt",
  summary: "Interrupt the turn that runs on a thread, and kill the commands that it started.",
  usage: "<thread|run> | --last [--json]",
  options: { last: LAST_OPTION, json: JSON_OPTION },
  positionals: 1,
  run: interrupt,
};

/** Its process looks at the work tree before it writes its end, which may be large. */
const WRITES_END_MS = 90_000;
/** Runs that are older than a run can last are none that still go on. */
const DAYS = 2;

/** Exit code 0 where nothing runs on it any more, 1 where nothing did, 2 where that cannot be told. */
async function interrupt(call: Call): Promise<number> {
  const locations = locationsIn(call);
  const { id } = await namedThread(call, "thread interrupt");
  const run = runningOn(call, locations, id);
  const asked = { serversDirectory: locations.servers, clientVersion: packageVersion() };
  const stop = await stopThread(asked, id, call.signal);
  const over = run === undefined ? undefined : await endOf(call, locations, run);
  const stopped = stop.kind === "stopped" || over === true;
  const code = stopped && over !== false ? 0 : stop.kind === "unknown" || over === false ? 2 : 1;
  const detail = over === true && stop.kind !== "stopped" ? "its process ended it" : stop.detail;
  if (call.flags.has("json")) {
    const state = code === 0 ? "interrupted" : code === 1 ? "not-running" : "unknown";
    printJson(call, "thread-interrupt", { thread: id, state, detail, run: run?.name.id ?? null });
  } else {
    const what = code === 0 ? "is interrupted" : code === 1 ? "was not interrupted" : "may still run";
    const of = run === undefined ? "" : ` (run ${runHandle(run.name.id)})`;
    call.stdout.write(`Thread ${id} ${what}: ${detail}${of}.\n`);
  }
  return code;
}

function runningOn(call: Call, locations: Locations, id: string): StoredRun | undefined {
  for (const run of threadRuns(call, locations, { everywhere: true, days: DAYS })) {
    const runs = runStateOf(run, call.now).kind === "running";
    if (runs && threadOf(run) === id) return run;
  }
  return undefined;
}

/** A run on a server of its own is out of reach of everybody but its process: that one is asked, too. */
async function endOf(call: Call, locations: Locations, run: StoredRun): Promise<boolean> {
  const { by, agentSession } = askerOf(call, locations);
  await askToCancel(run.name, { at: new Date().toISOString(), by, session: agentSession });
  const limit = AbortSignal.any([call.signal, AbortSignal.timeout(WRITES_END_MS)]);
  const look = await untilOver(run, () => undefined, limit);
  return look.kind !== "running";
}
