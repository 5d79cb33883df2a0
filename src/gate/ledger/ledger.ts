import * as z from "zod/mini";
import type { FindingHistory } from "#gate/verdict/check-findings.ts";
import { ReviewFinding, type SettledBy } from "#gate/verdict/finding.ts";

/**
 * Where a finding stands after a round.
 *
 * `open`: it holds, and must be dealt with. `disputed`: its lines stand as they were although the
 * agent went on; it says so until the reviewer has answered. `fixed`: its lines are gone, and it was
 * not raised again. `withdrawn`: its lines stand, and the reviewer left it out or lowered it.
 * `dismissed`: by a person. `capped`: it was open when the rounds were used up. `unverified`: it was
 * raised and did not hold.
 */
export const FindingState = z.enum([
  "open",
  "disputed",
  "fixed",
  "withdrawn",
  "dismissed",
  "capped",
  "unverified",
]);
export type FindingState = z.output<typeof FindingState>;

/** What is remembered of one finding from round to round. */
export const LedgerEntry = z.strictObject({
  id: z.string(),
  /** The ids that it had before its lines were changed without mending it, the oldest first. */
  formerly: z.array(z.string()),
  state: FindingState,
  /** What moved it there, in words. */
  why: z.string(),
  /** As it was raised last, but for the quote: that is the one which its id is about. */
  finding: ReviewFinding,
  /** The line at which its quote stood last; null where its quote never stood anywhere. */
  line: z.nullable(z.int()),
  /** Rounds, as the reviews of one change are counted. */
  firstSeen: z.int(),
  lastSeen: z.int(),
});
export type LedgerEntry = z.output<typeof LedgerEntry>;

/** All findings of a change, in the order in which they were first raised. Each id stands once. */
export type Ledger = readonly LedgerEntry[];

/** What a person dismissed, by the finding's id, with the reason given. */
export type Dismissals = ReadonlyMap<string, { readonly why: string; readonly finding: ReviewFinding }>;

/** Returns whether the entry is one that the agent and the reviewer have to deal with. */
export function isUnsettled({ state }: LedgerEntry): boolean {
  return state === "open" || state === "disputed";
}

/** Returns who settled what does not block while its lines stay, by id: a person's word comes first. */
export function settledBy(ledger: Ledger, dismissals: Dismissals): ReadonlyMap<string, SettledBy> {
  const settled = new Map<string, SettledBy>();
  for (const { id, state } of ledger) {
    if (state === "withdrawn") settled.set(id, "reviewer");
    if (state === "capped") settled.set(id, "cap");
  }
  for (const id of dismissals.keys()) settled.set(id, "person");
  return settled;
}

/** Returns what the check of an answer has to know of the ledger, as it stood when the reviewer was asked. */
export function historyOf(ledger: Ledger, dismissals: Dismissals): FindingHistory {
  const dismissed = [...dismissals].map(([id, { finding }]) => ({ id, finding }));
  const disputed = ledger.filter(({ state }) => state === "disputed");
  return {
    known: [...ledger, ...dismissed],
    disputed: new Map(disputed.map(({ id, finding }) => [id, finding.failure_path])),
    reasons: new Map([
      ...ledger.map(({ id, why }) => [id, why] as const),
      ...[...dismissals].map(([id, { why }]) => [id, why] as const),
    ]),
  };
}

/** Returns the ledger after the rounds of a prompt were used up: what was open does not block again. */
export function cappedLedger(ledger: Ledger): Ledger {
  const why = "open when the rounds of a prompt were used up";
  return ledger.map((entry) => (isUnsettled(entry) ? { ...entry, state: "capped", why } : entry));
}

/** Returns what the next change has to remember after a signature: that which never blocks again. */
export function signedLedger(ledger: Ledger): Ledger {
  return ledger.filter(({ state }) => state === "withdrawn" || state === "capped" || state === "dismissed");
}
