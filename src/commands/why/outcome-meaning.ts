import { count, oneLine } from "#base/text.ts";
import { FAILURE_TEXTS } from "#gate/failure/failure-texts.ts";
import type { Outcome, SkipReason } from "#gate/stop/outcome.ts";
import type { Receipt } from "#runs/receipts/receipt.ts";

/** What an outcome meant, and what to do where something is to be done. */
export type OutcomeMeaning = { readonly means: string; readonly next: string | null };

const SKIPPED: Record<SkipReason, string> = {
  unchanged: "nothing had changed since the last decision, so there was nothing to review.",
  "no-baseline": "the session had no baseline to compare with. One was taken then, for the stops after it.",
  "no-vcs": "the folder is in no git repository, so there was nothing to compare with.",
  "not-sent": 'this repository is configured not to be sent to a second vendor ("send": false).',
  "person-skipped": "a person had asked to let this stop through.",
  anothers: "all that had changed is provably the work of others, who are reviewed where they work.",
  "nothing-to-show": "nothing of the change could be shown to a reviewer. It stays unsigned.",
  paused: "its reviewer had failed before and was not asked for a while. The change stayed unsigned.",
  budget: "the budget of reviews was used up. The change stayed unsigned.",
};

const CAPPED: Record<Extract<Outcome, { kind: "capped" }>["why"], string> = {
  rounds: "the rounds of its prompt were used up",
  minutes: "the time for the rounds of its prompt was used up",
};

/** Returns what a receipt's outcome means in plain words. */
export function outcomeMeaning({ event, outcome, findings }: Receipt): OutcomeMeaning {
  const onDemand = event === "review";
  switch (outcome.kind) {
    case "allowed":
      if (onDemand) return plain(outcome.partial ? PASSED_PARTLY : PASSED);
      return plain(outcome.partial ? SIGNED_PARTLY : SIGNED);
    case "blocked": {
      const counting = findings.filter(({ status }) => status === "counts").length;
      if (onDemand) {
        return plain(
          `A person asked for this review: ${count(counting, "finding")} held against the code. No stop was held back.`,
        );
      }
      return plain(
        `Held back in round ${outcome.round} of ${outcome.of}: ${count(counting, "finding")} held against the code and had to be dealt with. The change was not signed.`,
      );
    }
    case "advised":
      return plain(
        "Let through unsigned: findings held against the code, but the gate was set to advise only.",
      );
    case "skipped":
      return plain(`Let through without a review: ${SKIPPED[outcome.why]}`);
    case "deferred":
      return plain(
        "Let through for now: background tasks were running. The stop that follows them reviews everything since the baseline.",
      );
    case "capped":
      return plain(
        `Let through unsigned: ${CAPPED[outcome.why]}. What was open then does not block again while its lines stay as they are.`,
      );
    case "unresolved":
      return plain(
        "Let through unsigned: nothing had changed since the last review, whose findings were still open.",
      );
    case "failed":
      return failed(outcome);
    case "joined":
      return plain("Another hook decided about the same stop at the same time: its receipt tells what.");
  }
}

const SIGNED =
  "Signed: the reviewer answered, and no finding that counts was severe enough to block. This state became the new baseline.";
const SIGNED_PARTLY =
  "Signed in part: no finding that counts was severe enough to block. What was not shown, or only in part, stays unsigned and belongs to the next change.";

const PASSED =
  "A person asked for this review: the reviewer answered, and no finding that counts was severe enough to block.";
const PASSED_PARTLY = `${PASSED} What was not shown, or only in part, was not judged.`;

function plain(means: string): OutcomeMeaning {
  return { means, next: null };
}

/** A class that this version does not know comes from another one, and is told as it was recorded. */
function failed({ class: kind, detail, blocked }: Extract<Outcome, { kind: "failed" }>): OutcomeMeaning {
  const text = Object.entries(FAILURE_TEXTS).find(([known]) => known === kind)?.[1];
  const what = `${text?.what ?? `A failure of the kind "${oneLine(kind)}"`}${detail === "" ? "" : ` (${oneLine(detail)})`}`;
  const then = blocked
    ? "The stop was held back this once, as onFailure asks."
    : "The stop was let through, unsigned.";
  return { means: `Not reviewed. ${what}. ${then}`, next: text?.next ?? null };
}
