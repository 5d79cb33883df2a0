import type { Script } from "#test/responses-api.ts";
import { nonceOf, reviewAnswer } from "#test/reviewer-action.ts";

/** The guard that the planted change loses; see `BROKEN` in scratch.ts. */
const GUARD = "if (amount <= 0) {";

/**
 * Plays the reviewing model: it reads the diff that it was sent and reports the guard where the
 * diff removes it. Everything else in the demonstration is real.
 */
export const demoModel: Script = (request) => {
  if (nonceOf(request.prompt) === undefined) return { kind: "answer", text: "Demo" };
  const removed = request.prompt.split("\n").some((line) => line === `-  ${GUARD}`);
  if (!removed) return reviewAnswer(request);
  return reviewAnswer(request, [
    {
      title: "The check for a positive amount is gone",
      severity: "high",
      kind: "fact",
      file: "src/transfer.js",
      side: "old",
      line_start: 2,
      line_end: 2,
      quote: GUARD,
      failure_path: "transfer(a, b, -100) takes 100 from b and gives them to a.",
      recommendation: "Keep the check and its RangeError in front of the new fee.",
    },
  ]);
};
