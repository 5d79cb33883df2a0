import type { RunFinding } from "./run-finding.ts";
import { RUN_FINDINGS } from "./run-finding-texts.ts";

export type RunVerdict = "clean" | "findings" | "could-not-check";

/** Returns what the findings come to. Something wrong outweighs something that could not be told. */
export function verdictOf(findings: readonly RunFinding[]): RunVerdict {
  const weights = findings.map((finding) => RUN_FINDINGS[finding.kind].weight);
  if (weights.includes("finding")) return "findings";
  return weights.includes("unchecked") ? "could-not-check" : "clean";
}

/** Returns the exit code that goes with the findings. */
export function exitCodeOf(findings: readonly RunFinding[]): 0 | 1 | 2 {
  switch (verdictOf(findings)) {
    case "clean":
      return 0;
    case "findings":
      return 1;
    case "could-not-check":
      return 2;
  }
}
