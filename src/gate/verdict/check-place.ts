import { isRemoved, linesOn } from "#gate/ledger/known-finding.ts";
import { gitSpelling } from "#gate/scope/git-spelling.ts";
import type { Evidence, EvidenceFile, EvidenceLine } from "./evidence.ts";
import type { Doubt, ReviewFinding } from "./finding.ts";
import { findQuote, folded, isTelling, type Match, seen } from "./quote.ts";

/** How far from its stated lines a quote may stand: models count lines badly. */
const LINE_SLACK = 5;
/** A stated range is searched this far. A finding about more lines than these names no place. */
const LONGEST_RANGE = 400;

/** What ends a line for many readers and programs, and not for git. In CR LF the CR is no end of its own. */
const OTHER_END = /[\v\f\u0085\u2028\u2029]|\r(?=.)/su;

/** Where a finding stands, or why that cannot be told. The path is as git writes it, where it is a file's in scope. */
export type CheckedPlace =
  | { readonly kind: "stands"; readonly path: string; readonly match: Match<EvidenceLine> }
  | { readonly kind: "doubtful"; readonly path: string; readonly doubt: Doubt };

/**
 * Returns whether a finding's file, lines and quote hold against what the reviewer was shown. Of several
 * files whose names look alike the one counts in which the quote stands.
 */
export function checkPlace(finding: ReviewFinding, evidence: Evidence): CheckedPlace {
  const files = filesNamed(finding.file, evidence);
  const checks = files.map((file) => checkIn(file, finding));
  const doubt = { kind: "doubtful", path: finding.file, doubt: "file-not-in-scope" } as const;
  return checks.find(({ kind }) => kind === "stands") ?? checks[0] ?? doubt;
}

function checkIn(file: EvidenceFile, finding: ReviewFinding): CheckedPlace {
  const lines = linesOn(finding.side, file);
  const span = searchSpan(finding, lines);
  if (span === undefined) return { kind: "doubtful", path: file.path, doubt: "lines-not-in-file" };
  if (!isTelling(finding.quote)) return { kind: "doubtful", path: file.path, doubt: "quote-empty" };
  const match = findQuote(finding.quote, lines, span);
  if (match === undefined) return { kind: "doubtful", path: file.path, doubt: "quote-not-found" };
  if (finding.side === "old" && !isRemoved(match)) {
    return { kind: "doubtful", path: file.path, doubt: "quote-not-removed" };
  }
  return { kind: "stands", path: file.path, match };
}

/**
 * Tries the path as it is written first, for a folder may really be called `a` or `b`. A name that
 * git has to quote reads otherwise in the diff than it is, and one can be written in several ways that
 * look the same (decomposed letters, signs without a shape): no file gets out of reach by its name.
 */
function filesNamed(written: string, { root, files }: Evidence): readonly EvidenceFile[] {
  const slashed = written.trim().replace(/^(?:\.\/)+/, "");
  const bare = slashed.replace(/^"(.*)"$/s, "$1");
  const forms = [
    written,
    slashed,
    slashed.startsWith(`${root}/`) ? slashed.slice(root.length + 1) : slashed,
    slashed.replace(/^[ab]\//, ""),
    bare,
    bare.replace(/^[ab]\//, ""),
  ];
  const named = (spelled: (path: string) => string) => (form: string) =>
    files.find(({ path }) => spelled(path) === form) ??
    files.find(({ oldPath }) => oldPath !== null && spelled(oldPath) === form);
  const exact = firstFound(forms, named(String)) ?? firstFound(forms, named(gitSpelling));
  const looks = new Set((exact === undefined ? forms : [exact.path]).map(looksLike));
  const isAlike = (path: string | null): boolean => path !== null && looks.has(looksLike(path));
  const alike = files.filter((file) => file !== exact && (isAlike(file.path) || isAlike(file.oldPath)));
  return exact === undefined ? alike : [exact, ...alike];
}

function looksLike(path: string): string {
  return folded(seen(path));
}

function firstFound<F, T>(forms: readonly F[], find: (form: F) => T | undefined): T | undefined {
  for (const form of forms) {
    const found = find(form);
    if (found !== undefined) return found;
  }
  return undefined;
}

/**
 * A reversed range is read the other way round; one that begins before line 1 or past the end is none.
 * Where lines hold what others take for their end, numbers say nothing, and all of the file is searched.
 */
function searchSpan(
  { line_start, line_end }: ReviewFinding,
  lines: readonly EvidenceLine[],
): { from: number; to: number; near: number } | undefined {
  const first = Math.min(line_start, line_end);
  const last = Math.max(line_start, line_end);
  const end = lines.reduce((most, { number }) => Math.max(most, number), 0);
  if (end === 0 || first < 1) return undefined;
  if (hasOtherEnds(lines)) return { from: 1, to: end, near: first };
  if (first > end + LINE_SLACK) return undefined;
  const searched = Math.min(last, first + LONGEST_RANGE);
  return { from: first - LINE_SLACK, to: searched + LINE_SLACK, near: first };
}

/** Two hundred findings may be about one file of megabytes. */
const otherEnds = new WeakMap<readonly EvidenceLine[], boolean>();

function hasOtherEnds(lines: readonly EvidenceLine[]): boolean {
  const known = otherEnds.get(lines) ?? lines.some(({ text }) => OTHER_END.test(text));
  otherEnds.set(lines, known);
  return known;
}
