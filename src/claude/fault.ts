import { Fault } from "#base/fault.ts";

/** Every way in which reading or changing Claude Code's own files can go wrong. */
export type ClaudeFailure =
  /** The text is not JSON, or not of a shape into which a hook can be written. Nothing was changed. */
  | { readonly kind: "settings-unusable"; readonly detail: string }
  | { readonly kind: "settings-unreadable"; readonly path: string; readonly detail: string };

export class ClaudeFault extends Fault<ClaudeFailure> {
  override readonly name = "ClaudeFault";
}
