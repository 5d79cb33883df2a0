import { isPartial } from "#gate/scope/coverage.ts";
import type { Baseline } from "#runs/sessions/session.ts";
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
  // A commit since then can hold what nobody has signed: see `signedSnapshot`.
  const snapshot = { ...look.snapshot, head: look.baseline.snapshot.head };
  if (outcome.kind === "skipped" && outcome.why === "anothers") {
    return { ...place, snapshot, takenAt, why: "anothers" };
  }
  // States can differ and no file: a commit inside a nested repository.
  if (review?.kind === "nothing-to-show" && !isPartial(review.coverage)) {
    return { ...place, snapshot, takenAt, why: "signed" };
  }
  if (outcome.kind !== "allowed" || (review?.kind !== "verdict" && review?.kind !== "known")) {
    const { fingerprint, ...followed } = look.baseline;
    return session.baseline === undefined ? followed : undefined;
  }
  const between = { baseline: look.baseline.snapshot, snapshot: look.snapshot };
  const { signedSnapshot } = await import("#commands/review/signed-snapshot.ts");
  const signed = await signedSnapshot(look.tree, between, review, signal);
  return { ...place, snapshot: signed, takenAt, why: "signed" };
}
