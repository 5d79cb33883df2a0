import { digestOf } from "#base/digest.ts";
import { clip } from "#base/text.ts";
import { findingId } from "#gate/ledger/finding-id.ts";
import { type KnownFinding, raisedBefore, textsOf } from "#gate/ledger/known-finding.ts";
import { redacted } from "#gate/redact/redact.ts";
import { checkPlace } from "./check-place.ts";
import type { Evidence, EvidenceLine } from "./evidence.ts";
import {
  type CheckedFinding,
  type ReviewFinding,
  SEVERITIES,
  type SettledBy,
  type Severity,
} from "./finding.ts";
import { folded, type Match } from "./quote.ts";

/** What is remembered of findings when an answer comes. */
export type FindingHistory = {
  /** What was raised before: a quote of more or fewer of the same lines gets the same id. */
  readonly known: readonly KnownFinding[];
  /** The failure path under which each finding that the agent disputes was raised, by id. */
  readonly disputed: ReadonlyMap<string, string>;
  /** Why a finding is settled, by id, where somebody said so. */
  readonly reasons: ReadonlyMap<string, string>;
};

export type CheckRules = {
  readonly blockSeverity: Severity;
  /** Findings that do not block again while their lines stay, by id. */
  readonly settled: ReadonlyMap<string, SettledBy>;
  /** Absent where nothing was raised before. */
  readonly history?: FindingHistory;
};

const NO_HISTORY: FindingHistory = { known: [], disputed: new Map(), reasons: new Map() };

/** In characters. A quote is found again by its text in later rounds, so it is left more room. */
const LONGEST_FIELD = 8_000;
const LONGEST_KEPT_QUOTE = 32_000;

/**
 * Returns the reviewer's findings, each held against the code that the reviewer was shown. A
 * finding whose file, lines and quote hold gets the path as git writes it and the line at which
 * its quote stands. One that repeats another word for word is left out.
 */
export function checkFindings(
  findings: readonly ReviewFinding[],
  evidence: Evidence,
  rules: CheckRules,
): readonly CheckedFinding[] {
  const distinct = new Map<string, CheckedFinding>();
  for (const raw of findings) {
    const finding = withoutSecrets(raw);
    const checked = checkedFinding(finding, evidence, rules);
    const { title, severity, kind, failure_path } = finding;
    const key = digestOf([checked.id, checked.status, title, severity, kind, failure_path]);
    if (!distinct.has(key)) distinct.set(key, checked);
  }
  return [...distinct.values()];
}

/**
 * A reviewer with a shell can have seen a value that it was not shown. What it writes of that goes no
 * further, and its quote is held against lines of which the value was replaced too.
 */
function withoutSecrets(finding: ReviewFinding): ReviewFinding {
  return {
    ...finding,
    title: redacted(finding.title).text,
    quote: redacted(finding.quote).text,
    failure_path: redacted(finding.failure_path).text,
    recommendation: redacted(finding.recommendation).text,
  };
}

/** A finding is kept in records and repeated in prompts and messages: an essay is cut. */
function bounded(finding: ReviewFinding): ReviewFinding {
  return {
    ...finding,
    title: clip(finding.title, LONGEST_FIELD),
    quote: clip(finding.quote, LONGEST_KEPT_QUOTE),
    failure_path: clip(finding.failure_path, LONGEST_FIELD),
    recommendation: clip(finding.recommendation, LONGEST_FIELD),
  };
}

/** Returns whether a finding may block at all, were its place proved. */
export function canBlock(finding: ReviewFinding, blockSeverity: Severity): boolean {
  const reaches = SEVERITIES.indexOf(finding.severity) >= SEVERITIES.indexOf(blockSeverity);
  return reaches && finding.kind !== "question";
}

function checkedFinding(raw: ReviewFinding, evidence: Evidence, rules: CheckRules): CheckedFinding {
  const { known, disputed, reasons } = rules.history ?? NO_HISTORY;
  const check = checkPlace(raw, evidence);
  const finding = bounded({ ...raw, file: check.path });
  if (check.kind === "doubtful") {
    const id = findingId(finding, raw.quote.split("\n"));
    return { status: "unverified", id, finding, doubt: check.doubt };
  }
  const id = stableId(finding, check.match, { evidence, known });
  const line = check.match[0].number;
  const by = rules.settled.get(id);
  if (by !== undefined) {
    const why = reasons.get(id);
    return { status: "settled", id, finding, line, by, ...(why === undefined ? {} : { why }) };
  }
  if (!canBlock(raw, rules.blockSeverity)) return { status: "note", id, finding, line };
  if (isUnanswered(raw, disputed.get(id))) {
    return { status: "unverified", id, finding, doubt: "dispute-not-answered" };
  }
  return { status: "counts", id, finding, line };
}

/** The same defect, quoted with more or fewer lines around it, keeps the id that it got first. */
function stableId(
  finding: ReviewFinding,
  match: Match<EvidenceLine>,
  { evidence, known }: { readonly evidence: Evidence; readonly known: readonly KnownFinding[] },
): string {
  const id = findingId(finding, textsOf(match));
  if (known.some((one) => one.id === id)) return id;
  return raisedBefore({ finding, match }, known, evidence)?.id ?? id;
}

/** A reviewer that only says again what it said before has not weighed the agent's reason. */
function isUnanswered({ failure_path }: ReviewFinding, earlier: string | undefined): boolean {
  return earlier !== undefined && plain(earlier).includes(plain(failure_path));
}

function plain(text: string): string {
  return folded(text).toLowerCase();
}
