import { exitCodeOfVerdict, type Verdict, verdictOfWeights } from "#audit/verdict.ts";
import type { RunFinding } from "./run-finding.ts";
import { RUN_FINDINGS } from "./run-finding-texts.ts";

/** Returns what the findings come to. Something wrong outweighs something that could not be told. */
export function verdictOf(findings: readonly RunFinding[]): Verdict {
  return verdictOfWeights(findings.map((finding) => RUN_FINDINGS[finding.kind].weight));
}

/** Returns the exit code that goes with the findings. */
export function exitCodeOf(findings: readonly RunFinding[]): 0 | 1 | 2 {
  return exitCodeOfVerdict(verdictOf(findings));
}
