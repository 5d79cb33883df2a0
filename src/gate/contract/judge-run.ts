import { answerChecks } from "./answer-checks.ts";
import type { Contract } from "./contract.ts";
import { guardedChecks } from "./guarded-checks.ts";
import { imageChecks, imageToolChecks } from "./image-checks.ts";
import { outputChecks } from "./output-checks.ts";
import type { RunFailure } from "./run-failure.ts";
import type { RunSeen } from "./run-seen.ts";
import { toolChecks } from "./tool-checks.ts";
import { turnChecks } from "./turn-checks.ts";
import { verificationChecks } from "./verification-checks.ts";

export type RunJudgement = {
  readonly outcome:
    | { readonly kind: "succeeded" }
    | { readonly kind: "failed"; readonly failure: RunFailure };
  /** All that were made, in their order, also those after the first that failed. */
  readonly checks: readonly { readonly name: string; readonly holds: boolean; readonly detail: string }[];
};

/**
 * Returns whether a run did what its contract asks, and every check that says so. It succeeded only
 * where all of them hold; the first that does not is the failure. What the agent says is looked at for
 * one thing alone: whether the answer is there, and of the shape that the contract asks of it.
 */
export function judgeRun(contract: Contract, seen: RunSeen): RunJudgement {
  const checks = [
    ...turnChecks(seen),
    ...imageToolChecks(contract, seen),
    ...toolChecks(contract, seen),
    ...imageChecks(contract, seen),
    ...contract.outputs.flatMap((output) => outputChecks(output, seen.outputs)),
    ...guardedChecks(contract, seen),
    ...answerChecks(contract, seen),
    ...verificationChecks(contract, seen),
  ];
  const failure = checks.find((check) => check.failure !== undefined)?.failure;
  return {
    outcome: failure === undefined ? { kind: "succeeded" } : { kind: "failed", failure },
    checks: checks.map(({ name, detail, failure }) => ({ name, holds: failure === undefined, detail })),
  };
}
