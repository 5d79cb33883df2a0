import * as z from "zod/mini";
import { errorText } from "#base/fault.ts";
import { JsonFault, parseJson } from "#base/json.ts";
import { atMost } from "#base/lengths.ts";
import { clip, oneLine } from "#base/text.ts";
import type { AnswerFailure } from "#gate/failure/failure.ts";
import { ReviewFinding, SEVERITIES } from "#gate/verdict/finding.ts";

const STANCES = ["sound", "doubtful", "wrong"] as const;
const ASPECTS = ["assumption", "alternative", "failure-mode"] as const;
const KINDS = ["fact", "inference", "question"] as const;

const { side: _side, ...shape } = ReviewFinding.shape;

/** One attack on the approach, about lines of a file as it is now. */
const ChallengeFinding = z.strictObject({ ...shape, aspect: z.enum(ASPECTS) });
export type ChallengeFinding = z.output<typeof ChallengeFinding>;

/** What is answered to a challenge, in the wire's own spelling. */
const ChallengeAnswer = z.strictObject({
  request_id: z.string(),
  stance: z.enum(STANCES),
  summary: z.string(),
  findings: z.array(ChallengeFinding).check(atMost(200)),
});
type ChallengeAnswer = z.output<typeof ChallengeAnswer>;

const TEXT = { type: "string" } as const;
const NUMBER = { type: "integer" } as const;
const FINDING = {
  title: TEXT,
  aspect: { type: "string", enum: ASPECTS },
  severity: { type: "string", enum: SEVERITIES },
  kind: { type: "string", enum: KINDS },
  file: TEXT,
  line_start: NUMBER,
  line_end: NUMBER,
  quote: TEXT,
  failure_path: TEXT,
  recommendation: TEXT,
} as const;

/** The same shape as a JSON schema, with no more keywords than strict structured output knows. */
export const CHALLENGE_SCHEMA = {
  type: "object",
  properties: {
    request_id: TEXT,
    stance: { type: "string", enum: STANCES },
    summary: TEXT,
    findings: {
      type: "array",
      items: {
        type: "object",
        properties: FINDING,
        required: Object.keys(FINDING),
        additionalProperties: false,
      },
    },
  },
  required: ["request_id", "stance", "summary", "findings"],
  additionalProperties: false,
} as const;

const ISSUES_KEPT = 10;
const DETAIL_LENGTH = 300;

export type ReadChallenge =
  | { readonly kind: "answer"; readonly answer: ChallengeAnswer }
  | { readonly kind: "no-answer"; readonly failure: AnswerFailure };

/** Reads the final message of such a turn: it is the answer as a whole, or it is none. */
export function readChallenge(message: string | undefined, nonce: string): ReadChallenge {
  if (message === undefined || message.trim() === "") return none({ kind: "answer-empty" });
  try {
    const answer = parseJson(message, ChallengeAnswer);
    return answer.request_id === nonce ? { kind: "answer", answer } : none({ kind: "answer-wrong-request" });
  } catch (error) {
    if (error instanceof JsonFault && error.failure.kind === "wrong-shape") {
      const issues = error.failure.issues
        .slice(0, ISSUES_KEPT)
        .map((issue) => clip(oneLine(issue), DETAIL_LENGTH));
      return none({ kind: "answer-wrong-shape", issues });
    }
    return none({ kind: "answer-not-json", detail: clip(oneLine(errorText(error)), DETAIL_LENGTH) });
  }
}

function none(failure: AnswerFailure): ReadChallenge {
  return { kind: "no-answer", failure };
}
