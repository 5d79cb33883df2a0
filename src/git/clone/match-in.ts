import type { ObjectId } from "#base/ids.ts";
import { folderAt } from "./folder-at.ts";
import type { OpenClone } from "./open-clone.ts";
import type { TreeMatch } from "./tree-match.ts";
import type { WantedTree } from "./wanted-tree.ts";

/** A commit that may have it, and in how many the folder became that. */
export type Candidate = { readonly commit: ObjectId; readonly times: number | null };

/** Returns the match where the commit has exactly that tree in the folder. */
export async function matchIn(
  clone: OpenClone,
  { path, tree }: Pick<WantedTree, "path" | "tree">,
  { commit, times }: Candidate,
): Promise<TreeMatch | undefined> {
  const folder = await folderAt(clone, { commit, path });
  if (folder.kind !== "folder" || folder.tree !== tree) return undefined;
  const { committedAt } = folder;
  return { kind: "found", commit, committedAt, isHead: commit === clone.head, path, times, filtered: false };
}
