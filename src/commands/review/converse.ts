import { randomUUID } from "node:crypto";
import { type CompletedTurn, runTurn } from "#codex/review/turn.ts";
import type { Failure } from "#gate/failure/failure.ts";
import { correctionPrompt } from "#gate/prompt/correction-prompt.ts";
import { ANSWER_SCHEMA, type ReviewAnswer, readAnswer } from "#gate/verdict/answer.ts";
import { blindnessOf } from "#gate/verdict/blindness.ts";
import type { CheckedFinding } from "#gate/verdict/finding.ts";
import { contradiction, needsCorrection, type Verdict, verdictOf } from "#gate/verdict/verdict.ts";
import type { Reviewer } from "./open-reviewer.ts";

/** What is asked, and how an answer is held against the code. */
export type Question = {
  readonly prompt: (nonce: string) => string;
  readonly check: (answer: ReviewAnswer, signal: AbortSignal) => Promise<readonly CheckedFinding[]>;
  readonly blockSeverity: CheckedFinding["finding"]["severity"];
};

/** A conversation of one turn, or of two where the first answer had to be corrected. */
export type Conversation = {
  readonly turns: readonly CompletedTurn[];
  /** The nonce and the prompt of the first turn: what the change was sent under. */
  readonly nonce: string;
  readonly prompt: string;
  readonly answer: ReviewAnswer | undefined;
  readonly findings: readonly CheckedFinding[];
  readonly result:
    | { readonly kind: "verdict"; readonly verdict: Verdict }
    | { readonly kind: "no-verdict"; readonly failure: Failure };
};

type Round = Omit<Conversation, "nonce" | "prompt">;

/**
 * Asks the reviewer and reads its answer. Where it says BLOCK and nothing of it counts, it is told
 * once, on the same thread, which checks failed.
 *
 * @throws CodexFault where a turn did not complete, GitFault where the code could not be read, or
 * `signal`'s reason.
 */
export async function converse(
  reviewer: Reviewer,
  question: Question,
  signal: AbortSignal,
): Promise<Conversation> {
  const nonce = randomUUID();
  const prompt = question.prompt(nonce);
  const first = await ask(reviewer, question, { nonce, prompt }, signal);
  const correction =
    first.answer === undefined
      ? ({ kind: "none" } as const)
      : needsCorrection(first.answer, first.findings, question.blockSeverity);
  if (correction.kind === "none") return { ...first, nonce, prompt };
  const again = randomUUID();
  const asked = { nonce: again, prompt: correctionPrompt(correction, again) };
  const second = await ask(reviewer, question, asked, signal);
  const failure = second.answer && contradiction(second.answer);
  const result = failure === undefined ? second.result : ({ kind: "no-verdict", failure } as const);
  return { ...second, result, turns: [...first.turns, ...second.turns], nonce, prompt };
}

async function ask(
  { server, thread }: Reviewer,
  question: Question,
  { nonce, prompt }: { readonly nonce: string; readonly prompt: string },
  signal: AbortSignal,
): Promise<Round> {
  const request = { prompt, schema: ANSWER_SCHEMA, effort: thread.effort };
  const turn = await runTurn(server, thread, request, signal);
  const none = (failure: Failure): Round => ({
    turns: [turn],
    answer: undefined,
    findings: [],
    result: { kind: "no-verdict", failure },
  });
  const blindness = blindnessOf(turn);
  if (blindness !== undefined) return none(blindness);
  const read = readAnswer(turn.message, nonce);
  if (read.kind === "no-answer") return none(read.failure);
  const findings = await question.check(read.answer, signal);
  const result = { kind: "verdict", verdict: verdictOf(findings) } as const;
  return { turns: [turn], answer: read.answer, findings, result };
}
