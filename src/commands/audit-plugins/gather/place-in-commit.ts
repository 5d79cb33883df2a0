import type { ObjectId } from "#base/ids.ts";
import { walkOnce } from "#git/clone/ancestry.ts";
import { folderAt } from "#git/clone/folder-at.ts";
import type { TreeMatch } from "#git/clone/tree-match.ts";
import { formerPath } from "./former-path.ts";
import type { Origin } from "./plugin-origin.ts";

type Place = Extract<Origin, { readonly kind: "folder" }>;

/**
 * Returns where a plugin lay in a commit: where that commit's own marketplace has it, which may have moved
 * it since, else where it lies now.
 *
 * @throws GitFault `git-timed-out`.
 */
export async function placeIn({ clone, path, name }: Place, commit: ObjectId): Promise<string> {
  return (name === null ? null : await formerPath(clone, name, [commit])) ?? path;
}

/**
 * Returns a match, but for one with another folder of the commit than the plugin's: files that a neighbour
 * of the plugin has are not the plugin's, in whichever commit.
 *
 * @throws GitFault `git-timed-out`, `git-missing`.
 */
export async function ownMatch(origin: Place, match: TreeMatch, signal: AbortSignal): Promise<TreeMatch> {
  if (match.kind !== "found" || match.path === origin.path) return match;
  const { clone } = origin;
  const { commit } = match;
  const path = await placeIn(origin, commit);
  if (path === match.path) return match;
  // Nothing is there where it was moved without a word of it, or where a link leads to what was found.
  if ((await folderAt(clone, { commit, path })).kind !== "folder") return match;
  const { commits, whole } = await walkOnce(clone, signal);
  return { kind: "not-found", whole, commits: commits.length };
}
