import { clip, count, oneLine, plainText } from "#base/text.ts";
import type { Failure } from "#gate/failure/failure.ts";
import { failureLine } from "#gate/failure/failure-message.ts";
import { coverageLine } from "#gate/scope/coverage.ts";
import { SEVERITIES } from "#gate/verdict/finding.ts";
import type { BlockVerdict, CountingFinding } from "#gate/verdict/verdict.ts";
import type { ReviewReport } from "./stop-report.ts";

/** The only two things that can hold a stop back: findings that count, or the once-only `onFailure` block. */
export type BlockCause =
  | {
      readonly kind: "findings";
      readonly findings: BlockVerdict["findings"];
      readonly round: number;
      readonly of: number;
      readonly review: ReviewReport;
      readonly receipt: string | undefined;
    }
  | { readonly kind: "failure"; readonly failure: Failure };

/** The host sets no limit and sends the text twice; this is ours, in characters. */
const LONGEST_REASON = 60_000;
/** Room kept for the line that counts what was left out. */
const MORE_LENGTH = 100;
const LONGEST_TITLE = 300;
const LONGEST_FIELD = 4_000;

/** Returns what the agent is told. It names no way out but dealing with the findings. */
export function blockReason(cause: BlockCause): string {
  if (cause.kind === "findings") return findingsReason(cause);
  return `Countersign could not review this work, and this repository asks that such a stop is held back once. ${failureLine(cause.failure)}. If you caused this, undo it; else stop again.`;
}

function findingsReason(cause: Extract<BlockCause, { kind: "findings" }>): string {
  const worst = cause.findings.toSorted(
    (a, b) => SEVERITIES.indexOf(b.finding.severity) - SEVERITIES.indexOf(a.finding.severity),
  );
  const head = `Countersign: this work is not signed. A second model reviewed exactly this change and reports ${count(worst.length, "finding")} to deal with (round ${cause.round} of ${cause.of}).`;
  const tail = [
    HOW_TO_GO_ON,
    `Coverage: ${coverageLine(cause.review.coverage)}.`,
    ...(cause.receipt === undefined ? [] : [`Receipt: ${cause.receipt}`]),
  ].join("\n");
  return [head, ...fitting(worst.map(findingText), LONGEST_REASON - head.length - tail.length), tail].join(
    "\n\n",
  );
}

const HOW_TO_GO_ON =
  "Mend the cause of every finding with the smallest change that does it. Where one is wrong, leave that code as it is and say in your answer why, naming the finding by its id and the lines that show it: the reviewer reads your answer with what you change next, and must answer your reason or withdraw the finding; where you change nothing, the user decides. Then end your turn.";

function findingText({ id, finding, line }: CountingFinding, index: number): string {
  return [
    `${index + 1}. [${finding.severity}] ${oneLine(finding.file)}:${line}${finding.side === "old" ? " (removed)" : ""} ${clip(oneLine(finding.title), LONGEST_TITLE)} (${id})`,
    `   Lines: ${field(finding.quote)}`,
    `   Why it fails: ${field(finding.failure_path)}`,
    `   What to do: ${field(finding.recommendation)}`,
  ].join("\n");
}

function field(text: string): string {
  return clip(plainText(text).trim(), LONGEST_FIELD).replaceAll("\n", "\n   ");
}

/** Returns the texts that fit, and a line that counts the others. */
function fitting(texts: readonly string[], room: number): readonly string[] {
  let left = room - MORE_LENGTH;
  const kept = texts.filter((text) => {
    left -= text.length + 2;
    return left >= 0;
  });
  const more = texts.length - kept.length;
  return more === 0 ? kept : [...kept, `${more} more in the receipt`];
}
