import { modeOf } from "#commands/hooks/pinned-config.ts";
import type { Failure } from "#gate/failure/failure.ts";
import { failureDetail } from "#gate/failure/failure-message.ts";
import type { Outcome } from "#gate/stop/outcome.ts";
import { afterFailure } from "#gate/stop/policy.ts";
import type { StopCase } from "./stop-case.ts";

/** Returns the outcome of a failure; whether it may hold the stop back, once, is for the configuration to say. */
export function failedOutcome(stop: StopCase, failure: Failure): Outcome {
  const { rounds, session, config } = stop;
  const mode = modeOf(session) === "enforce" ? "enforce" : "advise";
  const detail = failureDetail(failure);
  return afterFailure(failure, config, { mode, rounds, blockedKinds: session.failuresBlocked, detail });
}

/** The tree that this part of the stop is about, wherever the agent's shell has gone since. */
export function rootOf({
  session,
  followed,
  input,
}: Pick<StopCase, "session" | "followed" | "input">): string {
  return session.baseline?.root ?? followed ?? input.cwd;
}
