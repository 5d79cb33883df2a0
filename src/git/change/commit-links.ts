import { ObjectId } from "#base/ids.ts";
import { parseShape } from "#base/json.ts";
import { insideStore } from "#git/git-place.ts";
import { type BytePath, bytesOf, splitNul } from "#git/path-bytes.ts";
import type { ObjectStore } from "#git/repository.ts";
import { runGit } from "#git/run-git.ts";

/** The mode under which a tree names a submodule's commit. */
export const GITLINK_MODE = "160000";

/** The commits that a tree names, each at its submodule's path. */
export type CommitLinks = ReadonlyMap<BytePath, ObjectId>;

/**
 * Returns those of the paths that name a commit in the tree. All paths must be UTF-8.
 *
 * @throws GitFault
 */
export async function linksAt(
  store: ObjectStore,
  tree: ObjectId,
  paths: readonly BytePath[],
  signal: AbortSignal,
): Promise<CommitLinks> {
  if (paths.length === 0) return new Map();
  const literal = insideStore(store);
  const place = { ...literal, environment: { ...literal.environment, GIT_LITERAL_PATHSPECS: "1" } };
  const names = paths.map((path) => bytesOf(path).toString("utf8"));
  const output = await runGit(place, { arguments: ["ls-tree", "-z", tree, "--", ...names] }, signal);
  return new Map(
    splitNul(output).flatMap((line): [BytePath, ObjectId][] => {
      const tab = line.indexOf("\t");
      const [mode = "", , object = ""] = line.slice(0, tab).split(" ");
      return mode === GITLINK_MODE ? [[line.slice(tab + 1), parseShape(object, ObjectId)]] : [];
    }),
  );
}

/**
 * Returns the tree of each commit that can be read from here, in one git process: a submodule that
 * was never fetched, or whose repository is gone, has none.
 *
 * @throws GitFault
 */
export async function treesOfCommits(
  store: ObjectStore,
  commits: readonly ObjectId[],
  signal: AbortSignal,
): Promise<ReadonlyMap<ObjectId, ObjectId>> {
  const wanted = [...new Set(commits)];
  if (wanted.length === 0) return new Map();
  const command = {
    arguments: ["cat-file", "--batch-check=%(objectname) %(objecttype)"],
    input: Buffer.from(wanted.map((commit) => `${commit}^{tree}\n`).join("")),
  };
  const lines = (await runGit(insideStore(store), command, signal)).toString("latin1").split("\n");
  return new Map(
    wanted.flatMap((commit, i): [ObjectId, ObjectId][] => {
      const [tree = "", type] = (lines[i] ?? "").split(" ");
      return type === "tree" ? [[commit, parseShape(tree, ObjectId)]] : [];
    }),
  );
}
