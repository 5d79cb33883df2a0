import { GitFault } from "#git/fault.ts";
import type { GitPlace } from "#git/git-place.ts";
import type { BytePath } from "#git/path-bytes.ts";
import { runGit } from "#git/run-git.ts";
import type { WorkTreeState } from "./work-tree-state.ts";

/** What git knows about the files of a work tree, before anything is added. */
export type ListedFiles = IndexEntries & WorkTreeState;

/** What is out of the ordinary in an index. */
export type IndexEntries = {
  /** Tracked as submodules, with the commit that the index names. */
  readonly submodules: ReadonlyMap<BytePath, string>;
  readonly assumedUnchanged: readonly BytePath[];
  readonly skipWorktree: readonly BytePath[];
  /** In conflict. */
  readonly unmerged: ReadonlySet<BytePath>;
};

const LISTING = { arguments: ["ls-files", "-z", "--cached", "--stage", "-v"] };

/**
 * Returns what is out of the ordinary in the index of a work tree.
 *
 * @throws GitFault
 */
export async function listIndex(place: GitPlace, signal: AbortSignal): Promise<IndexEntries> {
  return parseIndex(await runGit(place, LISTING, signal));
}

/**
 * Returns what `git ls-files -z --cached --stage -v` says.
 *
 * @throws GitFault on an entry that is not whole.
 */
export function parseIndex(output: Buffer): IndexEntries {
  const listed: Listing = {
    submodules: new Map(),
    assumedUnchanged: [],
    skipWorktree: [],
    unmerged: new Set(),
  };
  const tab = output.indexOf(TAB);
  for (let start = 0; start < output.length; ) {
    const end = output.indexOf(0, start + tab);
    if (output[start + tab] !== TAB || end <= start + tab + 1) throw unknownEntry();
    if (!isPlain(output, start, tab)) take(output.toString("latin1", start, end), tab, listed);
    start = end + 1;
  }
  return listed;
}

type Listing = {
  readonly submodules: Map<BytePath, string>;
  readonly assumedUnchanged: BytePath[];
  readonly skipWorktree: BytePath[];
  readonly unmerged: Set<BytePath>;
};

const [TAB, FOUND, ZERO, SIX] = [9, 72, 48, 54] as const;

/**
 * An entry is `TAG MODE OBJECT STAGE<TAB>PATH` (git-ls-files(1), "Output"), the tab at the same
 * place in all of them. Nearly all are plain files without a bit, and no text is made of these.
 */
function isPlain(output: Buffer, start: number, tab: number): boolean {
  return output[start] === FOUND && output[start + 3] !== SIX && output[start + tab - 1] === ZERO;
}

function take(entry: string, tab: number, listed: Listing): void {
  const tag = entry.charAt(0);
  const path = entry.slice(tab + 1);
  if (tag === tag.toLowerCase()) listed.assumedUnchanged.push(path);
  if (tag === "S" || tag === "s") listed.skipWorktree.push(path);
  if (entry.charAt(tab - 1) !== "0") listed.unmerged.add(path);
  if (entry.startsWith("160000", 2)) listed.submodules.set(path, entry.slice(9, tab - 2));
}

function unknownEntry(): GitFault {
  return new GitFault({
    kind: "git-failed",
    command: "git ls-files",
    exitCode: 0,
    detail: "an entry of the index is not whole",
  });
}
