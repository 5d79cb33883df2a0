import type { RolloutFacts } from "#codex/rollout/rollout-facts.ts";
import type { TurnFacts } from "#codex/rollout/turn-facts.ts";
import type { RolloutEvidence } from "./evidence.ts";
import type { RunClaims } from "./run-claims.ts";

/** What Codex's own files say of the run that a record claims. */
export type Witnesses = {
  /** The rollout of the claimed thread. */
  readonly main: RolloutFacts;
  /** Those of the threads that it started: a review is done in one of its own. */
  readonly children: readonly RolloutFacts[];
  /** The claimed turns, as far as they are in it. */
  readonly turns: readonly TurnFacts[];
  /** Those that ran commands and asked the provider: the claimed turns, or a review's in its own thread. */
  readonly speaking: readonly TurnFacts[];
  /** Parts of the files could not be read, so that what was not found may stand there. */
  readonly gaps: boolean;
};

/** Returns the witnesses of a claim, or `undefined` where there is no file of its thread. */
export function witnessesOf(
  { threadId, turnIds }: RunClaims,
  rollouts: readonly RolloutEvidence[],
): Witnesses | undefined {
  const all = rollouts.flatMap(({ threadId: id, facts }) => (facts === undefined ? [] : [{ id, facts }]));
  const main = all.find(({ id }) => id === threadId)?.facts;
  if (main === undefined) return undefined;
  const children = all.flatMap(({ facts }) => (facts === main ? [] : [facts]));
  const turns = main.turns.filter(({ id }) => turnIds.includes(id));
  const own = turns.filter(({ review }) => review === undefined);
  const gaps = [main, ...children].some(
    ({ unread, turnsLeftOut, head }) => unread.length > 0 || turnsLeftOut > 0 || head === undefined,
  );
  return { main, children, turns, speaking: [...own, ...children.flatMap((child) => child.turns)], gaps };
}
