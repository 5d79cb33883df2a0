import { existsSync, lstatSync, readFileSync, realpathSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import { errorText } from "#base/fault.ts";

/** Where a repository keeps what belongs to it, found without asking git. All paths are absolute and real. */
export type GitFolders =
  | { readonly kind: "none" }
  | { readonly kind: "broken"; readonly detail: string }
  | {
      readonly kind: "found";
      /** `.git`, or the folder that a file of that name leads to. */
      readonly gitDirectory: string;
      /** Where refs, objects and configuration are: for a linked worktree, those of its repository. */
      readonly commonDirectory: string;
      readonly objects: string;
      /** What HEAD says: a ref, or a commit. */
      readonly head: string;
      readonly shallow: boolean;
    };

const MAX_POINTER_BYTES = 8192;
const HEAD = /^(?:ref:\s*(refs\/\S+)|([0-9a-f]{40}|[0-9a-f]{64}))\s*$/;

/**
 * Returns the folders of the repository whose top is this very folder. A repository above it is none of
 * its own: git would find that one (gitrepository-layout(5)).
 */
export function gitFolders(directory: string): GitFolders {
  const dotGit = join(directory, ".git");
  try {
    if (lstatSync(dotGit, { throwIfNoEntry: false }) === undefined) return { kind: "none" };
    return insideFolders(statSync(dotGit).isDirectory() ? dotGit : pointedAt(directory, dotGit));
  } catch (error) {
    return { kind: "broken", detail: errorText(error) };
  }
}

/** As `gitFolders`, for the folder in which git keeps a repository. */
export function insideFolders(directory: string): GitFolders {
  try {
    const gitDirectory = realpathSync.native(directory);
    const common = join(gitDirectory, "commondir");
    const commonDirectory = existsSync(common)
      ? realpathSync.native(resolve(gitDirectory, smallFile(common).trim()))
      : gitDirectory;
    const head = HEAD.exec(smallFile(join(gitDirectory, "HEAD")));
    if (head === null) return { kind: "broken", detail: "its HEAD names neither a branch nor a commit" };
    const objects = join(commonDirectory, "objects");
    for (const folder of [objects, join(commonDirectory, "refs")]) {
      if (!statSync(folder).isDirectory()) return { kind: "broken", detail: `${folder} is not a folder` };
    }
    return {
      kind: "found",
      gitDirectory,
      commonDirectory,
      objects,
      head: head[1] ?? head[2] ?? "",
      shallow: (statSync(join(commonDirectory, "shallow"), { throwIfNoEntry: false })?.size ?? 0) > 0,
    };
  } catch (error) {
    return { kind: "broken", detail: errorText(error) };
  }
}

function pointedAt(directory: string, dotGit: string): string {
  const target = /^gitdir: (.+?)\n*$/s.exec(smallFile(dotGit))?.[1];
  if (target === undefined) throw new Error(`${dotGit} is neither a folder nor does it lead to one`);
  return resolve(directory, target);
}

/** A pipe would be waited for without an end. */
function smallFile(path: string): string {
  const found = statSync(path);
  if (!found.isFile() || found.size > MAX_POINTER_BYTES) throw new Error(`${path} is no file of git's`);
  return readFileSync(path, "utf8");
}
