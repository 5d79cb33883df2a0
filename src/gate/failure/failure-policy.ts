import type { FailureKind } from "./failure.ts";

/**
 * What a failure means for the gate.
 *
 * `of`: whose it is. Only the reviewer's plumbing says something about the next call.
 *
 * `breaker`: `reset` pauses the calls at once, until the time that the failure names or else for
 * `backOff` minutes; of what `counts`, two in a row pause them for `backOff` minutes; `none` says
 * nothing about the next call. The minutes double from pause to pause.
 *
 * `retry`: what is done once more, inside the same deadline: nothing, the connection as long as no
 * turn has begun, or the whole turn, which only reads and so does nothing twice. Codex itself asks
 * its provider several times before it reports most of these.
 *
 * `held`: what `onFailure: "block"` does with the stop. Under `"allow"` every stop is let through.
 */
export type FailurePolicy = {
  readonly of: "reviewer" | "change" | "person" | "here";
  readonly breaker: "reset" | "counts" | "none";
  readonly backOff: number;
  readonly retry: "nothing" | "connection" | "turn";
  readonly held: "once" | "never";
};

const COUNTS = { of: "reviewer", breaker: "counts", backOff: 5, retry: "nothing", held: "once" } as const;
const RESET = { ...COUNTS, breaker: "reset" } as const;
const HERE = { ...COUNTS, of: "here", breaker: "none" } as const;

/** The policy in force, which `countersign status` prints. A new kind does not compile without a row. */
export const FAILURE_POLICIES: Record<FailureKind, FailurePolicy> = {
  // No reviewer is known yet, and no call is made: the next stop looks again.
  "codex-missing": HERE,
  "codex-unusable": HERE,
  "codex-too-old": HERE,

  // Codex seldom names no time for a used-up plan, and a plan is not full again within minutes.
  "usage-limit": { ...RESET, backOff: 30 },
  "rate-limit": RESET,

  "not-signed-in": COUNTS,
  "model-not-found": COUNTS,
  "provider-unreachable": COUNTS,
  "provider-silent": COUNTS,
  "provider-overloaded": COUNTS,
  "stream-cut": { ...COUNTS, retry: "turn" },
  "request-refused": COUNTS,
  "turn-failed": COUNTS,
  deadline: COUNTS,
  "server-start-failed": COUNTS,
  "server-died": { ...COUNTS, retry: "connection" },
  "server-draining": { ...COUNTS, retry: "connection" },
  "sandbox-unusable": COUNTS,
  "approval-asked": COUNTS,
  protocol: COUNTS,
  "answer-empty": COUNTS,
  "answer-not-json": COUNTS,
  "answer-wrong-shape": COUNTS,
  "answer-wrong-request": COUNTS,
  "answer-contradicts-itself": COUNTS,
  "reviewer-blind": COUNTS,
  "reviewer-wrote": COUNTS,
  "reviewer-unsandboxed": COUNTS,

  // Another change may fit.
  "context-too-large": { ...COUNTS, of: "change", breaker: "none" },
  // Who interrupts wants the session to go on.
  "turn-interrupted": { ...COUNTS, of: "person", breaker: "none", held: "never" },

  "git-missing": HERE,
  "git-failed": HERE,
  "git-timed-out": HERE,
  "lock-held": HERE,
  // Without a session there is no counter that keeps it from being held for ever.
  "bad-input": { ...HERE, held: "never" },
  "disk-full": HERE,
  "state-unwritable": HERE,
  "state-corrupt": HERE,
  bug: HERE,
};

/** Returns the policy for a kind as records name it. One that this version does not know says nothing about the next call. */
export function failurePolicy(kind: string): FailurePolicy {
  return Object.entries(FAILURE_POLICIES).find(([known]) => known === kind)?.[1] ?? HERE;
}
