import type { RolloutTarget } from "#codex/rollout/line-shapes.ts";
import { turnEndText } from "#codex/rollout/turn-end-text.ts";
import type { TurnFacts } from "#codex/rollout/turn-facts.ts";
import type { ReviewedTarget } from "#runs/records/run-record.ts";
import { fails, holds, type RecordCheck, same, silent, unknown } from "./evidence.ts";
import type { RunClaims } from "./run-claims.ts";
import type { Witnesses } from "./witnesses.ts";

/** Says whether the thread has each claimed turn, as its own and as one turn. */
export function turnsCheck({ turnIds }: RunClaims, { turns, gaps }: Witnesses): RecordCheck {
  if (turnIds.length === 0) return unknown("turns", "the record names none");
  if (new Set(turnIds).size < turnIds.length) return fails("turns", "the record names one of them twice");
  const absent = turnIds.find((id) => !turns.some((turn) => turn.id === id));
  if (absent !== undefined) {
    const detail = `the thread has no turn ${absent}`;
    return gaps ? unknown("turns", `${detail} in what could be read of it`) : fails("turns", detail);
  }
  if (turns.some(({ id }, index) => id !== turnIds[index]))
    return fails("turns", "they ran in another order");
  const copied = turns.find(({ inherited }) => inherited);
  if (copied !== undefined)
    return fails("turns", `${copied.id} is older than the thread: it was copied into it`);
  return holds("turns", turnIds.join(", "));
}

/** Says whether the turns ended as the record says: all completed, or the last of them not. */
export function endCheck({ completed }: RunClaims, { turns }: Witnesses): RecordCheck {
  const last = turns.at(-1);
  if (last === undefined) return unknown("end", "there is no turn to look at");
  const told = turnEndText(last.end);
  if (completed === undefined) return holds("end", told);
  if (!completed) return last.end.kind === "completed" ? fails("end", told) : holds("end", told);
  const open = turns.find(({ end }) => end.kind !== "completed")?.end;
  if (open === undefined) return holds("end", told);
  // A completed turn without an answer and a failed one have the same line in 0.140.
  return open.kind === "completed-or-failed"
    ? unknown("end", turnEndText(open))
    : fails("end", turnEndText(open));
}

/** Says whether the first claimed turn was given the claimed prompt, and no other besides. */
export function promptCheck({ prompt }: RunClaims, { turns, gaps }: Witnesses): readonly RecordCheck[] {
  if (prompt === undefined) return [];
  const [first] = turns;
  const given = first?.prompts.map(({ digest }) => digest) ?? [];
  if (first === undefined || given.length === 0) return [noPrompt(first, gaps)];
  if (given.every((digest) => digest === prompt.digest)) return [holds("prompt", prompt.digest)];
  const detail = given.includes(prompt.digest) ? "the turn was given another message too" : undefined;
  return [detail === undefined ? same("prompt", prompt.digest, given.join(", ")) : fails("prompt", detail)];
}

/** Of a review 0.169 has the prompt in the review's own thread only. */
function noPrompt(turn: TurnFacts | undefined, gaps: boolean): RecordCheck {
  if (turn?.review !== undefined)
    return silent("prompt", "a review's stands in its own thread; see its target");
  const detail = "no message of the user is on record";
  return turn !== undefined && !gaps ? fails("prompt", detail) : unknown("prompt", detail);
}

/** Says whether a review was of what the record says. */
export function targetCheck({ target }: RunClaims, { turns }: Witnesses): readonly RecordCheck[] {
  const reviews = turns.flatMap(({ review }) => (review === undefined ? [] : [review]));
  if (target === undefined) {
    return reviews.length === 0 ? [] : [fails("target", "Codex's file says that it was a review")];
  }
  const [review] = reviews;
  if (review === undefined) return [];
  if (review.target === undefined) return [unknown("target", "what it was about is not on record")];
  return [same("target", targetText(target), targetText(ownTarget(review.target)))];
}

function ownTarget(target: RolloutTarget): ReviewedTarget {
  switch (target.type) {
    case "uncommittedChanges":
      return { kind: "uncommitted" };
    case "baseBranch":
      return { kind: "base", branch: target.branch };
    case "commit":
      return { kind: "commit", sha: target.sha, title: target.title ?? null };
    case "custom":
      return { kind: "custom", instructions: target.instructions };
  }
}

function targetText(target: ReviewedTarget): string {
  switch (target.kind) {
    case "uncommitted":
      return "uncommitted changes";
    case "base":
      return `base ${target.branch}`;
    case "commit":
      return `commit ${target.sha}`;
    case "custom":
      return `"${target.instructions}"`;
  }
}
