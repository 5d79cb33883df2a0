import { existsSync } from "node:fs";
import { listRollouts } from "#codex/rollout/list-rollouts.ts";
import { findRollout, type RolloutSeal, sealRollout } from "#codex/rollout/rollout.ts";
import { readRolloutFacts } from "#codex/rollout/rollout-facts.ts";
import type { TurnFacts } from "#codex/rollout/turn-facts.ts";
import { type ReviewOutput, readReviewOutput } from "./review-output.ts";

/** Whose evidence is wanted: that of a turn of a thread which began at or after `since` (epoch milliseconds). */
export type EvidenceWanted = {
  readonly codexHome: string;
  readonly threadId: string;
  readonly rolloutPath: string | undefined;
  readonly turnId: string | undefined;
  /** Whether the turn is a review of Codex's own, which is done in a thread below this one. */
  readonly review: boolean;
  readonly since: number;
};

/** What Codex has on record of a turn. */
export type ThreadEvidence = {
  /** The thread's own first. Empty where it left none. */
  readonly rollouts: readonly { readonly threadId: string; readonly seal: RolloutSeal }[];
  readonly cliVersion: string | undefined;
  readonly modelProvider: string | undefined;
  /** The turn in which the work was done: of a review, that of its own thread. */
  readonly turn: TurnFacts | undefined;
  readonly reviewOutput: ReviewOutput | undefined;
};

const NOTHING: ThreadEvidence = {
  rollouts: [],
  cliVersion: undefined,
  modelProvider: undefined,
  turn: undefined,
  reviewOutput: undefined,
};

/** A thread's first line is some 25 KB. */
const HEAD_BYTES = 512 * 1024;
/** The id of a thread says when it was made, by the same clock. */
const CLOCK_SLACK_MS = 2_000;

/**
 * Returns what Codex has on record of a turn, each rollout sealed as it now stands.
 *
 * @throws Error with the system's code; `signal`'s reason.
 */
export async function threadEvidence(wanted: EvidenceWanted, signal: AbortSignal): Promise<ThreadEvidence> {
  const { codexHome, threadId, turnId } = wanted;
  const path = present(wanted.rolloutPath) ?? findRollout(codexHome, threadId);
  if (path === undefined) return NOTHING;
  const seal = await sealRollout(path);
  const turnIds = turnId === undefined ? [] : [turnId];
  const facts = await readRolloutFacts(path, { bytes: seal.bytes, turnIds }, signal);
  const own: ThreadEvidence = {
    rollouts: [{ threadId, seal }],
    cliVersion: facts.head?.cliVersion,
    modelProvider: facts.head?.modelProvider,
    turn: facts.turns[0],
    reviewOutput: undefined,
  };
  if (!wanted.review) return own;
  const below = await reviewRollout(wanted, signal);
  return {
    ...own,
    reviewOutput: await readReviewOutput(seal, signal),
    ...(below === undefined
      ? {}
      : { rollouts: [...own.rollouts, below.rollout], turn: below.turn ?? own.turn }),
  };
}

/** Returns the rollout of the thread in which a review was done: nothing but its first line leads to it. */
async function reviewRollout({ codexHome, threadId, since }: EvidenceWanted, signal: AbortSignal) {
  for (const file of listRollouts(codexHome, { since: since - CLOCK_SLACK_MS })) {
    const { head } = await readRolloutFacts(file.path, { bytes: HEAD_BYTES, turnIds: [] }, signal);
    if (head?.parentThreadId !== threadId) continue;
    const seal = await sealRollout(file.path);
    const { turns } = await readRolloutFacts(file.path, { bytes: seal.bytes }, signal);
    return { rollout: { threadId: head.threadId, seal }, turn: turns.at(-1) };
  }
  return undefined;
}

function present(path: string | undefined): string | undefined {
  return path !== undefined && existsSync(path) ? path : undefined;
}
