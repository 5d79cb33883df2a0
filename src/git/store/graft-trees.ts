import { ObjectId } from "#base/ids.ts";
import { parseShape } from "#base/json.ts";
import { GitFault } from "#git/fault.ts";
import { insideStore } from "#git/git-place.ts";
import { type BytePath, joinNul, shownPath, splitNul } from "#git/path-bytes.ts";
import type { ObjectStore } from "#git/repository.ts";
import { runGit } from "#git/run-git.ts";

/** What is put into a tree: another tree, or a submodule's commit. */
export type Graft = { readonly type: "tree" | "commit"; readonly object: ObjectId };

/** A file, folder, link or submodule in one folder of a tree. */
type FolderEntry = { readonly mode: string; readonly type: string; readonly object: string };

const MODES = { tree: "040000", commit: "160000" } as const;

/**
 * Returns the tree with the grafts in their places, where it may have nothing or a submodule; without
 * a tree, a new one. Costs two git processes for each folder on the way, however large the trees are.
 *
 * @throws GitFault also where a file or a folder stands in the way.
 */
export async function graftTrees(
  store: ObjectStore,
  tree: ObjectId | undefined,
  grafts: ReadonlyMap<BytePath, Graft>,
  signal: AbortSignal,
): Promise<ObjectId> {
  if (tree !== undefined && grafts.size === 0) return tree;
  const entries = tree === undefined ? new Map<BytePath, FolderEntry>() : await list(store, tree, signal);
  for (const [name, inside] of byFolder(grafts)) {
    const there = entries.get(name);
    const own = inside.get("");
    if (own !== undefined) {
      if (inside.size > 1 || (there !== undefined && there.type !== "commit")) throw inTheWay(name);
      entries.set(name, { mode: MODES[own.type], type: own.type, object: own.object });
    } else {
      if (there !== undefined && there.type !== "tree") throw inTheWay(name);
      const folder = there === undefined ? undefined : parseShape(there.object, ObjectId);
      const object = await graftTrees(store, folder, inside, signal);
      entries.set(name, { mode: MODES.tree, type: "tree", object });
    }
  }
  return await make(store, entries, signal);
}

/** By first name; under the empty name what is to stand in its place itself. */
function byFolder(grafts: ReadonlyMap<BytePath, Graft>): ReadonlyMap<BytePath, Map<BytePath, Graft>> {
  const folders = new Map<BytePath, Map<BytePath, Graft>>();
  for (const [path, graft] of grafts) {
    const end = path.indexOf("/");
    const name = end < 0 ? path : path.slice(0, end);
    const inside = folders.get(name) ?? new Map<BytePath, Graft>();
    folders.set(name, inside.set(end < 0 ? "" : path.slice(end + 1), graft));
  }
  return folders;
}

async function list(
  store: ObjectStore,
  tree: ObjectId,
  signal: AbortSignal,
): Promise<Map<BytePath, FolderEntry>> {
  const output = await runGit(insideStore(store), { arguments: ["ls-tree", "-z", tree] }, signal);
  return new Map(
    splitNul(output).map((line): [BytePath, FolderEntry] => {
      const tab = line.indexOf("\t");
      const [mode = "", type = "", object = ""] = line.slice(0, tab).split(" ");
      return [line.slice(tab + 1), { mode, type, object }];
    }),
  );
}

async function make(
  store: ObjectStore,
  entries: ReadonlyMap<BytePath, FolderEntry>,
  signal: AbortSignal,
): Promise<ObjectId> {
  const lines = [...entries].map(([name, { mode, type, object }]) => `${mode} ${type} ${object}\t${name}`);
  const command = { arguments: ["mktree", "-z", "--missing"], input: joinNul(lines) };
  const output = await runGit(insideStore(store), command, signal);
  return parseShape(output.toString("latin1").trim(), ObjectId);
}

function inTheWay(name: BytePath): GitFault {
  const detail = `something stands in the place of ${shownPath(name)}`;
  return new GitFault({ kind: "git-failed", command: "git mktree", exitCode: 0, detail });
}
