import type { CopyFacts } from "#audit/plugins/plugin-facts.ts";
import type { OpenClone } from "#git/clone/open-clone.ts";
import type { SearchProgress } from "#git/clone/wanted-tree.ts";
import { isGitFailed } from "#git/fault.ts";
import { copiesFacts, copyWithoutHistory, type ReadCopy } from "./copy-facts.ts";
import { grouped } from "./grouped.ts";

/**
 * Returns what histories tell of copies, in the order of the copies. Each history is searched once for all
 * that come from it; one that cannot be read tells nothing.
 *
 * @throws GitFault `git-timed-out`, `git-missing`.
 */
export async function factsOfCopies(
  copies: readonly ReadCopy[],
  onProgress: (progress: SearchProgress) => void,
  signal: AbortSignal,
): Promise<readonly CopyFacts[]> {
  const known = new Map<ReadCopy, CopyFacts>();
  const groups = grouped(copies, ({ origin }) => (origin.kind === "folder" ? origin.clone : null));
  for (const [clone, group] of groups) {
    const facts = await factsOfGroup(clone, { copies: group, onProgress }, signal);
    for (const [index, copy] of group.entries())
      known.set(copy, facts[index] ?? copyWithoutHistory(copy, ""));
  }
  return copies.map((copy) => known.get(copy) ?? copyWithoutHistory(copy, ""));
}

type Group = {
  readonly copies: readonly ReadCopy[];
  readonly onProgress: (progress: SearchProgress) => void;
};

async function factsOfGroup(
  clone: OpenClone | null,
  group: Group,
  signal: AbortSignal,
): Promise<readonly CopyFacts[]> {
  try {
    if (clone !== null) return await copiesFacts(clone, group, signal);
    return group.copies.map((copy) =>
      copyWithoutHistory(copy, copy.origin.kind === "elsewhere" ? copy.origin.why : ""),
    );
  } catch (error) {
    if (!isGitFailed(error)) throw error;
    const why = `the history that it comes from cannot be read (${error.message})`;
    return group.copies.map((copy) => copyWithoutHistory(copy, why));
  }
}
