/** One comparison of a claim with a run. `unknown` is kept apart from both others. */
export type ClaimCheck = {
  readonly name: "time" | "thread" | "resumed-thread" | "cwd" | "prompt" | "source" | "end" | "not-forged";
  readonly result: "holds" | "fails" | "unknown";
  readonly detail: string;
};

/** Returns a check; `undefined` is what cannot be told. */
export function claimCheck(name: ClaimCheck["name"], holds: boolean | undefined, detail: string): ClaimCheck {
  return { name, result: holds === undefined ? "unknown" : holds ? "holds" : "fails", detail };
}

/** Returns the result of the check of that name. */
export function resultOf(checks: readonly ClaimCheck[], name: ClaimCheck["name"]): ClaimCheck["result"] {
  return checks.find((one) => one.name === name)?.result ?? "unknown";
}
