import { join } from "node:path";
import type { EditPlace } from "./odd-edits.ts";
import type { ScratchRepository } from "./scratch-repository.ts";

/** Where a shape is made. */
export type OddStage = EditPlace & {
  readonly scratch: ScratchRepository;
  /** Writes some files of odd names and contents. */
  readonly scatter: (count: number) => void;
  /** Commits everything that git takes. */
  readonly commit: () => void;
};

/** Makes what is odd about a repository. Returns the work tree to look at, where that is another one. */
export type OddShape = (stage: OddStage) => string | undefined;

/** Returns a path beside the work tree, for what belongs to the shape but not into the tree. */
export function beside(stage: OddStage, name: string): string {
  return join(stage.scratch.beside, name);
}
