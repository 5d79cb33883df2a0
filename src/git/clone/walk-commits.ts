import { ObjectId } from "#base/ids.ts";
import { isGitFailed } from "#git/fault.ts";
import { streamGit } from "#git/run-git.ts";
import type { OpenClone } from "./open-clone.ts";

export type WalkedCommit = {
  readonly commit: string;
  readonly tree: ObjectId;
  readonly parents: readonly string[];
};

export type CommitWalk = {
  /** The newest first. */
  readonly commits: readonly WalkedCommit[];
  /** Whether they are all that ever led to what the clone's refs name. */
  readonly whole: boolean;
};

/**
 * Returns the commits of all refs of a clone, HEAD's among them, and of further ones. Where one cannot be
 * read, those that come before it.
 *
 * @throws GitFault `git-timed-out`, `git-missing`.
 */
export async function walkCommits(
  clone: OpenClone,
  further: readonly ObjectId[],
  signal: AbortSignal,
): Promise<CommitWalk> {
  const head = clone.head === null ? [] : [clone.head];
  const tips = [...new Set([...head, ...clone.refs.map(({ id }) => id), ...further])];
  const answers = await Promise.all(tips.map((tip) => clone.objects.read(tip)));
  const readable = tips.filter((_tip, index) => answers[index]?.kind === "object");
  const commits: WalkedCommit[] = [];
  const read = async (chunks: AsyncIterable<Uint8Array>): Promise<void> => {
    let rest = "";
    for await (const chunk of chunks) {
      const lines = (rest + Buffer.from(chunk).toString("latin1")).split("\n");
      rest = lines.pop() ?? "";
      for (const line of lines) if (!line.startsWith("commit ")) commits.push(commitOf(line));
    }
  };
  const input = Buffer.from(readable.map((tip) => `${tip}\n`).join(""));
  const words = ["rev-list", "--format=%H %T %P", "--stdin"];
  try {
    if (readable.length > 0) await streamGit(clone.place, { arguments: words, input, read }, signal);
    return { commits, whole: !clone.shallow && readable.length === tips.length };
  } catch (error) {
    if (!isGitFailed(error)) throw error;
    return { commits, whole: false };
  }
}

function commitOf(line: string): WalkedCommit {
  const [commit = "", tree = "", ...parents] = line.split(" ");
  return { commit, tree: ObjectId.parse(tree), parents: parents.filter((parent) => parent !== "") };
}
