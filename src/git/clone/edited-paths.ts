import { copyFileSync, readdirSync, statSync, utimesSync } from "node:fs";
import { join } from "node:path";
import type { GitPlace } from "#git/git-place.ts";
import { type BytePath, shownPath, splitNul } from "#git/path-bytes.ts";
import { runGit } from "#git/run-git.ts";
import { clearHidingBits } from "#git/snapshot/hidden-entries.ts";
import { listIndex } from "#git/snapshot/listed-files.ts";
import type { OpenClone } from "./open-clone.ts";

/**
 * Submodules are passed over but for their commit: git would look into them by a process of its own, which
 * reads their configuration.
 */
const STATUS = {
  arguments: [
    "status",
    "--porcelain=v2",
    "-z",
    "--untracked-files=normal",
    "--ignored=traditional",
    "--ignore-submodules=dirty",
    "--no-renames",
  ],
};

/**
 * Returns the paths of the work tree that are not as HEAD has them, in git's order. Git compares by a copy
 * of the clone's index, in which no bit hides a file, and runs no filter.
 *
 * @throws GitFault
 */
export async function editedPaths(clone: OpenClone, signal: AbortSignal): Promise<readonly string[]> {
  const place = copiedIndex(clone);
  const index = await listIndex(place, signal);
  await clearHidingBits(place, index, index.skipWorktree.length > 0, signal);
  return splitNul(await runGit(place, STATUS, signal))
    .flatMap(pathIn)
    .map(shownPath);
}

/**
 * The copy takes over the original's time, rounded down: git trusts the size and time of a file that is
 * older than the index (Documentation/technical/racy-git.txt).
 */
function copiedIndex({ gitDirectory, directory, place }: OpenClone): GitPlace {
  const copy = join(place.directory, "index");
  for (const name of readdirSync(gitDirectory)) {
    if (name !== "index" && !name.startsWith("sharedindex.")) continue;
    const original = statSync(join(gitDirectory, name));
    if (!original.isFile()) continue;
    const target = join(place.directory, name);
    const seconds = Math.floor(original.mtimeMs / 1000);
    copyFileSync(join(gitDirectory, name), target);
    utimesSync(target, seconds, seconds);
  }
  const environment = { ...place.environment, GIT_INDEX_FILE: copy, GIT_WORK_TREE: directory };
  return { ...place, directory, environment };
}

/** The path is the ninth field of an entry, the eleventh of one in conflict (git-status(1), "Porcelain Format Version 2"). */
function pathIn(entry: string): readonly BytePath[] {
  const fields = entry.split(" ");
  switch (entry.charAt(0)) {
    case "1":
      return [fields.slice(8).join(" ")];
    case "u":
      return [fields.slice(10).join(" ")];
    case "?":
    case "!":
      return [entry.slice(2)];
    default:
      return [];
  }
}
