import { Fault } from "#base/fault.ts";

/**
 * The text of a settings file is not JSON, or not of a shape into which a hook can be written.
 * Nothing was changed.
 */
export type ClaudeFailure = { readonly kind: "settings-unusable"; readonly detail: string };

export class ClaudeFault extends Fault<ClaudeFailure> {
  override readonly name = "ClaudeFault";
}
