import type { Config } from "#gate/config.ts";
import type { Failure } from "#gate/failure/failure.ts";
import { FAILURE_POLICIES } from "#gate/failure/failure-policy.ts";
import type { Mode } from "#gate/mode.ts";
import { matchesGlob } from "#gate/scope/matches-glob.ts";
import type { Verdict } from "#gate/verdict/verdict.ts";
import type { Outcome } from "./outcome.ts";
import type { PromptRounds } from "./rounds.ts";

/** A mode under which the gate looks at what was done. */
export type LiveMode = Exclude<Mode, "off">;

/** What is known at a Stop before anything is asked of git. */
export type StopFacts = {
  /** The top of the work tree; `undefined` outside of any repository. */
  readonly root: string | undefined;
  readonly headless: boolean;
  readonly runningTasks: number;
  /** A person asked that this stop be let through. */
  readonly skipped: boolean;
  readonly rounds: PromptRounds;
  /** Epoch milliseconds. */
  readonly now: number;
};

/** Whether to go on: `off` leaves no trace, `end` ends the stop with this outcome. */
export type BeforeSnapshot =
  | { readonly kind: "off" }
  | { readonly kind: "end"; readonly outcome: Outcome }
  | { readonly kind: "look"; readonly mode: LiveMode };

/**
 * Returns what can be decided without a snapshot. A deferral comes before a person's skip, so that
 * the skip is kept for the stop that would be reviewed.
 */
export function beforeSnapshot(config: Config, facts: StopFacts): BeforeSnapshot {
  const mode = modeFor(config, facts);
  if (mode === "off") return { kind: "off" };
  if (facts.root === undefined) return end({ kind: "skipped", why: "no-vcs" });
  if (!config.send) return end({ kind: "skipped", why: "not-sent" });
  if (facts.runningTasks > 0) return end({ kind: "deferred", why: "background-tasks" });
  if (facts.skipped) return end({ kind: "skipped", why: "person-skipped" });
  if (facts.rounds.capped) return end({ kind: "capped", why: "rounds" });
  if (isOverTime(config, facts)) return end({ kind: "capped", why: "minutes" });
  return { kind: "look", mode };
}

/**
 * Returns the mode for this repository and kind of session. `headless` says how strict sessions
 * without a person are; it does not switch the gate on where `repositories` switched it off.
 */
export function modeFor(config: Config, { root, headless }: Pick<StopFacts, "root" | "headless">): Mode {
  const named = Object.entries(config.repositories).findLast(
    ([glob]) => root !== undefined && matchesGlob(root, glob),
  )?.[1];
  if (named === "off") return "off";
  if (headless && config.headless !== "as-gate") return config.headless;
  return named ?? config.gate;
}

/** What was decided about one content of the work tree, seen from one baseline. Fingerprints are opaque. */
export type Decided = {
  readonly baseline: string;
  readonly fingerprint: string;
  readonly as: "allowed" | "blocked" | "advised" | "capped" | "unshowable";
};

export type SnapshotFacts = {
  readonly fingerprint: string;
  /** The fingerprint of the baseline; `undefined` where this session has none. */
  readonly baseline: string | undefined;
  /** The fingerprint that the stop before this one saw. */
  readonly last: string | undefined;
  readonly decided: readonly Decided[];
};

export type AfterSnapshot = { readonly kind: "end"; readonly outcome: Outcome } | { readonly kind: "review" };

/**
 * Returns whether this content is due. Not where it was decided about and nothing is new since the
 * last stop, in this prompt or a later one. Where the work went on and came back to a content that
 * was held back, it is due again; its verdict is the one that it had.
 */
export function afterSnapshot({ fingerprint, baseline, last, decided }: SnapshotFacts): AfterSnapshot {
  if (baseline === undefined) return end({ kind: "skipped", why: "no-baseline" });
  if (fingerprint === baseline) return end({ kind: "skipped", why: "unchanged" });
  const known = decided.findLast((one) => one.baseline === baseline && one.fingerprint === fingerprint);
  if (known === undefined) return { kind: "review" };
  if (known.as === "allowed" || known.as === "unshowable") return end({ kind: "skipped", why: "unchanged" });
  return fingerprint === last ? end({ kind: "unresolved" }) : { kind: "review" };
}

export type ReviewFacts = {
  readonly mode: LiveMode;
  readonly rounds: PromptRounds;
  /** The coverage leaves something of the change unsigned. */
  readonly partial: boolean;
};

/**
 * Returns the outcome of a review. After `maxRounds` blocks a changed stop is still reviewed, so
 * that a last fix can be signed, but it can no longer be held back.
 */
export function afterReview(
  verdict: Verdict,
  config: Config,
  { mode, rounds, partial }: ReviewFacts,
): Outcome {
  if (verdict.kind === "allow") return { kind: "allowed", partial };
  if (mode === "advise") return { kind: "advised" };
  if (rounds.blocks >= config.maxRounds) return { kind: "capped", why: "rounds" };
  return { kind: "blocked", round: rounds.blocks + 1, of: config.maxRounds };
}

export type FailureFacts = {
  readonly mode: LiveMode;
  readonly rounds: PromptRounds;
  /** Failure kinds that have already held back a stop of this session. */
  readonly blockedKinds: readonly string[];
  readonly detail: string;
};

/** Returns the outcome of a failure: let through, but for the one block that `onFailure` may ask for. */
export function afterFailure(
  failure: Failure,
  config: Config,
  { mode, rounds, blockedKinds, detail }: FailureFacts,
): Outcome {
  const blocked =
    config.onFailure === "block" &&
    FAILURE_POLICIES[failure.kind].held === "once" &&
    mode === "enforce" &&
    rounds.blocks < config.maxRounds &&
    !blockedKinds.includes(failure.kind);
  return { kind: "failed", class: failure.kind, detail, blocked };
}

function isOverTime(config: Config, { rounds, now }: StopFacts): boolean {
  return rounds.firstBlockAt !== null && now - rounds.firstBlockAt > config.maxMinutes * 60_000;
}

function end(outcome: Outcome): { readonly kind: "end"; readonly outcome: Outcome } {
  return { kind: "end", outcome };
}
