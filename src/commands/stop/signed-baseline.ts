import { mergeTree } from "#git/merge-tree.ts";
import type { Baseline } from "#runs/session.ts";
import type { Ending, StopCase } from "./stop-case.ts";

/**
 * Returns the baseline that this ending leaves behind where it moves one: a signature moves it for
 * the covered paths only, a late one begins here, and that of a tree that was followed is kept. `undefined` leaves it where it is.
 *
 * @throws GitFault, or `signal`'s reason.
 */
export async function signedBaseline(
  { call, session }: StopCase,
  { outcome, look, review }: Ending,
  signal: AbortSignal,
): Promise<Baseline | undefined> {
  if (look === undefined) return undefined;
  const place = { root: look.tree.repository.root, store: look.tree.store.directory };
  const takenAt = call.askedAt.toISOString();
  if (outcome.kind === "skipped" && outcome.why === "no-baseline") {
    return { ...place, snapshot: look.snapshot, takenAt, why: "late" };
  }
  if (look.baseline === undefined) return undefined;
  if (outcome.kind !== "allowed" || review === undefined) {
    const { fingerprint, ...followed } = look.baseline;
    return session.baseline === undefined ? followed : undefined;
  }
  const { partly, notCovered } = review.coverage;
  const due = [...partly, ...notCovered].flatMap(({ path, oldPath }) =>
    oldPath === null ? [path] : [path, oldPath],
  );
  const snapshot = await mergeTree(look.tree.store, look.baseline.snapshot, look.snapshot, due, signal);
  return { ...place, snapshot, takenAt, why: "signed" };
}
