import type { LockFailure } from "#base/lock.ts";
import type { CodexFailure } from "#codex/fault.ts";
import type { GitFailure } from "#git/fault.ts";

/** Why a completed turn is still no verdict. */
export type AnswerFailure =
  | { readonly kind: "answer-empty" }
  | { readonly kind: "answer-not-json"; readonly detail: string }
  | { readonly kind: "answer-wrong-shape"; readonly issues: readonly string[] }
  | { readonly kind: "answer-wrong-request" }
  | { readonly kind: "answer-contradicts-itself"; readonly detail: string }
  | { readonly kind: "reviewer-blind"; readonly detail: string }
  | { readonly kind: "reviewer-wrote"; readonly detail: string }
  | { readonly kind: "reviewer-unsandboxed"; readonly detail: string };

/** Our own side: input, state, and mistakes of ours. */
export type OwnFailure =
  | { readonly kind: "bad-input"; readonly detail: string }
  | { readonly kind: "disk-full"; readonly detail: string }
  | { readonly kind: "state-unwritable"; readonly detail: string }
  | { readonly kind: "state-corrupt"; readonly path: string; readonly detail: string }
  | { readonly kind: "bug"; readonly detail: string };

/** Every way in which a Stop can end without a decision about the change. */
export type Failure = CodexFailure | GitFailure | LockFailure | AnswerFailure | OwnFailure;
export type FailureKind = Failure["kind"];
