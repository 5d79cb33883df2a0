import * as z from "zod/mini";
import { errorText } from "#base/fault.ts";
import { JsonFault, parseJson } from "#base/json.ts";
import { atMost } from "#base/lengths.ts";
import { clip, oneLine } from "#base/text.ts";
import type { AnswerFailure } from "#gate/failure/failure.ts";
import { ReviewFinding, SEVERITIES } from "./finding.ts";

/** A longer answer is refused unread: within it, no quote and no list can be absurd any more. */
const LONGEST_ANSWER = 1024 * 1024;
const MOST_FINDINGS = 200;
const MOST_EXAMINED = 20_000;

/** What the reviewer answers, in the wire's own spelling. Nothing else is allowed in it. */
export const ReviewAnswer = z.strictObject({
  request_id: z.string(),
  decision: z.enum(["ALLOW", "BLOCK"]),
  summary: z.string(),
  examined: shortList(MOST_EXAMINED, z.string()),
  findings: shortList(MOST_FINDINGS, z.strictObject(ReviewFinding.shape)),
});
export type ReviewAnswer = z.output<typeof ReviewAnswer>;

/** Counted before anything in it is looked at: a million wrong items would make a million issues. */
function shortList<S extends z.ZodMiniType>(most: number, item: S) {
  return z.pipe(z.array(z.unknown()).check(atMost(most)), z.array(item));
}

const TEXT = { type: "string" } as const;
const NUMBER = { type: "integer" } as const;

/**
 * The same shape as a JSON schema for the review turn. Constant, every field required and only
 * with keywords that strict structured output knows, so that the provider's caches stay warm.
 */
export const ANSWER_SCHEMA = {
  type: "object",
  properties: {
    request_id: TEXT,
    decision: { type: "string", enum: ["ALLOW", "BLOCK"] },
    summary: TEXT,
    examined: { type: "array", items: TEXT },
    findings: {
      type: "array",
      items: {
        type: "object",
        properties: {
          title: TEXT,
          severity: { type: "string", enum: SEVERITIES },
          kind: { type: "string", enum: ["fact", "inference", "question"] },
          file: TEXT,
          side: { type: "string", enum: ["new", "old"] },
          line_start: NUMBER,
          line_end: NUMBER,
          quote: TEXT,
          failure_path: TEXT,
          recommendation: TEXT,
        },
        required: [
          "title",
          "severity",
          "kind",
          "file",
          "side",
          "line_start",
          "line_end",
          "quote",
          "failure_path",
          "recommendation",
        ],
        additionalProperties: false,
      },
    },
  },
  required: ["request_id", "decision", "summary", "examined", "findings"],
  additionalProperties: false,
} as const;

const ISSUES_KEPT = 10;
const DETAIL_LENGTH = 300;

export type ReadAnswer =
  | { readonly kind: "answer"; readonly answer: ReviewAnswer }
  | { readonly kind: "no-answer"; readonly failure: AnswerFailure };

/**
 * Reads the final message of a review turn: it is the answer as a whole, or it is none. Nothing is
 * fished out of prose or fences, for what surrounds an object can say the opposite of it.
 */
export function readAnswer(message: string | undefined, nonce: string): ReadAnswer {
  if (message === undefined || message.trim() === "") return none({ kind: "answer-empty" });
  if (message.length > LONGEST_ANSWER) {
    return wrongShape([`${message.length} characters, where at most ${LONGEST_ANSWER} are read`]);
  }
  const parsed = parsedAnswer(message);
  return parsed.kind === "answer" ? checkedAnswer(message, parsed.answer, nonce) : parsed;
}

/** As `readAnswer`, of whatever question it is the answer to. */
export function parsedAnswer(message: string): ReadAnswer {
  try {
    return { kind: "answer", answer: parseJson(message, ReviewAnswer) };
  } catch (error) {
    if (error instanceof JsonFault && error.failure.kind === "wrong-shape") {
      return wrongShape(error.failure.issues);
    }
    return none({ kind: "answer-not-json", detail: clip(oneLine(errorText(error)), DETAIL_LENGTH) });
  }
}

function checkedAnswer(message: string, answer: ReviewAnswer, nonce: string): ReadAnswer {
  if (answer.request_id !== nonce) return none({ kind: "answer-wrong-request" });
  if (keysWritten(message) !== keysOf(answer)) {
    return none({ kind: "answer-contradicts-itself", detail: "a field is given more than once" });
  }
  return { kind: "answer", answer };
}

/** JSON lets a key stand twice and keeps the last: an answer could say ALLOW and BLOCK at once. */
function keysWritten(message: string): number {
  const strings = message.matchAll(/"[^"\\]*(?:\\.[^"\\]*)*"(\s*:)?/g);
  return [...strings].filter(([, colon]) => colon !== undefined).length;
}

function keysOf(answer: ReviewAnswer): number {
  return answer.findings.reduce(
    (sum, finding) => sum + Object.keys(finding).length,
    Object.keys(answer).length,
  );
}

function wrongShape(issues: readonly string[]): ReadAnswer {
  const kept = issues.slice(0, ISSUES_KEPT).map((issue) => clip(oneLine(issue), DETAIL_LENGTH));
  return none({ kind: "answer-wrong-shape", issues: kept });
}

function none(failure: AnswerFailure): ReadAnswer {
  return { kind: "no-answer", failure };
}
