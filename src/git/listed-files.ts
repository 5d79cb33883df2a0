import type { GitPlace } from "./git-place.ts";
import { type BytePath, splitNul } from "./path-bytes.ts";
import { askGit, gitFailed } from "./run-git.ts";

/** What git knows about the files of a work tree, before anything is added. */
export type ListedFiles = {
  /** Untracked and not ignored. */
  readonly untracked: readonly BytePath[];
  /** Untracked folders that are repositories of their own. */
  readonly nested: readonly BytePath[];
  /** Tracked as submodules, with the commit that the index names. */
  readonly submodules: ReadonlyMap<BytePath, string>;
  readonly assumedUnchanged: readonly BytePath[];
  readonly skipWorktree: readonly BytePath[];
  /** In conflict. */
  readonly unmerged: ReadonlySet<BytePath>;
  /** Folders that cannot be looked into: git warns of them, and goes on as if they were empty. */
  readonly closed: readonly BytePath[];
};

const LISTING = {
  arguments: ["ls-files", "-z", "--cached", "--others", "--exclude-standard", "--stage", "-v"],
};

/**
 * Returns all files of the work tree by what git makes of them, in one process.
 *
 * @throws GitFault
 */
export async function listFiles(place: GitPlace, signal: AbortSignal): Promise<ListedFiles> {
  const answer = await askGit(place, LISTING, signal);
  if (answer.exitCode !== 0) throw gitFailed(LISTING, answer);
  const listed = empty();
  for (const entry of splitNul(answer.output)) take(entry, listed);
  return { ...listed, closed: closedFolders(answer.errors) };
}

type Listing = {
  readonly untracked: BytePath[];
  readonly nested: BytePath[];
  readonly submodules: Map<BytePath, string>;
  readonly assumedUnchanged: BytePath[];
  readonly skipWorktree: BytePath[];
  readonly unmerged: Set<BytePath>;
};

function empty(): Listing {
  return {
    untracked: [],
    nested: [],
    submodules: new Map(),
    assumedUnchanged: [],
    skipWorktree: [],
    unmerged: new Set(),
  };
}

/** An entry is `? PATH`, or `TAG MODE OBJECT STAGE<TAB>PATH` (git-ls-files(1), "Output"). */
function take(entry: string, listed: Listing): void {
  const tag = entry.charAt(0);
  if (tag === "?") {
    const path = entry.slice(2);
    if (path.endsWith("/")) listed.nested.push(path.slice(0, -1));
    else listed.untracked.push(path);
    return;
  }
  const tab = entry.indexOf("\t");
  const path = entry.slice(tab + 1);
  if (tag === tag.toLowerCase()) listed.assumedUnchanged.push(path);
  if (tag === "S" || tag === "s") listed.skipWorktree.push(path);
  if (entry.charAt(tab - 1) !== "0") listed.unmerged.add(path);
  if (entry.startsWith("160000", 2)) listed.submodules.set(path, entry.slice(9, tab - 2));
}

function closedFolders(errors: Buffer): readonly BytePath[] {
  const warnings = errors.toString("latin1").matchAll(/^warning: could not open directory '(.*)\/': /gm);
  return [...warnings].map(([, path = ""]) => path);
}
