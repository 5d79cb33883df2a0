import {
  type CheckedFinding,
  type ReviewFinding,
  SEVERITIES,
  type SettledBy,
} from "#gate/verdict/finding.ts";
import { folded, isTelling } from "#gate/verdict/quote.ts";
import { isAlike } from "./known-finding.ts";
import type { FindingState, Ledger, LedgerEntry } from "./ledger.ts";
import { isUnsettled } from "./ledger.ts";
import type { Standing } from "./ledger-standing.ts";

/** What a round brought: the answer's findings after their check, and where the lines of earlier ones stand. */
export type RoundResult = {
  readonly checked: readonly CheckedFinding[];
  readonly standing: ReadonlyMap<string, Standing>;
  readonly round: number;
};

/** More is no history that anybody reads. What is open is kept whatever its number. */
const MOST_KEPT = 300;
/** A mended line moves its neighbours by about so much. */
const NEAR_LINES = 10;

/**
 * Returns the ledger after a round's answer: each earlier finding moved to where the answer and the
 * code put it, then those that are new. A finding that comes back about changed lines replaces the
 * one that it was, so that one defect stands in the ledger once. Notes are not remembered.
 */
export function ledgerAfter(previous: Ledger, result: RoundResult): Ledger {
  const raised = raisedById(result.checked);
  const replaced = new Set<LedgerEntry>();
  const added = [...raised.values()].flatMap((same) => {
    if (previous.some(({ id }) => id === same.id)) return [];
    const before = previous.find((entry) => !replaced.has(entry) && isReplaced(entry, same, result));
    if (before !== undefined) replaced.add(before);
    return entryOf(same, before, result.round);
  });
  const moved = previous
    .filter((entry) => !replaced.has(entry))
    .flatMap((entry) => movedEntry(entry, raised.get(entry.id), result));
  return bounded([...moved, ...added]);
}

/** The strongest standing of all that an answer says about the same lines comes first. */
const STRENGTH = ["counts", "settled", "unverified", "note"] as const;

/** All that an answer says about the same lines is one finding here, in the words of all that weigh alike. */
function raisedById(checked: readonly CheckedFinding[]): ReadonlyMap<string, CheckedFinding> {
  const raised = new Map<string, CheckedFinding>();
  for (const one of checked) {
    const known = raised.get(one.id);
    raised.set(one.id, known === undefined ? one : stronger(known, one));
  }
  return raised;
}

function stronger(one: CheckedFinding, other: CheckedFinding): CheckedFinding {
  const weight = STRENGTH.indexOf(other.status) - STRENGTH.indexOf(one.status);
  if (weight === 0) return { ...one, finding: joined(one, other) };
  return weight < 0 ? other : one;
}

function joined({ finding: one }: CheckedFinding, { finding: other }: CheckedFinding): ReviewFinding {
  const both = (a: string, b: string, between: string) => (a.includes(b) ? a : `${a}${between}${b}`);
  const worse = SEVERITIES.indexOf(other.severity) > SEVERITIES.indexOf(one.severity) ? other : one;
  return {
    ...one,
    severity: worse.severity,
    title: both(one.title, other.title, "; "),
    failure_path: both(one.failure_path, other.failure_path, "\n"),
    recommendation: both(one.recommendation, other.recommendation, "\n"),
  };
}

/** An attempt that left the defect in changed its lines: what is raised there under such a name is the same. */
function isReplaced(entry: LedgerEntry, raised: CheckedFinding, { standing, checked }: RoundResult): boolean {
  if (raised.status !== "counts" || entry.line === null || standing.get(entry.id) !== "gone") return false;
  if (checked.some(({ id }) => id === entry.id)) return false;
  if (!isUnsettled(entry) && entry.state !== "unverified") return false;
  const { finding } = raised;
  if (entry.finding.file !== finding.file || entry.finding.side !== finding.side) return false;
  if (!isAlike(entry.finding.title, finding.title)) return false;
  return Math.abs(entry.line - raised.line) <= NEAR_LINES || shareLine(entry.finding.quote, finding.quote);
}

function shareLine(one: string, other: string): boolean {
  const lines = new Set(one.split("\n").filter(isTelling).map(folded));
  return other.split("\n").some((line) => lines.has(folded(line)));
}

function entryOf(
  raised: CheckedFinding,
  before: LedgerEntry | undefined,
  round: number,
): readonly LedgerEntry[] {
  if (raised.status === "note") return [];
  const { id, finding } = raised;
  return [
    {
      id,
      formerly: before === undefined ? [] : [...before.formerly, before.id],
      ...(before === undefined
        ? standFor(raised, `raised in round ${round}`)
        : { state: "open", why: "raised again after its lines were changed" }),
      finding,
      line: raised.status === "unverified" ? null : raised.line,
      firstSeen: before?.firstSeen ?? round,
      lastSeen: round,
    },
  ];
}

type Stand = Pick<LedgerEntry, "state" | "why">;

const SETTLED_STATE: Record<SettledBy, FindingState> = {
  cap: "capped",
  person: "dismissed",
  reviewer: "withdrawn",
};

function standFor(raised: Exclude<CheckedFinding, { status: "note" }>, why: string): Stand {
  switch (raised.status) {
    case "counts":
      return { state: "open", why };
    case "settled":
      return { state: SETTLED_STATE[raised.by], why: raised.why ?? "" };
    case "unverified":
      return { state: "unverified", why: raised.doubt };
  }
}

function movedEntry(
  entry: LedgerEntry,
  raised: CheckedFinding | undefined,
  result: RoundResult,
): readonly LedgerEntry[] {
  if (raised === undefined) return leftOut(entry, result.standing.get(entry.id));
  const { quote, side, file } = entry.finding;
  const line = raised.status === "unverified" ? entry.line : raised.line;
  const seen = { finding: { ...raised.finding, quote, side, file }, line, lastSeen: result.round };
  return [{ ...entry, ...seen, ...standAgain(entry, raised) }];
}

/** What is settled stays so, whatever becomes of a finding that does not block anyway. */
function standAgain(entry: LedgerEntry, raised: CheckedFinding): Stand {
  const { state, why } = entry;
  if (raised.status === "note") {
    if (!isUnsettled(entry)) return { state, why };
    const { kind, severity } = raised.finding;
    return { state: "withdrawn", why: kind === "question" ? "made a question" : `lowered to ${severity}` };
  }
  if (raised.status === "unverified" && !isUnsettled(entry)) return { state, why };
  return standFor(raised, state === "fixed" ? "its lines came back" : "raised again");
}

function leftOut(entry: LedgerEntry, standing: Standing = "gone"): readonly LedgerEntry[] {
  if (!isUnsettled(entry) && entry.state !== "unverified") return [entry];
  if (entry.line === null) return [];
  switch (standing) {
    case "stands":
      return [{ ...entry, state: "withdrawn", why: "its lines stand, and the reviewer left it out" }];
    case "gone":
      return [{ ...entry, state: "fixed", why: "its lines are gone, and it was not raised again" }];
    case "unseen":
      return [{ ...entry, why: "its file was not shown again" }];
  }
}

function bounded(ledger: Ledger): Ledger {
  const closed = ledger.filter((entry) => !isUnsettled(entry));
  const surplus = new Set(closed.slice(0, Math.max(0, ledger.length - MOST_KEPT)));
  return ledger.filter((entry) => !surplus.has(entry));
}
