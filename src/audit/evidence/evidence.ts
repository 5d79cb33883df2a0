import type { RolloutFacts } from "#codex/rollout/rollout-facts.ts";
import type { EvidenceCheck, RunClaims } from "./run-claims.ts";

/** What is looked at of a record, by name. The names are a part of `--json`. */
export type CheckName =
  | "record"
  | "rollout"
  | "thread"
  | "turns"
  | "end"
  | "time"
  | "folder"
  | "home"
  | "version"
  | "provider"
  | "model"
  | "effort"
  | "sandbox"
  | "prompt"
  | "answer"
  | "target"
  | "responses"
  | "tokens"
  | "commands"
  | "changes"
  | "artifacts"
  | "words";

/** One check of a record. */
export type RecordCheck = EvidenceCheck & {
  readonly name: CheckName;
  /**
   * Of what is unknown: nobody could know it, for that version of Codex keeps nothing of it, or what
   * would tell goes by age. It then speaks neither for the record nor against it.
   */
  readonly silent: boolean;
};

/**
 * How far a record can be believed. `nothing-claimed`: it says of no run that it took place.
 * `proven` holds against everything but the same user rewriting all files from end to end.
 */
export type Standing = "proven" | "plausible" | "unproven" | "contradicted" | "nothing-claimed";

/** What a sealed rollout is now. */
export type SealCheck =
  | { readonly kind: "intact" }
  /** The sealed bytes stand, and more was written after them: a later round. */
  | { readonly kind: "appended" }
  | { readonly kind: "changed" }
  | { readonly kind: "missing" }
  | { readonly kind: "unchecked"; readonly detail: string };

/** The evidence for one rollout that a record names. */
export type RolloutEvidence = {
  /** As the record has it. */
  readonly threadId: string;
  readonly seal: SealCheck;
  /** What the sealed bytes say; absent where there is no file. */
  readonly facts: RolloutFacts | undefined;
  /** What speaks against going by those bytes alone. */
  readonly doubts: readonly RecordCheck[];
};

/** All that one record is judged by. */
export type RecordEvidence = {
  /** What vouches for the record itself, and what git and the files say. */
  readonly checks: readonly RecordCheck[];
  readonly rollouts: readonly RolloutEvidence[];
  /** Where the folders that it names really are: links lead there. */
  readonly sameFolders: readonly string[];
};

export function holds(name: CheckName, detail: string): RecordCheck {
  return { name, result: "holds", detail, silent: false };
}

export function fails(name: CheckName, detail: string): RecordCheck {
  return { name, result: "fails", detail, silent: false };
}

/** Of what could be known, and is not. */
export function unknown(name: CheckName, detail: string): RecordCheck {
  return { name, result: "unknown", detail, silent: false };
}

/** Of what nobody could know. */
export function silent(name: CheckName, detail: string): RecordCheck {
  return { name, result: "unknown", detail, silent: true };
}

/**
 * Of what the record of a run keeps to itself though Codex's file tells it: our own records do not. Receipts
 * of earlier versions do.
 */
export function unclaimed(
  name: CheckName,
  source: RunClaims["source"],
  found: string,
): readonly RecordCheck[] {
  if (source === "gate-review") return [];
  return [unknown(name, `the record does not say it; Codex's file says ${found}`)];
}

/** Returns whether two values are the same, with both of them in the detail where they are not. */
export function same(name: CheckName, claimed: string, found: string): RecordCheck {
  if (claimed === found) return holds(name, claimed);
  return fails(name, `the record says ${claimed}, Codex's file says ${found}`);
}
