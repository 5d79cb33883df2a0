import type { RolloutSeal } from "#runs/receipt.ts";

/**
 * What a record says of one run of Codex, in one shape for reviews of the gate, exec and thread runs.
 * Absent fields are not claimed.
 */
export type RunClaims = {
  /** The record's id. */
  readonly id: string;
  readonly source: "gate-review" | "exec" | "turn" | "review" | "adversarial-review";
  readonly threadId: string | undefined;
  readonly turnIds: readonly string[];
  readonly cwd: string | undefined;
  readonly cliVersion: string | undefined;
  readonly model: string | undefined;
  readonly modelProvider: string | undefined;
  readonly effort: string | undefined;
  readonly sandbox: string | undefined;
  readonly responseIds: readonly string[];
  readonly tokens: { readonly input: number; readonly output: number } | undefined;
  readonly commands: readonly { readonly command: string; readonly exitCode: number | undefined }[];
  /** SHA-256 of the prompt as it was sent, and of the final message. */
  readonly promptDigest: string | undefined;
  readonly answerDigest: string | undefined;
  /** Whether it says that its turn was completed. */
  readonly completed: boolean;
  /** Epoch milliseconds between which it says that all took place. */
  readonly began: number | undefined;
  readonly ended: number | undefined;
  readonly rollouts: readonly { readonly threadId: string; readonly seal: RolloutSeal }[];
  /** Why it has none. */
  readonly noRollout: string | undefined;
};

/** One check of a claim against evidence. `unknown` is kept apart from both others. */
export type EvidenceCheck = {
  readonly name: string;
  readonly result: "holds" | "fails" | "unknown";
  readonly detail: string;
};
