import { type Call, type Command, JSON_OPTION, printJson, UsageFault } from "#commands/command.ts";
import { runExitCode } from "#commands/run/run-exit-code.ts";
import { LAST_OPTION, namedRun } from "#commands/thread/named/named-run.ts";
import { lookOn } from "#commands/thread/standing/look-on.ts";
import { standingOf, standingRows } from "#commands/thread/standing/run-standing.ts";
import { standingJson } from "#commands/thread/standing/standing-json.ts";
import { runHandle, type StoredRun } from "#runs/records/run-files.ts";

/** `countersign thread wait`: returns when a run is over, with its exit code. */
export const threadWait: Command = {
  name: "thread wait",
  summary: "Wait until a run is over, and exit as it did. A wait that is given up ends no run.",
  usage: "RUN | --last [--timeout SECONDS] [--quiet] [--json]",
  options: {
    last: LAST_OPTION,
    timeout: { type: "string", value: "SECONDS", help: "give up waiting after so long, with exit code 2" },
    quiet: { type: "boolean", short: "q", help: "show nothing while it goes on" },
    json: JSON_OPTION,
  },
  positionals: 1,
  run: wait,
};

const LONGEST_SECONDS = 7 * 24 * 60 * 60;

/** Exit code of the run; 1 where it died; 2 where the wait was given up. */
async function wait(call: Call): Promise<number> {
  const run = namedRun(call, "thread wait");
  const seconds = secondsOf(call);
  const limits = seconds === undefined ? [] : [AbortSignal.timeout(seconds * 1_000)];
  const quiet = call.flags.has("quiet") || !call.stderr.isTerminal;
  const limit = AbortSignal.any([call.signal, ...limits]);
  const look = await lookOn(run, { output: call.stderr, quiet }, limit);
  const standing = standingOf(run, new Date());
  if (call.flags.has("json")) printJson(call, "thread-status", { runs: [standingJson(standing)], more: 0 });
  else if (look.kind === "running") call.stderr.write(stillRunning(run, call, seconds));
  else call.stdout.write(`${standingRows(standing)[1]?.[1] ?? look.kind}\n`);
  if (look.kind === "ended") return runExitCode(look.ended);
  return look.kind === "died" ? 1 : 2;
}

function stillRunning({ name }: StoredRun, call: Call, seconds: number | undefined): string {
  const why =
    call.signal.aborted || seconds === undefined ? "No longer waited for" : `Not over within ${seconds} s`;
  const handle = runHandle(name.id);
  return `countersign: ${why}; run ${handle} goes on: \`countersign thread wait ${handle}\` waits again, \`countersign thread cancel ${handle}\` ends it\n`;
}

function secondsOf(call: Call): number | undefined {
  const text = call.texts.get("timeout");
  if (text === undefined) return undefined;
  const seconds = Number(text);
  if (text.trim() !== "" && seconds >= 0 && seconds <= LONGEST_SECONDS) return seconds;
  const advice = `give seconds between 0 and ${LONGEST_SECONDS}`;
  throw new UsageFault({
    kind: "usage",
    text: `thread wait --timeout: "${text}" is no such time; ${advice}`,
  });
}
