import { tasksSeen } from "#gate/background.ts";
import { cappedLedger, type Ledger, type LedgerEntry, signedLedger } from "#gate/ledger.ts";
import { roundsAfter } from "#gate/rounds.ts";
import { fingerprintOf } from "#git/fingerprint.ts";
import type { Baseline, ReviewState, Session } from "#runs/session.ts";
import { awaited } from "./awaited.ts";
import type { Ending, Look, StopCase } from "./stop-case.ts";

/** Older decisions are about contents that no later stop is likely to meet again. */
const DECISIONS_KEPT = 50;
const SETTLED_KEPT = 500;
/** States of the tree that tell whose edits lie between them. */
const SEEN_KEPT = 50;

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
    decided: decided(session.decided, ending, signed),
    seen: [...session.seen, ...seenNow(ending)].slice(-SEEN_KEPT),
    omitted: outcome.kind === "allowed" ? omitted(ending) : session.omitted,
    tasksSeen:
      outcome.kind === "deferred"
        ? tasksSeen(session.tasksSeen, awaited(stop), stop.input.prompt_id ?? null)
        : session.tasksSeen,
    settled: [...session.settled, ...capped(stop, ending)].slice(-SETTLED_KEPT),
    failuresBlocked:
      outcome.kind === "failed" && outcome.blocked
        ? [...session.failuresBlocked, outcome.class]
        : session.failuresBlocked,
    ...(skipNext === undefined || used ? {} : { skipNext }),
    ...(signed === undefined
      ? baselineMissing === undefined
        ? {}
        : { baselineMissing }
      : { baseline: signed }),
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

function seenNow({ look }: Ending): Session["seen"] {
  if (look === undefined) return [];
  const { at, until } = look.taken;
  const { fingerprint, snapshot } = look;
  return [{ tree: snapshot.tree, fingerprint, at: at.toISOString(), until: until.toISOString() }];
}

/** What was left out for its size only: it can be shown when it comes first. */
function omitted({ review }: Ending): string[] {
  if (review === undefined) return [];
  const { partly, notCovered } = review.coverage;
  const large = notCovered.filter(({ why }) => why === "over-budget" || why === "too-large");
  return [...partly, ...large].map(({ path }) => path);
}

/** Work stays unsigned until a signature, or until it is gone. */
function unsignedAfter(
  { outcome, look }: Ending,
  {
    unsigned,
    receipt,
    at,
  }: { readonly unsigned: Session["unsigned"]; readonly receipt: string; readonly at: string },
): Pick<Session, "unsigned"> {
  const kept = unsigned === undefined ? {} : { unsigned };
  if (look === undefined) return kept;
  switch (outcome.kind) {
    case "allowed":
      return {};
    case "skipped":
      return look.fingerprint === look.baseline?.fingerprint ? {} : kept;
    case "joined":
    case "deferred":
      return kept;
    case "advised":
    case "blocked":
    case "capped":
    case "unresolved":
    case "failed":
      return { unsigned: { snapshot: look.snapshot, outcome: outcome.kind, receipt, at, said: false } };
  }
}

/** A signature is remembered from both sides: a partial one leaves the tree ahead of its new baseline. */
function decided(
  known: Session["decided"],
  { outcome, look }: Ending,
  signed: Baseline | undefined,
): Session["decided"] {
  if (look?.baseline === undefined) return known;
  const as = decisionOf(outcome);
  if (as === undefined) return known;
  const baseline = signed === undefined ? look.baseline.fingerprint : fingerprintOf(signed.snapshot);
  return [...known, { baseline, fingerprint: look.fingerprint, as }].slice(-DECISIONS_KEPT);
}

function decisionOf(outcome: Ending["outcome"]): Session["decided"][number]["as"] | undefined {
  switch (outcome.kind) {
    case "allowed":
    case "blocked":
    case "advised":
    case "capped":
      return outcome.kind;
    case "skipped":
      return outcome.why === "nothing-to-show" ? "unshowable" : undefined;
    case "deferred":
    case "unresolved":
    case "failed":
    case "joined":
      return undefined;
  }
}

/** What the next round goes on from. Without a verdict the round before stays the one to continue. */
function reviewState(stop: StopCase, { look, review }: Ending): Session["review"] {
  if (look === undefined || (review?.kind !== "verdict" && review?.kind !== "known")) return undefined;
  const found = { fingerprint: look.fingerprint, findings: [...review.findings] };
  if (review.kind === "known") return { ...(stop.session.review ?? unasked(stop, look)), ...found };
  return {
    threadId: review.record.threadId,
    round: review.record.round,
    ...found,
    snapshot: look.snapshot,
    at: look.taken.at.toISOString(),
    promptId: stop.input.prompt_id ?? null,
  };
}

/** No thread has seen this change, so the next round shows it whole. */
function unasked({ input }: StopCase, look: Look): Omit<ReviewState, "fingerprint" | "findings"> {
  const at = look.taken.at.toISOString();
  return { threadId: null, round: 1, snapshot: look.snapshot, at, promptId: input.prompt_id ?? null };
}

/**
 * What was open when the rounds were used up does not block again while its lines stay as they
 * are. Where the time ran out before a review, that is what the round before left open.
 */
function capped({ call, session }: StopCase, { outcome, review }: Ending): Session["settled"] {
  if (outcome.kind !== "capped") return [];
  const at = call.askedAt.toISOString();
  const known = new Set(session.settled.map(({ id }) => id));
  const judged = review?.kind === "verdict" || review?.kind === "known";
  const findings = judged ? review.findings : (session.review?.findings ?? []);
  return findings
    .filter(({ status, id }) => status === "counts" && !known.has(id))
    .map(({ id }) => ({ id, by: "cap", why: "open when the rounds of a prompt were used up", at }));
}
