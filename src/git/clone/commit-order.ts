import type { ObjectId } from "#base/ids.ts";
import { ancestryOf, reachedFrom } from "./ancestry.ts";
import type { OpenClone } from "./open-clone.ts";

/**
 * Returns how one commit lies to another: `older` where the other comes after it. Null where one is not
 * here, or where the history between them may be cut.
 *
 * @throws GitFault `git-timed-out`, `git-missing`.
 */
export async function commitOrder(
  clone: OpenClone,
  one: ObjectId,
  other: ObjectId,
  signal: AbortSignal,
): Promise<"same" | "older" | "newer" | "unrelated" | null> {
  if (one === other) return "same";
  const ancestry = await ancestryOf(clone, [one, other], signal);
  const [first, second] = [ancestry.places.get(one), ancestry.places.get(other)];
  if (first === undefined || second === undefined) return null;
  const [before, after] = [reachedFrom(ancestry, first), reachedFrom(ancestry, second)];
  if (after?.[first] === 1) return "older";
  if (before?.[second] === 1) return "newer";
  return before === undefined || after === undefined || clone.shallow ? null : "unrelated";
}
