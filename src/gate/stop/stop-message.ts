import { clip, count, oneLine } from "#base/text.ts";
import { failureMessage } from "#gate/failure/failure-message.ts";
import { pauseAfterFailureText, pauseText } from "#gate/failure/pause-text.ts";
import { type Coverage, coverageGaps, coverageLine, hasNotes, isPartial } from "#gate/scope/coverage.ts";
import type { CheckedFinding } from "#gate/verdict/finding.ts";
import type { CountingFinding } from "#gate/verdict/verdict.ts";
import type { BlockCause } from "./block-reason.ts";
import type { Outcome, SkipReason } from "./outcome.ts";
import type { ReviewReport, StopReport, StopSettings } from "./stop-report.ts";

const LISTED = 20;
/** Ids beside the first one that a line about dismissing gives. */
const NAMED = 5;
const TITLE_LENGTH = 160;

/** Returns what the user reads beside a block: the ways out, which the agent is not told. */
export function heldMessage(cause: BlockCause, report: StopReport): string {
  if (cause.kind === "failure") {
    return lines(
      `Countersign: held back once, as onFailure asks. ${failureMessage(cause.failure)}`,
      pauseLine(report),
      waysOut(report),
      receiptLine(report),
    );
  }
  const found = count(cause.findings.length, "finding");
  return lines(
    `Countersign: held back, ${found} by ${oneLine(cause.review.model)} (round ${cause.round} of ${cause.of}).`,
    dismissLine(cause.findings, report),
    waysOut(report),
    receiptLine(report),
    firstReviewLine(report),
  );
}

/** Returns what the user reads when a stop is let through, or `undefined` where nothing needs saying. */
export function passMessage(
  outcome: Outcome,
  report: StopReport,
  settings: StopSettings,
): string | undefined {
  switch (outcome.kind) {
    case "allowed":
      return allowedMessage(report, settings);
    case "blocked":
      return lines(
        "Countersign: not held back, for the block names no finding that counts. Please report this mistake of Countersign's own.",
        receiptLine(report),
      );
    case "advised":
      return withFindings("not signed; the gate only advises, so the stop was let through.", report);
    case "capped":
      return withFindings(
        `${CAPPED[outcome.why]} The stop was let through and the change stays unsigned.`,
        report,
      );
    case "unresolved":
      return withFindings(
        "nothing changed since the last review, whose findings are still open. Let through, unsigned.",
        report,
      );
    case "deferred":
      return "Countersign: background tasks are running; the review waits for the stop that follows them.";
    case "skipped":
      return skippedMessage(outcome.why, report, settings);
    case "failed":
      return failedMessage(outcome.class, outcome.detail, report);
    case "joined":
      return settings.messages === "verbose"
        ? "Countersign: another hook is deciding about this stop."
        : undefined;
  }
}

const CAPPED: Record<Extract<Outcome, { kind: "capped" }>["why"], string> = {
  rounds: "the rounds of this prompt are used up.",
  minutes: "the time for this prompt's rounds is used up.",
};

const SKIPPED: Record<SkipReason, string> = {
  unchanged: "nothing to review since the last decision.",
  "no-baseline": "this session had no baseline; one was taken now, and what follows will be reviewed.",
  "no-vcs": "this folder is in no git repository, so nothing is reviewed.",
  "not-sent": 'nothing is reviewed: this repository is configured not to be sent ("send": false).',
  "person-skipped": "let through without a review, as a person asked.",
  anothers: "all that changed is provably the work of others, so there is nothing of this session to review.",
  "nothing-to-show": "nothing of this change can be shown to a reviewer; it stays unsigned.",
  paused: "not reviewed, let through unsigned.",
  budget: "not reviewed, let through unsigned.",
};

/** One line, for it is read at every stop. */
function allowedMessage(report: StopReport, { messages }: StopSettings): string | undefined {
  const { review } = report;
  if (review === undefined || messages === "quiet") return firstReviewLine(report) || undefined;
  const unproved = review.findings.filter(({ status }) => status === "unverified").length;
  const dismissed = review.findings.filter(isDismissed).length;
  const noted = review.findings.length - unproved - dismissed;
  const signed = [
    `Countersign: signed by ${oneLine(review.model)}`,
    covering(review.coverage),
    ...(noted > 0 ? [`${count(noted, "finding")} noted`] : []),
    ...(dismissed > 0 ? [`${count(dismissed, "finding")} dismissed by a person`] : []),
    ...(unproved > 0 ? [`${count(unproved, "finding")} did not hold against the code`] : []),
    spent(review),
    ...(messages === "verbose" ? [receiptLine(report)] : [gapsLine(review.coverage, report)]),
  ].filter((part) => part !== "");
  return lines(signed.join(" · "), firstReviewLine(report));
}

function isDismissed(finding: CheckedFinding): boolean {
  return finding.status === "settled" && finding.by === "person";
}

/** A whole signature counts its files; anything less says what is missing. */
function covering(coverage: Coverage): string {
  if (isPartial(coverage)) return `partly: ${coverageLine(coverage)}`;
  return hasNotes(coverage) ? coverageLine(coverage) : count(coverage.shown.length, "file");
}

function spent({ seconds, tokens }: ReviewReport): string {
  return `${Math.round(seconds)} s · ${tokens < 1000 ? tokens : `${(tokens / 1000).toFixed(1)}k`} tokens`;
}

function skippedMessage(why: SkipReason, report: StopReport, { messages }: StopSettings): string | undefined {
  if (why === "unchanged" && messages !== "verbose") return undefined;
  if (why === "paused" || why === "budget") {
    return lines(`Countersign: ${SKIPPED[why]}`, pauseLine(report), receiptLine(report));
  }
  const where = report.root === undefined ? "" : ` (${oneLine(report.root)})`;
  return `Countersign: ${SKIPPED[why]}${why === "no-baseline" ? where : ""}`;
}

function failedMessage(kind: string, detail: string, report: StopReport): string {
  const what = report.failure === undefined ? `${kind}: ${oneLine(detail)}` : failureMessage(report.failure);
  return lines(
    `Countersign: not reviewed [${kind}], let through unsigned. ${what}`,
    pauseLine(report),
    receiptLine(report),
  );
}

/** Said once: the stops until then are let through in silence. */
function pauseLine({ pause, failure, command }: StopReport): string {
  if (pause === undefined) return "";
  const again = pause.kind === "breaker" ? ` \`!${command} on\` has it tried at the next stop.` : "";
  const why = failure === undefined ? pauseText(pause) : pauseAfterFailureText(pause);
  return `${why} Stops until then are let through in silence; what they leave stays due.${again}`;
}

function withFindings(what: string, report: StopReport): string {
  const verdict = report.review?.verdict ?? report.open;
  const open = verdict?.kind === "block" ? verdict.findings : [];
  const more = open.length - LISTED;
  return lines(
    `Countersign: ${what}`,
    ...open.slice(0, LISTED).map(findingLine),
    more > 0 ? `and ${more} more` : "",
    ...(report.again === true ? [] : [dismissLine(open, report), receiptLine(report)]),
    firstReviewLine(report),
  );
}

function findingLine({ id, finding, line }: CountingFinding): string {
  const title = clip(oneLine(finding.title), TITLE_LENGTH);
  return `- [${finding.severity}] ${oneLine(finding.file)}:${line} ${title} (${id})`;
}

/** The ids stand here, for the agent's text, in which they stand too, is not always on the screen. */
function dismissLine(findings: readonly CountingFinding[], { command }: StopReport): string {
  const [first, ...others] = new Set(findings.map(({ id }) => id));
  if (first === undefined) return "";
  const named = others.slice(0, NAMED).join(", ");
  const also = others.length === 0 ? "" : ` (or ${named}${others.length > NAMED ? ", ..." : ""})`;
  return `To dismiss a finding that is wrong: \`!${command} dismiss ${first} --why "..."\`${also}.`;
}

function waysOut({ command }: StopReport): string {
  return `To let the next stop through: \`!${command} skip\`. To switch the gate off for this session: \`!${command} off\`.`;
}

function receiptLine({ receipt, command }: StopReport): string {
  return receipt === undefined ? "" : `\`${command} why ${receipt}\` explains it.`;
}

/** A count of files that are not signed is no use without their names. */
function gapsLine(coverage: Coverage, { receipt, command }: StopReport): string {
  if (receipt === undefined || coverageGaps(coverage).length === 0) return "";
  return `\`${command} why ${receipt}\` names them`;
}

function firstReviewLine({ firstReview, root }: StopReport): string {
  if (firstReview === undefined) return "";
  return `First review in ${oneLine(root ?? "this folder")}: the change, and what the reviewer reads around it, goes to ${oneLine(firstReview.provider)} through your own Codex. \`"send": false\` in .countersign.json keeps a repository from being sent.`;
}

function lines(...parts: readonly string[]): string {
  return parts.filter((part) => part !== "").join("\n");
}
