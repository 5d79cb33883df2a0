/** `finding`: something is wrong. `unchecked`: it could not be told. `note`: worth knowing, not wrong. */
export type Weight = "finding" | "unchecked" | "note";

export type Verdict = "clean" | "findings" | "could-not-check";

/** Returns what findings of these weights come to. Something wrong outweighs something that could not be told. */
export function verdictOfWeights(weights: readonly Weight[]): Verdict {
  if (weights.includes("finding")) return "findings";
  return weights.includes("unchecked") ? "could-not-check" : "clean";
}

/** Returns the exit code that goes with the verdict. */
export function exitCodeOfVerdict(verdict: Verdict): 0 | 1 | 2 {
  switch (verdict) {
    case "clean":
      return 0;
    case "findings":
      return 1;
    case "could-not-check":
      return 2;
  }
}
