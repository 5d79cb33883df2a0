import { join } from "node:path";
import { withLock } from "#base/lock.ts";
import type { WatchedTree } from "#commands/hooks/watched-tree.ts";
import { signedSnapshot } from "#commands/review/signed-snapshot.ts";
import { mergeTree } from "#git/merge-tree.ts";
import { readChange } from "#git/read-change.ts";
import type { Snapshot } from "#git/snapshot.ts";
import { takeSnapshot } from "#git/take-snapshot.ts";
import type { Session } from "#runs/session.ts";
import { changeSession } from "#runs/session-file.ts";
import { inView } from "#runs/session-trees.ts";
import type { UnsignedWork } from "#runs/unsigned-work.ts";
import { type OneReview, type Reviewed, reviewOnce } from "./review-once.ts";

/** What holds for each of several reviews. */
export type Setting = Omit<OneReview, "target" | "session" | "ledger">;

/**
 * Reviews what one session left unsigned: the paths that it had changed, from its last signature to
 * how they are now. A signature moves that session's baseline, as at a stop; work that is gone from
 * the tree is no longer due. The session's own stops wait meanwhile.
 *
 * @throws LockFault, StateFault, GitFault, or `signal`'s reason.
 */
export async function reviewUnsigned(
  work: UnsignedWork,
  setting: Setting,
  signal: AbortSignal,
): Promise<Reviewed> {
  const { locations } = setting.place;
  const lock = join(locations.sessions, `${work.session.session_id}.stop.lock`);
  return await withLock(lock, () => review(work, setting, signal), signal);
}

async function review(
  { session, tree }: UnsignedWork,
  setting: Setting,
  signal: AbortSignal,
): Promise<Reviewed> {
  const { baseline } = tree;
  const snapshot = await leftNow(setting.tree, tree, signal);
  const what = `what session ${session.session_id} left unsigned (${tree.unsigned.outcome})`;
  const target = { what, baseline: baseline.snapshot, snapshot };
  const { ledger } = tree;
  const reviewed = await reviewOnce({ ...setting, target, ledger, session: session.session_id }, signal);
  const signed = await signedNow(reviewed, setting.tree, target, signal);
  if (signed === undefined) return reviewed;
  const takenAt = setting.now.toISOString();
  await changeSession(
    setting.place.locations,
    session.session_id,
    (known) =>
      known &&
      withoutDebt(inView(known, baseline.root), { ...baseline, takenAt, snapshot: signed, why: "signed" }),
    signal,
  );
  return reviewed;
}

/** The session's own paths as they are now; what others changed since is theirs. */
async function leftNow(
  place: WatchedTree,
  { baseline, unsigned }: UnsignedWork["tree"],
  signal: AbortSignal,
): Promise<Snapshot> {
  const now = await takeSnapshot(place.repository, place.store, signal);
  const { files, opaque } = await readChange(place.store, baseline.snapshot, unsigned.snapshot, signal);
  const own = [...files, ...opaque].flatMap((one) =>
    "oldPath" in one && one.oldPath !== undefined ? [one.path, one.oldPath] : [one.path],
  );
  return await mergeTree(place.store, now, baseline.snapshot, own, signal);
}

/** Where the baseline is now; `undefined` where it stays. */
async function signedNow(
  { outcome, review }: Reviewed,
  place: WatchedTree,
  { baseline, snapshot }: OneReview["target"],
  signal: AbortSignal,
): Promise<Snapshot | undefined> {
  if (outcome.kind === "skipped" && outcome.why === "unchanged") return baseline;
  if (outcome.kind !== "allowed" || (review?.kind !== "verdict" && review?.kind !== "known"))
    return undefined;
  return await signedSnapshot(place, { baseline, snapshot }, review, signal);
}

function withoutDebt(session: Session, baseline: NonNullable<Session["baseline"]>): Session {
  const { unsigned, review: _, ...rest } = session;
  return { ...rest, baseline };
}
