import type { CopyFacts } from "#audit/plugins/plugin-facts.ts";
import type { OpenClone } from "#git/clone/open-clone.ts";
import type { SearchProgress } from "#git/clone/wanted-tree.ts";
import { isGitFailed } from "#git/fault.ts";
import {
  copiesFacts,
  copyWithoutHistory,
  type NumberedFacts,
  type ReadCopy,
  type TracedCopy,
} from "./copy-facts.ts";
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
  const facts: NumberedFacts[] = [];
  const traced: TracedCopy[] = [];
  for (const [number, copy] of copies.entries()) {
    const { origin } = copy;
    if (origin.kind === "folder") traced.push({ ...copy, number, origin });
    else facts.push({ number, facts: copyWithoutHistory(copy, origin.why) });
  }
  for (const [clone, group] of grouped(traced, ({ origin }) => origin.clone))
    facts.push(...(await factsOfGroup(clone, { copies: group, onProgress }, signal)));
  return facts.sort((a, b) => a.number - b.number).map((one) => one.facts);
}

type Group = {
  readonly copies: readonly TracedCopy[];
  readonly onProgress: (progress: SearchProgress) => void;
};

async function factsOfGroup(
  clone: OpenClone,
  group: Group,
  signal: AbortSignal,
): Promise<readonly NumberedFacts[]> {
  try {
    return await copiesFacts(clone, group, signal);
  } catch (error) {
    if (!isGitFailed(error)) throw error;
    const why = `the history that it comes from cannot be read (${error.message})`;
    return group.copies.map((copy) => ({ number: copy.number, facts: copyWithoutHistory(copy, why) }));
  }
}
