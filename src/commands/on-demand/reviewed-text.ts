import { oneLine } from "#base/text.ts";
import { failureWords } from "#commands/failure-words.ts";
import { whyFindings } from "#commands/why/why-findings.ts";
import { coverageGaps, coverageLine } from "#gate/scope/coverage.ts";
import type { Reviewed } from "./review-once.ts";

/** Returns what a person reads of the reviews that were made. `command` is how the command line is called here. */
export function reviewedText(results: readonly Reviewed[], command: string): string {
  if (results.length === 0) return "No session left anything unsigned in this tree.\n";
  return results.map((one) => oneText(one, command)).join("\n");
}

/** Returns the same for programs. */
export function reviewedJson({ what, outcome, review, failure, receipt }: Reviewed): Record<string, unknown> {
  const findings = review !== undefined && "findings" in review ? review.findings : [];
  return {
    what,
    outcome,
    receipt,
    findings,
    coverage: review?.coverage ?? null,
    failure: failure ?? null,
  };
}

function oneText({ what, outcome, review, failure, notices, receipt }: Reviewed, command: string): string {
  const findings = review !== undefined && "findings" in review ? review.findings : [];
  const lines = [
    `Countersign: ${VERDICTS[wordOf(outcome)]} · ${oneLine(what)}`,
    ...notices.map(oneLine),
    ...(failure === undefined ? [] : [failureWords(failure, "review")]),
    ...(review === undefined ? [] : [`${coverageLine(review.coverage)}.`, ...gapLines(review.coverage)]),
    `\`${command} why ${receipt}\` explains it.`,
  ];
  const found = whyFindings(findings);
  return `${lines.join("\n")}\n${found}${outcome.kind === "blocked" ? nextText(command) : ""}`;
}

function nextText(command: string): string {
  return `\nMend what counts and have it reviewed again, or dismiss what is wrong: \`${command} dismiss ID --why "..."\`.\n`;
}

type Word = "allow" | "block" | "unchanged" | "none";

const VERDICTS: Record<Word, string> = {
  allow: "ALLOW",
  block: "BLOCK",
  unchanged: "nothing to review",
  none: "no verdict",
};

function wordOf(outcome: Reviewed["outcome"]): Word {
  if (outcome.kind === "allowed") return "allow";
  if (outcome.kind === "blocked") return "block";
  return outcome.kind === "skipped" && outcome.why === "unchanged" ? "unchanged" : "none";
}

function gapLines(coverage: Parameters<typeof coverageGaps>[0]): readonly string[] {
  return coverageGaps(coverage).map((line) => `- ${line}`);
}
