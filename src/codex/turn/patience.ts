import type { CodexFailure } from "#codex/fault.ts";

/**
 * What to do about an error that Codex means to retry. `wait`: give up unless something happens
 * within `ms`, for Codex does not say how long it will sleep.
 */
export type Patience =
  | { readonly kind: "go-on" }
  | { readonly kind: "wait"; readonly ms: number }
  | { readonly kind: "give-up" };

/**
 * 0.169 asks an unreachable provider again every 5 s without end. Its first notice comes after its
 * own quick retries; a second one means that five seconds more did not help either.
 */
const UNREACHABLE_NOTICES = 2;

/**
 * A 429 with Retry-After is slept out in full, be it an hour, and the notice does not tell how
 * long. Longer than this is not worth a person's waiting at the end of a turn.
 */
const RATE_LIMIT_PATIENCE_MS = 20_000;

/** How long one is patient with what Codex waits out by itself, be it without end. */
export type PatienceLimits = {
  readonly unreachableNotices: number;
  readonly rateLimitMs: number;
};

/** A review holds up a person who waits for the end of a turn. */
export const REVIEW_PATIENCE: PatienceLimits = {
  unreachableNotices: UNREACHABLE_NOTICES,
  rateLimitMs: RATE_LIMIT_PATIENCE_MS,
};

/** A run of half an hour is not given up for a minute without network, or for one that a provider asks for. */
export const RUN_PATIENCE: PatienceLimits = { unreachableNotices: 12, rateLimitMs: 120_000 };

/** `unreachable` counts the notices of that kind in a row, this one included; `now` is in epoch milliseconds. */
type Trouble = { readonly failure: CodexFailure; readonly unreachable: number; readonly now: number };

/**
 * Returns whether it makes sense to let Codex try again. What Codex bounds by itself within half a
 * minute (a cut stream, an overloaded provider) is left to it.
 */
export function patience({ failure, unreachable, now }: Trouble, limits: PatienceLimits): Patience {
  switch (failure.kind) {
    case "not-signed-in":
    case "usage-limit":
    case "model-not-found":
    case "context-too-large":
    case "request-refused":
      return { kind: "give-up" };
    case "provider-unreachable":
      return { kind: unreachable >= limits.unreachableNotices ? "give-up" : "go-on" };
    case "rate-limit": {
      const ms = failure.retryAt === undefined ? 0 : failure.retryAt - now;
      return ms > limits.rateLimitMs ? { kind: "give-up" } : { kind: "wait", ms: limits.rateLimitMs };
    }
    default:
      return { kind: "go-on" };
  }
}
