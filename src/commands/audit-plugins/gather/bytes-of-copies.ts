import { realPath } from "#claude/real-path.ts";
import { type FolderOptions, type FolderTree, folderTree } from "#git/clone/folder-tree.ts";
import { bounded } from "./bounded.ts";

/**
 * Returns what lies in each of the folders, by path, links among it: where the host copies none, somebody
 * else put them there. One that several records name is read once.
 *
 * @throws `signal`'s reason.
 */
export async function bytesOfCopies(
  paths: readonly string[],
  { ignore, objectFormat }: Required<Pick<FolderOptions, "ignore" | "objectFormat">>,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, FolderTree>> {
  const real = new Map(paths.map((path) => [path, realPath(path)]));
  const trees = await bounded([...new Set(real.values())], async (path) => {
    signal.throwIfAborted();
    return [path, await folderTree(path, { ignore, objectFormat }, signal)] as const;
  });
  const byRealPath = new Map(trees);
  return new Map([...real].map(([path, one]) => [path, byRealPath.get(one) ?? { kind: "absent" }]));
}
