import { errorText } from "#base/fault.ts";
import { settleHome } from "#base/home-folder.ts";
import { closeToOthers } from "#base/own-folder.ts";
import { oneLine } from "#base/text.ts";
import { type HookOutput, hookOutputLine } from "#claude/hook-output.ts";
import { locationsOf } from "#runs/locations.ts";
import type { HookCall } from "./hook-call.ts";
import { readStdin } from "./read-stdin.ts";

/**
 * Runs one hook to its end: exactly one JSON object on stdout and exit code 0, whatever
 * happens in between. A mistake of ours is shown to the user and blocks nobody.
 */
export async function runHook(answer: (call: HookCall) => Promise<HookOutput>): Promise<void> {
  process.once("uncaughtException", (error) => finish(mishap(error)));
  try {
    if (await isNested()) finish({});
    else finish(await answerFrom(await hookCall(), answer));
  } catch (error) {
    finish(mishap(error));
  }
}

/** Set for everything that a review starts: a nested agent that runs these hooks does nothing. */
const NESTED = "COUNTERSIGN_NESTED";

async function isNested(): Promise<boolean> {
  if (process.env[NESTED] === undefined) return false;
  const { isStartedNested } = await import("./nested-guard.ts");
  return isStartedNested(NESTED, process.env, process.platform);
}

/** A record that somebody else can write could say anything, also that the gate is off. */
async function answerFrom(
  call: HookCall,
  answer: (call: HookCall) => Promise<HookOutput>,
): Promise<HookOutput> {
  const fault = closeToOthers(call.locations.root);
  return fault === undefined ? await answer(call) : { systemMessage: foreignRoot(fault) };
}

function foreignRoot(fault: string): string {
  return `Countersign: not reviewed, and not on record, for ${oneLine(fault)}. Remove it, or set COUNTERSIGN_HOME to a folder of your own. The stop was let through, unsigned.`;
}

async function hookCall(): Promise<HookCall> {
  const ended = new AbortController();
  for (const signal of ["SIGTERM", "SIGINT", "SIGHUP"] as const) {
    process.on(signal, () => ended.abort(new Error(`the host ended the hook with ${signal}`)));
  }
  const home = settleHome(process.env, process.platform);
  return {
    stdin: await readStdin(process.stdin),
    environment: process.env,
    home,
    locations: locationsOf(process.env, home, process.platform),
    askedAt: new Date(),
    signal: ended.signal,
  };
}

function mishap(error: unknown): HookOutput {
  const what = oneLine(errorText(error));
  return {
    systemMessage: `Countersign: not reviewed, by a mistake of the gate's own (${what}). The stop was let through. Please report it; \`countersign status\` shows the state.`,
  };
}

let finished = false;

/** Who has not taken the answer by then does not read it. */
const PRINT_MS = 2_000;

/**
 * Ends the process once the answer has left it, or nobody takes it: a pipe that is closed, or full
 * and unread. A second call (a late rejection) is ignored.
 */
function finish(output: HookOutput): void {
  if (finished) return;
  finished = true;
  setTimeout(() => process.exit(0), PRINT_MS);
  process.stdout.on("error", () => process.exit(0));
  process.stdout.write(hookOutputLine(output), () => process.exit(0));
}
