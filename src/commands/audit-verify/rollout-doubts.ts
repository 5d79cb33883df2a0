import { type RecordCheck, unknown } from "#audit/evidence/evidence.ts";
import { type RolloutFacts, readRolloutFacts } from "#codex/rollout/rollout-facts.ts";
import type { TurnFacts } from "#codex/rollout/turn-facts.ts";

/**
 * Says what speaks against going by the sealed part of a rollout alone: that a turn in it goes on behind
 * its end, so that whoever set the seal could have cut off what he did not like; and that another file of
 * the thread says otherwise. `all` are the files of the thread, each read as far as the seal goes.
 *
 * @throws Error with the system's code; `signal`'s reason.
 */
export async function rolloutDoubts(
  sealed: RolloutFacts,
  all: readonly RolloutFacts[],
  signal: AbortSignal,
): Promise<readonly RecordCheck[]> {
  const doubts: RecordCheck[] = [];
  for (const other of all) {
    if (other !== sealed && !(await isSameSoFar(sealed, other, signal))) {
      doubts.push(unknown("rollout", `${other.path} is of the same thread, and says otherwise`));
    }
  }
  return [...doubts, ...(await goingOn(sealed, signal))];
}

/** Of archiving that was cut short the beginning is there twice. */
async function isSameSoFar(
  { path, read }: RolloutFacts,
  other: RolloutFacts,
  signal: AbortSignal,
): Promise<boolean> {
  if (other.read.bytes === read.bytes) return other.read.sha256 === read.sha256;
  const begin = await readRolloutFacts(path, { bytes: other.read.bytes, turnIds: [] }, signal);
  return begin.read.sha256 === other.read.sha256;
}

async function goingOn(
  { path, read, turns }: RolloutFacts,
  signal: AbortSignal,
): Promise<readonly RecordCheck[]> {
  if (read.size === read.bytes || turns.length === 0) return [];
  const whole = await readRolloutFacts(path, { turnIds: turns.map(({ id }) => id) }, signal);
  const now = new Map(whole.turns.map((turn) => [turn.id, did(turn)]));
  const more = turns.filter((turn) => now.get(turn.id) !== did(turn)).map(({ id }) => id);
  if (more.length === 0) return [];
  const detail = `the sealed part ends within ${more.join(", ")}: more of it was written behind`;
  return [unknown("turns", detail)];
}

/** What was done in a turn, as far as a record can claim it. */
function did({ lastAt, end, commands, responseIds, toolCalls }: TurnFacts): string {
  return JSON.stringify([lastAt, end, commands, responseIds, toolCalls]);
}
