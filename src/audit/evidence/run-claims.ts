import type { RolloutSeal } from "#codex/rollout/rollout.ts";
import type { ReviewedTarget } from "#runs/records/run-record.ts";

/** What a record says of the agent's final message. */
export type AnswerClaim =
  | { readonly kind: "unclaimed" }
  /** That there was none. */
  | { readonly kind: "none" }
  /** SHA-256 of the text. */
  | { readonly kind: "text"; readonly digest: string }
  /** Of a review by the gate: what it was asked under, and the word and the findings that were read from it. */
  | {
      readonly kind: "verdict";
      readonly nonce: string;
      readonly decision: "ALLOW" | "BLOCK" | null;
      /** By their canonical JSON. */
      readonly findings: readonly string[];
    };

/** How a digest was taken of a prompt: of its text, or of it with the gate's own instructions. */
export type PromptClaim = { readonly form: "text" | "gate"; readonly digest: string };

export type ClaimedCommand = { readonly command: string; readonly exitCode: number | undefined };

export type ClaimedTokens = {
  readonly input: number;
  readonly cachedInput: number;
  readonly output: number;
  readonly reasoning: number;
};

/**
 * What a record says of one run of Codex, in one shape for reviews of the gate, exec and thread runs.
 * Absent fields are not claimed.
 */
export type RunClaims = {
  /** The record's id. */
  readonly id: string;
  readonly source: "gate-review" | "exec" | "turn" | "review" | "adversarial-review";
  readonly threadId: string | undefined;
  /** The thread was there before, so that its first line speaks of an earlier run. */
  readonly resumed: boolean;
  readonly turnIds: readonly string[];
  readonly cwd: string | undefined;
  readonly codexHome: string | undefined;
  readonly cliVersion: string | undefined;
  readonly model: string | undefined;
  readonly modelProvider: string | undefined;
  readonly effort: string | undefined;
  /** In Codex's own words: `read-only`, `workspace-write`, `danger-full-access`. */
  readonly sandbox: string | undefined;
  readonly responseIds: readonly string[];
  readonly tokens: ClaimedTokens | undefined;
  readonly commands: readonly ClaimedCommand[];
  /** How many more there were. */
  readonly commandsLeftOut: number;
  readonly prompt: PromptClaim | undefined;
  readonly answer: AnswerClaim;
  readonly target: ReviewedTarget | undefined;
  /** Whether its turns were completed; absent where it ended in a way that says neither. */
  readonly completed: boolean | undefined;
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
