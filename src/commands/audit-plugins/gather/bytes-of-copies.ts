import { realPath } from "#claude/real-path.ts";
import { type FolderTree, folderTree } from "#git/clone/folder-tree.ts";
import type { ObjectFormat } from "#git/clone/object-hash.ts";
import { bounded } from "./bounded.ts";

/** Claude Code 2.1.330 writes these into a folder that it loads: when it was given up, and who holds it. */
const HOST_MARKS = [".orphaned_at", ".in_use"];

/**
 * Returns what lies in each of the folders, by path. One that several records name is read once.
 *
 * @throws `signal`'s reason.
 */
export async function bytesOfCopies(
  paths: readonly string[],
  objectFormat: ObjectFormat,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, FolderTree>> {
  const real = new Map(paths.map((path) => [path, realPath(path)]));
  const trees = await bounded([...new Set(real.values())], async (path) => {
    signal.throwIfAborted();
    return [path, await folderTree(path, { ignore: HOST_MARKS, objectFormat }, signal)] as const;
  });
  const byRealPath = new Map(trees);
  return new Map([...real].map(([path, one]) => [path, byRealPath.get(one) ?? { kind: "absent" }]));
}
