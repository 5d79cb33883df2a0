import { Fault } from "#base/fault.ts";

/**
 * Every way in which a Codex call can end without an answer. `detail` is the upstream text on
 * one line; times are epoch milliseconds.
 */
export type CodexFailure =
  | { readonly kind: "codex-missing"; readonly detail: string }
  | { readonly kind: "codex-unusable"; readonly path: string; readonly detail: string }
  | {
      readonly kind: "codex-too-old";
      readonly path: string;
      readonly version: string;
      readonly needed: string;
    }
  | { readonly kind: "not-signed-in"; readonly detail: string }
  | { readonly kind: "usage-limit"; readonly detail: string; readonly resetsAt: number | undefined }
  | { readonly kind: "rate-limit"; readonly detail: string; readonly retryAt: number | undefined }
  | { readonly kind: "model-not-found"; readonly detail: string }
  | { readonly kind: "context-too-large"; readonly detail: string }
  | { readonly kind: "provider-unreachable"; readonly detail: string }
  | { readonly kind: "provider-silent"; readonly seconds: number; readonly waitingFor: string }
  | { readonly kind: "provider-overloaded"; readonly detail: string }
  | { readonly kind: "stream-cut"; readonly detail: string }
  | { readonly kind: "request-refused"; readonly detail: string }
  | { readonly kind: "turn-failed"; readonly detail: string }
  | { readonly kind: "turn-interrupted" }
  | {
      readonly kind: "deadline";
      readonly seconds: number;
      readonly waitingFor: string;
      /** Why it was no longer, where that is not by our own configuration. */
      readonly detail?: string;
    }
  | { readonly kind: "server-start-failed"; readonly detail: string }
  | { readonly kind: "server-died"; readonly detail: string }
  | { readonly kind: "server-draining" }
  | { readonly kind: "sandbox-unusable"; readonly detail: string }
  | { readonly kind: "approval-asked"; readonly method: string }
  | { readonly kind: "protocol"; readonly method: string; readonly detail: string };

export class CodexFault extends Fault<CodexFailure> {
  override readonly name = "CodexFault";
}
