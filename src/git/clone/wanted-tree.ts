import type { ObjectId } from "#base/ids.ts";
import type { CommitFolder } from "./copied-folder.ts";
import type { FolderFile } from "./folder-tree.ts";

/** A folder's content, and where in the clone it should come from. */
export type WantedTree = {
  /** Relative to the top, with `/`; `""` is the top itself. */
  readonly path: string;
  readonly tree: ObjectId;
  /** The commit that it is said to be of. */
  readonly claimed: ObjectId | null;
  /** Its files, where it is a copy that need not be byte for byte what a commit has: see `isCopyOf`. */
  readonly copy?: Pick<CommitFolder, "ignore" | "links" | "modes"> & {
    readonly files: readonly FolderFile[];
  };
};

export type Search = {
  readonly wanted: readonly WantedTree[];
  /** Called now and then while a history is looked through. */
  readonly onProgress?: (progress: SearchProgress) => void;
};

/** How many commits there are to look at, and how many trees were read so far. */
export type SearchProgress = { readonly commits: number; readonly trees: number };
