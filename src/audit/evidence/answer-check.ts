import { canonicalJson } from "#base/json.ts";
import type { RolloutText, TurnFacts } from "#codex/rollout/turn-facts.ts";
import { parsedAnswer, type ReviewAnswer } from "#gate/verdict/answer.ts";
import { fails, holds, type RecordCheck, same, silent, unknown } from "./evidence.ts";
import type { AnswerClaim, RunClaims } from "./run-claims.ts";
import type { Witnesses } from "./witnesses.ts";

/** Says whether the final message is the one that the record keeps, or was judged by. */
export function answerCheck({ answer }: RunClaims, { turns, gaps }: Witnesses): readonly RecordCheck[] {
  const last = turns.at(-1);
  if (last === undefined || answer.kind === "unclaimed") return [];
  if (answer.kind === "verdict") return [verdictCheck(answer, turns)];
  const found = last.answer;
  if (answer.kind === "none") {
    return [found === undefined ? holds("answer", "there was none") : noneClaimed(found, last)];
  }
  if (found === undefined) {
    const detail = "no final message is on record";
    return [gaps ? unknown("answer", detail) : fails("answer", detail)];
  }
  return [same("answer", answer.digest, found.digest)];
}

/** What was said in a turn that did not end well is no answer. */
function noneClaimed({ words }: RolloutText, { end }: TurnFacts): RecordCheck {
  if (end.kind === "completed" && words !== "") return fails("answer", "the record says that there was none");
  return holds("answer", "there was none");
}

/**
 * The gate's own question comes back in the answer to it. What was no answer in its form made no verdict,
 * and says nothing of one.
 */
function verdictCheck(
  claim: AnswerClaim & { readonly kind: "verdict" },
  turns: readonly TurnFacts[],
): RecordCheck {
  if (claim.decision === null) return silent("answer", "the record says that it was not understood");
  const first = answerOf(turns.at(0));
  const last = answerOf(turns.at(-1));
  if (first === undefined || last === undefined) return fails("answer", "the final message is no review's");
  if (first.request_id !== claim.nonce) return fails("answer", "it answers another question");
  if (last.decision !== claim.decision) return same("answer", claim.decision, last.decision);
  const given = last.findings.map(canonicalJson);
  const strange = claim.findings.filter((finding) => !given.includes(finding)).length;
  if (strange > 0) return fails("answer", `${strange} of the record's findings are not in it`);
  if (claim.findings.length !== given.length) {
    return fails("answer", `it has ${given.length} findings, the record ${claim.findings.length}`);
  }
  return holds("answer", last.decision);
}

function answerOf(turn: TurnFacts | undefined): ReviewAnswer | undefined {
  const read = parsedAnswer(turn?.answer?.whole ?? "");
  return read.kind === "answer" ? read.answer : undefined;
}
