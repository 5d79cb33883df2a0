import { standInFor } from "#git/change/stand-in.ts";
import type { DueReview } from "./stop-case.ts";

/**
 * Returns the look with a baseline that can be compared with. Where the store that held the baseline
 * was removed, another state stands in for it, and the look says which. The fingerprint stays that of
 * the baseline on record, by which decisions about this content are found again. What is put together
 * from a commit is no state of the work tree as it stood, so that nothing is told to be another's by it.
 *
 * @throws GitFault, or `signal`'s reason.
 */
export async function standingLook(look: DueReview["look"], signal: AbortSignal): Promise<DueReview["look"]> {
  const { baseline, tree } = look;
  const standIn = await standInFor(tree.store, baseline.snapshot, signal);
  if (standIn === undefined) return look;
  const { snapshot, commit } = standIn;
  return { ...look, baseline: { ...baseline, snapshot, why: "followed" }, countedFrom: commit };
}
