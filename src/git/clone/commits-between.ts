import { ObjectId } from "#base/ids.ts";
import { isGitFailed } from "#git/fault.ts";
import { textOf } from "#git/path-bytes.ts";
import { askGit, runGit } from "#git/run-git.ts";
import { timeOf } from "./commit-facts.ts";
import { pathParts } from "./folder-at.ts";
import type { OpenClone } from "./open-clone.ts";

type CommitLine = {
  readonly commit: ObjectId;
  /** When it was committed (ISO 8601, UTC). */
  readonly at: string;
  readonly subject: string;
};

export type Stretch = {
  readonly from: ObjectId;
  readonly to: ObjectId;
  /** Only commits that change something in this folder; `""` for all. */
  readonly path: string;
};

export type CommitsBetween =
  | {
      readonly kind: "counted";
      /** Those of `to` that `from` has not, the newest first. */
      readonly commits: readonly CommitLine[];
      /** Whether `to` comes after `from`: else `from` may have commits that `to` has not. */
      readonly isDescendant: boolean;
    }
  /** A commit is not here, or the history between them is cut. */
  | { readonly kind: "not-known" };

const FORMAT = "--format=%H %ct %s";

/**
 * Returns the commits that lie between two. Takes two git processes.
 *
 * @throws GitFault `git-timed-out`, `git-missing`.
 */
export async function commitsBetween(
  clone: OpenClone,
  { from, to, path }: Stretch,
  signal: AbortSignal,
): Promise<CommitsBetween> {
  const parts = pathParts(path);
  if (parts === undefined) return { kind: "not-known" };
  if (from === to) return { kind: "counted", commits: [], isDescendant: true };
  const relation = await askGit(
    clone.place,
    { arguments: ["merge-base", "--is-ancestor", from, to] },
    signal,
  );
  if (relation.exitCode > 1) return { kind: "not-known" };
  const isDescendant = relation.exitCode === 0;
  // Where history is cut, what is no ancestor may be one beyond the cut.
  if (!isDescendant && clone.shallow) return { kind: "not-known" };
  try {
    const paths = parts.length === 0 ? [] : ["--", Buffer.from(parts.join("/"), "latin1").toString("utf8")];
    const words = ["log", "-z", FORMAT, `${from}..${to}`, ...paths];
    const listed = await runGit(clone.place, { arguments: words }, signal);
    const lines = textOf(listed)
      .split("\0")
      .filter((line) => line !== "");
    return { kind: "counted", commits: lines.map(commitLine), isDescendant };
  } catch (error) {
    if (isGitFailed(error)) return { kind: "not-known" };
    throw error;
  }
}

function commitLine(line: string): CommitLine {
  const [, commit = "", seconds = "", subject = ""] = /^(\S+) (-?\d+) (.*)$/s.exec(line) ?? [];
  return { commit: ObjectId.parse(commit), at: timeOf(Number(seconds)), subject };
}
