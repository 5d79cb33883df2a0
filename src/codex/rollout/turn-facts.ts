import type { RolloutTarget } from "./line-shapes.ts";
import type { TurnSandbox } from "./turn-sandbox.ts";

/** A text of a turn: its digest is that of the whole, `words` are its first. */
export type RolloutText = {
  readonly digest: string;
  readonly words: string;
  /** All of it, of turns that were asked for by id. */
  readonly whole: string | undefined;
};

/** A command that Codex ran, as it has it on record. */
export type RolloutCommand = {
  /** Its words; of 0.140 only the script, for the shell around it is not on record. */
  readonly words: readonly string[];
  readonly script: boolean;
  /** Absent where the command was not seen to end. */
  readonly exitCode: number | undefined;
  /** It ended behind its turn: it was left running, and whoever followed the turn may not have heard of its end. */
  readonly late: boolean;
};

/** Tokens of one turn. `cachedInput` is part of `input`, `reasoning` of `output`. */
export type RolloutTokens = {
  readonly input: number;
  readonly cachedInput: number;
  readonly output: number;
  readonly reasoning: number;
};

export type TurnEnd =
  | { readonly kind: "completed" }
  /** `reason`: Codex's own word or object for it (`codex_error_info`), as it stands. */
  | { readonly kind: "failed"; readonly detail: string; readonly reason: unknown }
  | { readonly kind: "interrupted"; readonly reason: string }
  /** It ended without a message. 0.140 has the same line for a turn that failed. */
  | { readonly kind: "completed-or-failed" }
  /** No line says so: it runs, or its process was killed. */
  | { readonly kind: "none" };

/** What a rollout says of one turn. Absent fields were not found, which proves nothing. */
export type TurnFacts = {
  readonly id: string;
  /** As Codex says, to the second; in epoch milliseconds, like all times here. */
  readonly startedAt: number | undefined;
  readonly completedAt: number | undefined;
  /** Of the first and the last line that belongs to it. */
  readonly firstAt: number | undefined;
  readonly lastAt: number | undefined;
  readonly cwd: string | undefined;
  /** As asked; the model that the provider answered with is not recorded. */
  readonly model: string | undefined;
  readonly effort: string | undefined;
  /** `read-only`, `workspace-write`, `danger-full-access`: Codex's own word. */
  readonly sandboxPolicy: string | undefined;
  /** What that came to: a profile can grant more. */
  readonly sandbox: TurnSandbox;
  /** What the user's side said, in order: the prompt, and whatever was added while it ran. */
  readonly prompts: readonly RolloutText[];
  /** The final message; of a review, its text. */
  readonly answer: RolloutText | undefined;
  /** The provider's own ids of its answers (since 0.169). */
  readonly responseIds: readonly string[];
  readonly usage: RolloutTokens | undefined;
  readonly commands: readonly RolloutCommand[];
  /** How many more there are than are held, of texts, ids and commands. */
  readonly leftOut: number;
  /** Calls of tools by the model, of whatever kind. */
  readonly toolCalls: number;
  /** Of a review: what it is about, where that is told, and the turns in its own thread. */
  readonly review: { readonly target: RolloutTarget | undefined } | undefined;
  readonly childTurnIds: readonly string[];
  readonly end: TurnEnd;
  /** It is older than the thread: a copy of what another thread did (a fork of 0.140). */
  readonly inherited: boolean;
};
