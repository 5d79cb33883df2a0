import { existsSync } from "node:fs";
import { type RolloutSeal, sealRollout } from "#codex/rollout/rollout.ts";
import { readRolloutTurn } from "#codex/rollout/rollout-turn.ts";
import type { TurnSandbox } from "#codex/rollout/turn-sandbox.ts";
import type { Coverage } from "#gate/scope/coverage.ts";
import { type Reading, readingOf } from "#gate/verdict/reading.ts";
import type { Conversation } from "./converse.ts";
import type { Reviewer } from "./open-reviewer.ts";

/** What Codex has on record of a conversation's turns, beside what it said of them. */
export type TurnEvidence = {
  /** Null where the thread left no file: its receipt is then said to be unproven. */
  readonly rollout: RolloutSeal | null;
  /** The provider's own ids of its answers. */
  readonly responseIds: readonly string[];
  readonly sandboxes: readonly TurnSandbox[];
  readonly reading: Reading;
};

/** Returns the evidence for a conversation about a change of this coverage. */
export async function turnEvidence(
  { thread }: Reviewer,
  { turns }: Conversation,
  coverage: Coverage,
): Promise<TurnEvidence> {
  const rollout = await sealed(thread.rolloutPath);
  const told =
    rollout === null
      ? []
      : await Promise.all(turns.map(({ id }) => readRolloutTurn(rollout.path, rollout.bytes, id)));
  const commands = turns.flatMap((turn) => turn.commands);
  return {
    rollout,
    responseIds: told.flatMap((turn) => turn.responseIds),
    sandboxes: told.map(({ sandbox }) => sandbox),
    reading: readingOf(commands, coverage, thread.root),
  };
}

/** A verdict is not lost with its evidence. */
async function sealed(path: string | undefined): Promise<RolloutSeal | null> {
  return path === undefined || !existsSync(path) ? null : await sealRollout(path);
}
