import type { Failure } from "#gate/failure/failure.ts";
import { failureDetail } from "#gate/failure/failure-message.ts";
import type { Outcome } from "#gate/stop/outcome.ts";
import { afterFailure } from "#gate/stop/policy.ts";
import { modeHere } from "./mode-here.ts";
import type { StopCase } from "./stop-case.ts";

/** Returns the outcome of a failure; whether it may hold the stop back, once, is for the configuration to say. */
export function failedOutcome(stop: StopCase, failure: Failure): Outcome {
  const { rounds, session, config } = stop;
  const mode = modeHere(stop) === "enforce" ? "enforce" : "advise";
  const detail = failureDetail(failure);
  return afterFailure(failure, config, { mode, rounds, blockedKinds: session.failuresBlocked, detail });
}
