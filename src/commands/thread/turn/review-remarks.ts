import type { ReviewOutput } from "#codex/thread/review-output.ts";
import type { ChallengeFinding } from "#gate/challenge/challenge-answer.ts";
import type { CheckedChallenge } from "#gate/challenge/check-challenge.ts";
import type { ReviewRemark } from "#runs/records/run-record.ts";

/** How many lines the file has that a finding names; `undefined` where there is no such file. */
export type LinesOf = (absolutePath: string) => number | undefined;

/** What Codex's priorities come to. */
const SEVERITIES = ["critical", "high", "medium", "low"] as const;

/**
 * Returns the findings of a review of Codex's own. They quote nothing, so that what is checked is whether
 * the lines are there that they point at.
 */
export function nativeRemarks(
  { findings }: ReviewOutput,
  { root, linesOf }: { readonly root: string; readonly linesOf: LinesOf | undefined },
): ReviewRemark[] {
  return findings.map(
    ({ title, body, priority, code_location: { absolute_file_path: path, line_range } }) => ({
      title,
      body,
      file: path.startsWith(`${root}/`) ? path.slice(root.length + 1) : path,
      lineStart: line_range.start,
      lineEnd: line_range.end,
      severity: SEVERITIES[Math.trunc(priority ?? Number.NaN)] ?? severityIn(title),
      ...placeCheck(line_range, linesOf === undefined ? "unknown" : linesOf(path)),
    }),
  );
}

/** The title begins with the same: `[P1] ...`. */
function severityIn(title: string): string | null {
  const priority = /^\[P([0-3])\]/.exec(title)?.[1];
  return priority === undefined ? null : (SEVERITIES[Number(priority)] ?? null);
}

function placeCheck(
  { start, end }: { readonly start: number; readonly end: number },
  lines: number | "unknown" | undefined,
): Pick<ReviewRemark, "check" | "detail"> {
  if (lines === "unknown") return { check: "unchecked", detail: "the files of its target are not at hand" };
  if (lines === undefined)
    return { check: "does-not-stand", detail: "there is no such file in the work tree" };
  if (start < 1 || end < start || end > lines) {
    return { check: "does-not-stand", detail: `the file has ${lines} lines` };
  }
  return { check: "stands", detail: "the lines are there" };
}

/** Returns the findings of a challenge as they are put on record. */
export function challengeRemarks(checked: readonly CheckedChallenge[]): ReviewRemark[] {
  return checked.map(({ finding, check }) => ({
    ...challengeRemark(finding),
    ...(check.kind === "stands"
      ? { check: "stands", detail: `its quote stands at line ${check.line}` }
      : { check: "does-not-stand", detail: DOUBTS[check.doubt] }),
  }));
}

/** Returns the same where there are no files to hold them against. */
export function uncheckedRemarks(findings: readonly ChallengeFinding[]): ReviewRemark[] {
  return findings.map((finding) => ({
    ...challengeRemark(finding),
    check: "unchecked",
    detail: "the files of its target are not at hand",
  }));
}

function challengeRemark(finding: ChallengeFinding): Omit<ReviewRemark, "check" | "detail"> {
  const { title, file, severity, line_start, line_end, aspect, kind, failure_path } = finding;
  const body = [
    `${aspect}, ${kind}. ${failure_path}`,
    `Instead: ${finding.recommendation}`,
    `Quoted: ${finding.quote}`,
  ];
  return { title, body: body.join("\n"), file, lineStart: line_start, lineEnd: line_end, severity };
}

const DOUBTS: Record<Extract<CheckedChallenge["check"], { kind: "does-not-stand" }>["doubt"], string> = {
  "file-not-in-scope": "there is no such file in the work tree",
  "lines-not-in-file": "the file does not have these lines",
  "quote-empty": "it quotes nothing that could be found",
  "quote-not-found": "its quote does not stand at these lines",
  "quote-not-removed": "its quote was not removed",
  "dispute-not-answered": "it was disputed and not answered",
};
