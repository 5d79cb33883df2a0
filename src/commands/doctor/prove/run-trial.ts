import { randomUUID } from "node:crypto";
import { SessionId } from "#base/ids.ts";
import { parseShape } from "#base/json.ts";
import type { RegisteredHook } from "#claude/settings.ts";
import type { PlantedLine } from "#commands/demo/stand-in-model.ts";
import type { Examined } from "#commands/doctor/check.ts";
import type { StoredReceipt } from "#runs/receipts/receipt-files.ts";
import { listReceipts } from "#runs/receipts/receipts.ts";
import { type Fired, fireHook } from "./fire-hook.ts";
import { hostSurroundings } from "./host-surroundings.ts";
import type { TrialWorld } from "./trial-world.ts";

/** What was fired at which event, and what came of it. */
export type FiredEvent = { readonly hook: RegisteredHook; readonly fired: Fired };

/** A session that a Stop hook was tried in, from its start to its end. */
export type Trial = {
  /** All that was fired, in that order; the stop that counts is among them. */
  readonly fired: readonly FiredEvent[];
  readonly stop: FiredEvent;
  /** What the agent is made to have written before the stop. */
  readonly planted: PlantedLine;
  /** Whether a request for a review held it. */
  readonly shown: boolean;
  /** What the stop left on record. */
  readonly receipt: StoredReceipt | undefined;
};

/**
 * Plays one session of the host: start, an edit, a stop, the end, each through the hooks that the
 * settings register for it. Of several different Stop hooks only the given one is fired.
 */
export async function runTrial(
  stop: RegisteredHook,
  { running, examined, world }: TrialPlace,
  signal: AbortSignal,
): Promise<Trial> {
  const session = parseShape(`proof-${randomUUID()}`, SessionId);
  const surroundings = hostSurroundings(examined, world, session);
  const common = {
    session_id: session,
    transcript_path: `${world.repository}/../${session}.jsonl`,
    cwd: world.repository,
  };
  const fired: FiredEvent[] = [];
  const fire = async (hook: RegisteredHook, input: object): Promise<FiredEvent> => {
    const whole = { ...common, hook_event_name: hook.event, ...input };
    const one = { hook, fired: await fireHook(hook, whole, surroundings, signal) };
    fired.push(one);
    return one;
  };
  const fireAll = async (event: string, input: object): Promise<void> => {
    for (const hook of running.filter((one) => one.event === event)) await fire(hook, input);
  };
  await fireAll("SessionStart", { source: "startup" });
  // Without a start the first stop takes the baseline.
  if (fired.length === 0) await fire(stop, stopInput());
  const planted = world.plant();
  const stopped = await fire(stop, stopInput());
  const { receipts } = await listReceipts(world.locations, { session, limit: 1 });
  await fireAll("SessionEnd", { reason: "other" });
  return { fired, stop: stopped, planted, shown: world.model.wasShown(planted.text), receipt: receipts[0] };
}

export type TrialPlace = {
  /** The hooks of ours that run. */
  readonly running: readonly RegisteredHook[];
  /** With the environment that hooks have. */
  readonly examined: Examined;
  readonly world: TrialWorld;
};

function stopInput(): object {
  return {
    prompt_id: randomUUID(),
    permission_mode: "default",
    stop_hook_active: false,
    last_assistant_message: "I added a line to the notes.",
    background_tasks: [],
    session_crons: [],
  };
}
