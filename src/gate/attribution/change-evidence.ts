import type { FileState } from "./file-state.ts";
import type { StretchFiles } from "./stretches.ts";
import type { Sides } from "./take-sides.ts";

/** Both sides of a file that differs between the session's baseline and the snapshot. */
type ChangedState = { readonly baseline: FileState | null; readonly snapshot: FileState | null };

/** All that is known of who changed what. Paths are those of the tree. */
export type Evidence = {
  readonly changed: ReadonlyMap<string, ChangedState>;
  readonly sides: Sides;
  /** From the baseline to the snapshot. */
  readonly stretches: readonly StretchFiles[];
  /** When the baseline was taken: what ended before is in it. */
  readonly since: Date;
};
