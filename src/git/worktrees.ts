import { existsSync, realpathSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { listIfPresent, readIfPresent } from "#base/files.ts";
import type { Repository } from "./repository.ts";

/**
 * Returns the roots of all work trees of the repository that are there, its main one among them, as
 * real paths. It reads git's own small files and runs nothing (gitrepository-layout(5), "worktrees").
 */
export function workTrees({ commonDirectory }: Pick<Repository, "commonDirectory">): readonly string[] {
  const linked = listIfPresent(join(commonDirectory, "worktrees")).flatMap((name) => {
    const folder = join(commonDirectory, "worktrees", name);
    const pointer = readIfPresent(join(folder, "gitdir"))?.replace(/\n$/, "");
    return pointer === undefined || pointer === "" ? [] : [dirname(resolve(folder, pointer))];
  });
  const main = basename(commonDirectory) === ".git" ? [dirname(commonDirectory)] : [];
  return [...main, ...linked].filter((root) => existsSync(root)).map((root) => realpathSync.native(root));
}
