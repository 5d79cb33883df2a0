import type { Failure, FailureKind } from "#gate/failure/failure.ts";
import { failureFacts } from "#gate/failure/failure-message.ts";
import { FAILURE_TEXTS, type FailureText } from "#gate/failure/failure-texts.ts";

/** What failed: a review that a person asked for in a shell, or any other command. A stop has words of its own. */
export type Occasion = "review" | "command";

/** Where what is said at a stop is true as it stands. */
type Words = FailureText | "as-at-a-stop";

const AGAIN = "Run `countersign review` again: the change is still due.";
const REPORT_REVIEW =
  "Run `countersign review` again; if it keeps happening, please report it together with the receipt.";
const RETRY = "Try again in a moment.";
const REPORT = "Try again; if it keeps happening, please report it with this line.";
/** No other command has a reviewer; should one ever fail so, it says what it is. */
const REVIEWERS = { what: "Codex's answer could not be used", next: REPORT };

/** A new kind does not compile without words for every occasion. */
const WORDS: Readonly<Record<Occasion, Readonly<Record<FailureKind, Words>>>> = {
  review: {
    "codex-missing": "as-at-a-stop",
    "codex-unusable": "as-at-a-stop",
    "codex-too-old": "as-at-a-stop",
    "not-signed-in": "as-at-a-stop",
    "usage-limit": next("usage-limit", "Wait for the reset, or sign in with another account."),
    "rate-limit": next("rate-limit", "Run `countersign review` again later."),
    "model-not-found": "as-at-a-stop",
    "context-too-large": next(
      "context-too-large",
      "Lower `maxDiffBytes`, add globs to `exclude`, or have less reviewed at once with `--commit SHA`.",
    ),
    "provider-unreachable": next("provider-unreachable", `Check the network or proxy. ${AGAIN}`),
    "provider-silent": next(
      "provider-silent",
      `Ask the model something with \`codex\` in a terminal to see whether it answers. ${AGAIN}`,
    ),
    "provider-overloaded": next("provider-overloaded", "Run `countersign review` again later."),
    "stream-cut": next("stream-cut", AGAIN),
    "request-refused": "as-at-a-stop",
    "turn-failed": next("turn-failed", REPORT_REVIEW),
    "turn-interrupted": next("turn-interrupted", AGAIN),
    deadline: next("deadline", "Raise `maxMinutes`, lower `effort`, or have less reviewed at once."),
    "server-start-failed": "as-at-a-stop",
    "server-died": next("server-died", REPORT_REVIEW),
    "server-draining": next("server-draining", AGAIN),
    "sandbox-unusable": "as-at-a-stop",
    "approval-asked": next("approval-asked", REPORT_REVIEW),
    protocol: "as-at-a-stop",
    "git-missing": "as-at-a-stop",
    "git-failed": "as-at-a-stop",
    "git-timed-out": "as-at-a-stop",
    "lock-held": "as-at-a-stop",
    "answer-empty": next("answer-empty", AGAIN),
    "answer-not-json": next("answer-not-json", AGAIN),
    "answer-wrong-shape": next("answer-wrong-shape", AGAIN),
    "answer-wrong-request": next("answer-wrong-request", REPORT_REVIEW),
    "answer-contradicts-itself": next("answer-contradicts-itself", AGAIN),
    "reviewer-blind": next("reviewer-blind", `Look at the receipt for the commands that failed. ${AGAIN}`),
    "reviewer-wrote": next(
      "reviewer-wrote",
      `Look at the files named in brackets and take back what is not yours. ${AGAIN}`,
    ),
    "reviewer-unsandboxed": next(
      "reviewer-unsandboxed",
      `Do not use the review's own thread while it runs, and look for settings of Codex that lift its sandbox. ${AGAIN}`,
    ),
    "bad-input": "as-at-a-stop",
    "disk-full": "as-at-a-stop",
    "state-unwritable": "as-at-a-stop",
    "state-corrupt": "as-at-a-stop",
    bug: "as-at-a-stop",
  },
  command: {
    "codex-missing": "as-at-a-stop",
    "codex-unusable": "as-at-a-stop",
    "codex-too-old": {
      what: "This `codex` is too old for Countersign",
      next: FAILURE_TEXTS["codex-too-old"].next,
    },
    "not-signed-in": "as-at-a-stop",
    "usage-limit": next("usage-limit", "Wait for the reset, or sign in with another account."),
    "rate-limit": next("rate-limit", "Try again later."),
    "model-not-found": next("model-not-found", "Name another one with --model, or leave it to Codex."),
    "context-too-large": {
      what: "What was asked does not fit into the model's context",
      next: "Ask for less at once.",
    },
    "provider-unreachable": next("provider-unreachable", "Check the network or proxy, and try again."),
    "provider-silent": next(
      "provider-silent",
      "Ask the model something with `codex` in a terminal to see whether it answers.",
    ),
    "provider-overloaded": next("provider-overloaded", "Try again later."),
    "stream-cut": next("stream-cut", RETRY),
    "request-refused": next(
      "request-refused",
      "The text in brackets is the provider's: it says what to change.",
    ),
    "turn-failed": { what: "Codex's turn failed", next: REPORT },
    "turn-interrupted": { what: "It was interrupted before it ended", next: RETRY },
    deadline: { what: "It did not end in time", next: "Try again, or give it longer." },
    "server-start-failed": "as-at-a-stop",
    "server-died": { what: "The Codex app-server ended meanwhile", next: REPORT },
    "server-draining": next("server-draining", RETRY),
    "sandbox-unusable": {
      what: "Codex's sandbox could not start",
      next: FAILURE_TEXTS["sandbox-unusable"].next,
    },
    "approval-asked": { what: "Codex asked for a permission that nobody may give it", next: REPORT },
    protocol: "as-at-a-stop",
    "git-missing": "as-at-a-stop",
    "git-failed": "as-at-a-stop",
    "git-timed-out": "as-at-a-stop",
    "lock-held": "as-at-a-stop",
    "answer-empty": REVIEWERS,
    "answer-not-json": REVIEWERS,
    "answer-wrong-shape": REVIEWERS,
    "answer-wrong-request": REVIEWERS,
    "answer-contradicts-itself": REVIEWERS,
    "reviewer-blind": REVIEWERS,
    "reviewer-wrote": REVIEWERS,
    "reviewer-unsandboxed": REVIEWERS,
    "bad-input": { what: "What came in could not be read", next: REPORT },
    "disk-full": "as-at-a-stop",
    "state-unwritable": "as-at-a-stop",
    "state-corrupt": next(
      "state-corrupt",
      "The file is kept beside its place; `countersign doctor` names it.",
    ),
    bug: next("bug", "Please report it with this line."),
  },
};

/** Returns what happened and what to do next, for somebody who did not come to a stop. As `failureMessage`. */
export function failureWords(failure: Failure, occasion: Occasion): string {
  return `${failureEvent(failure, occasion)}. ${wordsOf(failure, occasion).next}`;
}

/** Returns what happened without the advice. */
export function failureEvent(failure: Failure, occasion: Occasion): string {
  return `${wordsOf(failure, occasion).what}${failureFacts(failure)}`;
}

function wordsOf({ kind }: Failure, occasion: Occasion): FailureText {
  const own = WORDS[occasion][kind];
  return own === "as-at-a-stop" ? FAILURE_TEXTS[kind] : own;
}

function next(kind: FailureKind, text: string): FailureText {
  return { what: FAILURE_TEXTS[kind].what, next: text };
}
