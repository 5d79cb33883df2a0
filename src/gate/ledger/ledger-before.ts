import type { Dismissals, Ledger, LedgerEntry } from "./ledger.ts";
import { isUnsettled } from "./ledger.ts";
import type { Standing } from "./ledger-standing.ts";

/** What happened to a ledger's findings between two rounds. */
export type BetweenRounds = {
  /** Whether each one's lines stand in the new snapshot, by id. */
  readonly standing: ReadonlyMap<string, Standing>;
  /** What the agent says. What it does not speak of is not disputed. */
  readonly claim: string | undefined;
  readonly dismissals: Dismissals;
};

/**
 * Returns the ledger as the reviewer is asked about it. What a person dismissed meanwhile is
 * dismissed; a finding whose lines the agent left as they were, and of which it speaks, is disputed.
 */
export function ledgerBefore(ledger: Ledger, between: BetweenRounds): Ledger {
  return ledger.map((entry) => disputed(dismissed(entry, between), between));
}

function dismissed(entry: LedgerEntry, { dismissals }: BetweenRounds): LedgerEntry {
  const dismissal = dismissals.get(entry.id);
  if (dismissal !== undefined) return { ...entry, state: "dismissed", why: dismissal.why };
  if (entry.state !== "dismissed") return entry;
  return { ...entry, state: "open", why: "its dismissal was taken back" };
}

/** What once held and came back unproved is as open to dispute as it was before. */
function disputed(entry: LedgerEntry, { standing, claim }: BetweenRounds): LedgerEntry {
  const contested = isUnsettled(entry) || (entry.state === "unverified" && entry.line !== null);
  if (!contested || standing.get(entry.id) !== "stands" || !speaksOf(claim ?? "", entry)) return entry;
  return { ...entry, state: "disputed", why: "its lines stand as they were, although the agent went on" };
}

/** By its id, or by the name of its file: an agent that only says that it is done disputes nothing. */
function speaksOf(claim: string, { id, formerly, finding }: LedgerEntry): boolean {
  const name = finding.file.slice(finding.file.lastIndexOf("/") + 1);
  return [id, ...formerly, name].some((word) => claim.includes(word));
}
