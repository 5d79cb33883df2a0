import { ObjectId } from "#base/ids.ts";
import { isGitFailed } from "#git/fault.ts";
import { shownPath, splitNul } from "#git/path-bytes.ts";
import { runGit } from "#git/run-git.ts";
import { isCopyOf } from "./differences-between.ts";
import { folderAt } from "./folder-at.ts";
import { type Candidate, matchIn } from "./match-in.ts";
import type { OpenClone } from "./open-clone.ts";
import type { TreeMatch } from "./tree-match.ts";
import type { WantedTree } from "./wanted-tree.ts";

/**
 * Looks for what a folder may be although no commit has exactly that in its place: a copy of HEAD's, of
 * the claimed commit's or of one of the examples, else the very same folder in another place.
 * `undecided` where what is not here of a commit might explain it, `absent` where the claimed commit might,
 * which is not here at all.
 *
 * @throws GitFault
 */
export async function looseMatch(
  clone: OpenClone,
  wanted: WantedTree,
  examples: Iterable<ObjectId>,
  signal: AbortSignal,
): Promise<TreeMatch | Missed | undefined> {
  const copy = await copyMatch(clone, wanted, examples, signal);
  if (typeof copy === "object") return copy;
  return (await elsewhere(clone, wanted, signal)) ?? copy;
}

type Missed = "undecided" | "absent";

async function copyMatch(
  clone: OpenClone,
  { path, claimed, copy }: WantedTree,
  examples: Iterable<ObjectId>,
  signal: AbortSignal,
): Promise<TreeMatch | Missed | undefined> {
  if (copy === undefined) return undefined;
  let missed: Missed | undefined;
  const tried = new Set<ObjectId>();
  for (const commit of candidates(clone.head, claimed, examples)) {
    if (tried.has(commit)) continue;
    tried.add(commit);
    const verdict = await isCopyOf(clone, copy.files, { ...copy, commit, path }, signal);
    if (verdict === "undecided" && missed !== verdict)
      missed = (await clone.objects.read(commit)).kind === "object" ? verdict : "absent";
    if (verdict !== "copy") continue;
    const folder = await folderAt(clone, { commit, path });
    if (folder.kind !== "folder") continue;
    const { committedAt } = folder;
    const isHead = commit === clone.head;
    return { kind: "found", commit, committedAt, isHead, path, times: null, filtered: true };
  }
  return missed;
}

function* candidates(
  head: ObjectId | null,
  claimed: ObjectId | null,
  examples: Iterable<ObjectId>,
): Generator<ObjectId> {
  if (head !== null) yield head;
  if (claimed !== null) yield claimed;
  yield* examples;
}

/** Only where the clone has the tree at all is the history gone through for where it was. */
async function elsewhere(
  clone: OpenClone,
  { tree }: WantedTree,
  signal: AbortSignal,
): Promise<TreeMatch | undefined> {
  if ((await clone.objects.read(tree)).kind !== "object") return undefined;
  const found = await appearanceOf(clone, tree, signal);
  return found === undefined ? undefined : await matchIn(clone, { path: found.path, tree }, found);
}

type Appearance = Candidate & { readonly path: string };

const MARK = "\u0001";

/** The newest commit in which the tree came to stand somewhere (git-log(1), `--find-object`). */
async function appearanceOf(
  { place, refs, head }: OpenClone,
  tree: ObjectId,
  signal: AbortSignal,
): Promise<Appearance | undefined> {
  const words = [
    "log",
    "--stdin",
    `--find-object=${tree}`,
    "-t",
    "--raw",
    "-z",
    "--no-abbrev",
    "-m",
    "--root",
  ];
  const format = ["--no-renames", `--format=${MARK}%H`];
  const input = Buffer.from([head ?? "", ...refs.map(({ id }) => id), ""].join("\n"));
  try {
    const listed = splitNul(await runGit(place, { arguments: [...words, ...format], input }, signal));
    let commit = "";
    for (const [index, part] of listed.entries()) {
      if (part.startsWith(MARK)) commit = part.slice(MARK.length);
      if (!/^\n?:/.test(part) || part.split(" ")[3] !== tree) continue;
      return { commit: ObjectId.parse(commit), path: shownPath(listed[index + 1] ?? ""), times: null };
    }
    return undefined;
  } catch (error) {
    // A history that cannot be gone through has no place to show.
    if (isGitFailed(error)) return undefined;
    throw error;
  }
}
