import { type Dirent, readdirSync, readFileSync, realpathSync, statSync } from "node:fs";
import { join, resolve } from "node:path";

/** Git reads them in whichever folder of a work tree they stand. */
const READ_BY_GIT = [".gitignore", ".gitattributes", ".gitmodules"];
/** No list of other stores is longer. */
const MOST_LIST_BYTES = 64 * 1024;

/**
 * Returns a file that git would open and never come back from, for it is a pipe or a device:
 * in one of the folders that belong to git, or among the files of a work tree that git itself reads. Links
 * are followed in git's own folders, as git does. Folders that cannot be listed are passed over: git cannot
 * read them either.
 */
export function blockingFile(gitFolders: readonly string[], workTree: string | null): string | undefined {
  const seen = new Set<string>();
  for (const folder of gitFolders) {
    const found = amongGitsOwn(folder, seen);
    if (found !== undefined) return found;
  }
  return workTree === null ? undefined : inWorkTree(workTree, seen);
}

function amongGitsOwn(folder: string, seen: Set<string>): string | undefined {
  const real = attempt(() => realpathSync.native(folder));
  if (real === undefined || seen.has(real)) return undefined;
  seen.add(real);
  for (const entry of listOf(folder)) {
    const path = join(folder, entry.name);
    const what = entry.isSymbolicLink() ? attempt(() => statSync(path)) : entry;
    if (what === undefined) continue;
    if (blocks(what)) return path;
    const found = what.isDirectory()
      ? amongGitsOwn(path, seen)
      : path.endsWith(join("info", "alternates"))
        ? amongOthers(folder, path, seen)
        : undefined;
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Of the stores that a store borrows from (gitrepository-layout(5), `objects/info/alternates`). */
function amongOthers(folder: string, list: string, seen: Set<string>): string | undefined {
  const size = attempt(() => statSync(list).size) ?? 0;
  if (size > MOST_LIST_BYTES) return list;
  const lines = attempt(() => readFileSync(list, "utf8").split("\n")) ?? [];
  for (const line of lines) {
    if (line === "" || line.startsWith("#")) continue;
    const found = amongGitsOwn(resolve(folder, "..", line), seen);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** A repository within has a folder of git's own, which git looks into. */
function inWorkTree(folder: string, seen: Set<string>): string | undefined {
  for (const entry of listOf(folder)) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) {
      const found = entry.name === ".git" ? amongGitsOwn(path, seen) : inWorkTree(path, seen);
      if (found !== undefined) return found;
    } else if (READ_BY_GIT.includes(entry.name) && blocks(entry)) return path;
  }
  return undefined;
}

/** A socket cannot be opened at all: one lies in many a clone, for git's own watcher of files. */
function blocks(what: Pick<Dirent, "isFIFO" | "isCharacterDevice" | "isBlockDevice">): boolean {
  return what.isFIFO() || what.isCharacterDevice() || what.isBlockDevice();
}

function listOf(folder: string): readonly Dirent[] {
  return attempt(() => readdirSync(folder, { withFileTypes: true })) ?? [];
}

function attempt<T>(look: () => T): T | undefined {
  try {
    return look();
  } catch {
    return undefined;
  }
}
