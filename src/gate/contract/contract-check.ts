import type { RunFailure, RunFailureKind } from "./run-failure.ts";

/** One thing that was looked at by us. */
export type ContractCheck = {
  readonly name: string;
  /** What was seen, on one line. */
  readonly detail: string;
  /** What it means for the run; absent where it holds. */
  readonly failure: RunFailure | undefined;
};

export function holds(name: string, detail: string): ContractCheck {
  return { name, detail, failure: undefined };
}

export function fails(name: string, kind: RunFailureKind, detail: string): ContractCheck {
  return { name, detail, failure: { kind, detail } };
}
