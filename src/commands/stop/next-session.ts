import { cappedLedger, type Ledger, type LedgerEntry, signedLedger } from "#gate/ledger/ledger.ts";
import { omittedForSize } from "#gate/scope/coverage.ts";
import { tasksSeen } from "#gate/stop/background.ts";
import { roundsAfter } from "#gate/stop/rounds.ts";
import type { Baseline, Session } from "#runs/sessions/session.ts";
import { awaited } from "./awaited.ts";
import { decidedContents } from "./decided-contents.ts";
import { reviewState } from "./review-state.ts";
import type { Ending, StopCase } from "./stop-case.ts";
import { unsignedAfter } from "./unsigned-after.ts";

/**
 * Returns what is remembered of the session after this ending. `signed` is where the baseline moved
 * to, `receipt` by what a person names the ending's record.
 */
export function nextSession(
  stop: StopCase,
  ending: Ending,
  { signed, receipt }: { readonly signed: Baseline | undefined; readonly receipt: string },
): Session {
  const { call, rounds } = stop;
  const { outcome, review } = ending;
  const { skipNext, baselineMissing, review: earlier, unsigned, ...session } = stop.session;
  const used = outcome.kind === "skipped" && outcome.why === "person-skipped";
  const open = outcome.kind === "allowed" ? undefined : (reviewState(stop, ending) ?? earlier);
  return {
    ...session,
    prompt: roundsAfter(rounds, outcome, call.askedAt.getTime()),
    ledger: ledgerOf(session.ledger, ending),
    decided: decidedContents(session.decided, ending, signed),
    omitted:
      outcome.kind === "allowed" && review !== undefined
        ? [...omittedForSize(review.coverage)]
        : session.omitted,
    tasksSeen:
      outcome.kind === "deferred"
        ? tasksSeen(session.tasksSeen, awaited(stop), stop.input.prompt_id ?? null)
        : session.tasksSeen,
    failuresBlocked:
      outcome.kind === "failed" && outcome.blocked
        ? [...session.failuresBlocked, outcome.class]
        : session.failuresBlocked,
    ...(skipNext === undefined || used ? {} : { skipNext }),
    ...(signed === undefined
      ? baselineMissing === undefined
        ? {}
        : { baselineMissing }
      : { baseline: signed, watchedSince: session.watchedSince ?? signed.takenAt }),
    ...unsignedAfter(ending, { unsigned, receipt, at: call.askedAt.toISOString() }),
    ...(open === undefined || review?.kind === "nothing-to-show" ? {} : { review: open }),
  };
}

/** A signature ends the change: only what was settled for good is remembered beyond it. */
function ledgerOf(known: Session["ledger"], { outcome, review }: Ending): LedgerEntry[] {
  const ledger: Ledger = review?.kind === "verdict" || review?.kind === "known" ? review.ledger : known;
  if (outcome.kind === "allowed") return [...signedLedger(ledger)];
  return [...(outcome.kind === "capped" ? cappedLedger(ledger) : ledger)];
}
