import { existsSync, readdirSync, realpathSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { errorCode } from "#base/fault.ts";
import { readBytes } from "#base/files.ts";
import type { Repository } from "./repository.ts";

/**
 * Returns the roots of all work trees of the repository that are there, its main one among them, as
 * real paths. It reads git's own small files and runs nothing (gitrepository-layout(5), "worktrees").
 */
export function workTrees({ commonDirectory }: Pick<Repository, "commonDirectory">): readonly string[] {
  const names = ifThere(() => readdirSync(join(commonDirectory, "worktrees"))) ?? [];
  const linked = names.sort().flatMap((name) => {
    const folder = join(commonDirectory, "worktrees", name);
    const pointer = ifThere(() => readBytes(join(folder, "gitdir")).toString("utf8"))?.replace(/\n$/, "");
    return pointer === undefined || pointer === "" ? [] : [dirname(resolve(folder, pointer))];
  });
  const main = basename(commonDirectory) === ".git" ? [dirname(commonDirectory)] : [];
  return [...main, ...linked].filter((root) => existsSync(root)).map((root) => realpathSync.native(root));
}

const NOT_THERE: readonly string[] = ["ENOENT", "ENOTDIR", "EISDIR", "ELOOP", "ENOTSUP"];

/** Other things may lie among git's files (`.DS_Store`), which git passes over. */
function ifThere<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (NOT_THERE.includes(errorCode(error) ?? "")) return undefined;
    throw error;
  }
}
