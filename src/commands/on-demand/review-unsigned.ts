import { join } from "node:path";
import type { SessionId } from "#base/ids.ts";
import { withLock } from "#base/lock.ts";
import type { WatchedTree } from "#commands/hooks/watched-tree.ts";
import { signedSnapshot } from "#commands/review/signed-snapshot.ts";
import { signedLedger } from "#gate/ledger/ledger.ts";
import { omittedForSize } from "#gate/scope/coverage.ts";
import { mergeTree } from "#git/change/merge-tree.ts";
import { readChange } from "#git/change/read-change.ts";
import { standInFor } from "#git/change/stand-in.ts";
import type { Snapshot } from "#git/snapshot/snapshot.ts";
import { takeSnapshot } from "#git/snapshot/take-snapshot.ts";
import type { Session } from "#runs/sessions/session.ts";
import { changeSession } from "#runs/sessions/session-file.ts";
import { inView } from "#runs/sessions/session-trees.ts";
import { type UnsignedWork, unsignedWork } from "#runs/sessions/unsigned-work.ts";
import { type OneReview, type Reviewed, reviewOnce } from "./review-once.ts";

/** What holds for each of several reviews. */
export type Setting = Omit<OneReview, "target" | "chain" | "ledger" | "first">;

/**
 * Reviews what one session left unsigned: the paths that it had changed, from its last signature to
 * how they are now. A signature moves that session's baseline, as at a stop; work that is gone from
 * the tree is no longer due, and what was left out for its size still is. The session's own stops
 * wait meanwhile. `undefined` where one of them came first and nothing is left.
 *
 * @throws LockFault, StateFault, GitFault, or `signal`'s reason.
 */
export async function reviewUnsigned(
  session: SessionId,
  setting: Setting,
  signal: AbortSignal,
): Promise<Reviewed | undefined> {
  const { locations } = setting.place;
  const lock = join(locations.sessions, `${session}.stop.lock`);
  const due = (): UnsignedWork | undefined =>
    unsignedWork(locations, setting.tree.repository.root).find((work) => work.session.session_id === session);
  return await withLock(
    lock,
    async () => {
      const work = due();
      return work && (await review(work, setting, signal));
    },
    signal,
  );
}

async function review(
  { session, tree }: UnsignedWork,
  setting: Setting,
  signal: AbortSignal,
): Promise<Reviewed> {
  const { baseline, ledger, omitted: first } = tree;
  const { store } = setting.tree;
  const now = await takeSnapshot(setting.tree.repository, store, signal);
  const standIn = await standInFor(store, baseline.snapshot, signal);
  const from = standIn?.snapshot ?? baseline.snapshot;
  const gone = await standInFor(store, tree.unsigned.snapshot, signal);
  // Which paths were its own cannot be told without what it left: then everything is.
  const snapshot =
    gone === undefined ? await leftNow(store, { now, from, left: tree.unsigned.snapshot }, signal) : now;
  const what = `what session ${session.session_id} left unsigned (${tree.unsigned.outcome})`;
  const target = { what, baseline: from, snapshot, ...(standIn && { countedFrom: standIn.commit }) };
  const chain = { kind: "session", session: session.session_id } as const;
  const one = { ...setting, target, ledger, first, chain };
  const change = (next: (viewed: Session) => Session) =>
    changeSession(
      setting.place.locations,
      session.session_id,
      (known) => known && next(inView(known, baseline.root)),
      signal,
    );
  const reviewed = await reviewOnce(one, signal);
  const signed = await signedNow(reviewed, setting.tree, target, signal);
  const takenAt = setting.now.toISOString();
  if (signed === undefined) {
    if (reviewed.outcome.kind === "blocked") {
      const { receipt } = reviewed;
      await change((known) => stillUnsigned(known, { outcome: "blocked", receipt, at: takenAt }));
    }
    return reviewed;
  }
  const moved = { ...baseline, takenAt, snapshot: signed, why: "signed" } as const;
  await change((known) => settled(known, moved, reviewed));
  return reviewed;
}

/** The session's own paths as they are now; what others changed since is theirs. */
async function leftNow(
  store: WatchedTree["store"],
  { now, from, left }: Readonly<Record<"now" | "from" | "left", Snapshot>>,
  signal: AbortSignal,
): Promise<Snapshot> {
  const { files, opaque } = await readChange(store, from, left, signal);
  const own = [...files, ...opaque].flatMap((one) =>
    "oldPath" in one && one.oldPath !== undefined ? [one.path, one.oldPath] : [one.path],
  );
  return await mergeTree(store, now, from, own, signal);
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

/** The latest that is known of it: what a person reads leads to the findings that are open. */
function stillUnsigned(
  { unsigned, ...session }: Session,
  latest: Pick<NonNullable<Session["unsigned"]>, "outcome" | "receipt" | "at">,
): Session {
  return unsigned === undefined ? session : { ...session, unsigned: { ...unsigned, ...latest } };
}

/** As a stop leaves it behind. What did not fit stays due, for nobody may come to a stop here again. */
function settled(
  { unsigned, review: _, ...session }: Session,
  baseline: NonNullable<Session["baseline"]>,
  { review: signed }: Reviewed,
): Session {
  const omitted = signed === undefined ? [] : [...omittedForSize(signed.coverage)];
  const judged = signed?.kind === "verdict" || signed?.kind === "known" ? signed.ledger : session.ledger;
  const due = unsigned === undefined || omitted.length === 0 ? {} : { unsigned };
  return { ...session, baseline, omitted, ledger: [...signedLedger(judged)], ...due };
}
