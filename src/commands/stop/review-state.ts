import type { ReviewState, Session } from "#runs/sessions/session.ts";
import type { Ending, Look, StopCase } from "./stop-case.ts";

/** Returns what the next round goes on from; without a verdict, `undefined`: the round before stays the one to continue. */
export function reviewState(stop: StopCase, { look, review, from }: Ending): Session["review"] {
  if (look === undefined || (review?.kind !== "verdict" && review?.kind !== "known")) return undefined;
  const found = { fingerprint: look.fingerprint, findings: [...review.findings] };
  if (review.kind === "known") return { ...(stop.session.review ?? unasked(stop, look)), ...found };
  return {
    threadId: review.record.threadId,
    round: review.record.round,
    ...found,
    snapshot: look.snapshot,
    ...(from === undefined ? {} : { from }),
    at: look.taken.at.toISOString(),
    promptId: stop.input.prompt_id ?? null,
  };
}

/** No thread has seen this change, so the next round shows it whole. */
function unasked({ input }: StopCase, look: Look): Omit<ReviewState, "fingerprint" | "findings"> {
  const at = look.taken.at.toISOString();
  return { threadId: null, round: 1, snapshot: look.snapshot, at, promptId: input.prompt_id ?? null };
}
