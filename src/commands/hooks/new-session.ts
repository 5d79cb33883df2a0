import type { SeenState, Session } from "#runs/sessions/session.ts";
import type { HookCall } from "./hook-call.ts";

/** What a session's host says of it, and the chain of receipts that it may have already. */
export type SessionGiven = Pick<Session, "session_id" | "source" | "cwd" | "pinned" | "leased"> & {
  readonly transcript: string | undefined;
  readonly receipts: Session["receipts"] | undefined;
};

/** The baseline, or why there is none. */
export type FirstBaseline = Pick<Session, "baseline" | "baselineMissing"> & {
  /** The state of the work tree, as far as it could be taken in time. */
  readonly state?: SeenState;
};

/** Returns the record of a session that begins now. A chain of receipts that is there already goes on. */
export function newSession(call: HookCall, given: SessionGiven, fresh: FirstBaseline): Session {
  const { baseline, baselineMissing, state } = fresh;
  return {
    schema: "countersign/session/2",
    session_id: given.session_id,
    started: call.askedAt.toISOString(),
    source: given.source,
    cwd: given.cwd,
    ...(given.transcript === undefined ? {} : { transcript: given.transcript }),
    leased: given.leased,
    pinned: given.pinned,
    ...(baseline === undefined ? {} : { baseline, watchedSince: baseline.takenAt }),
    ...(baselineMissing === undefined ? {} : { baselineMissing }),
    seen: state === undefined ? [] : [state],
    omitted: [],
    ledger: [],
    elsewhere: [],
    decided: [],
    tasksSeen: [],
    failuresBlocked: [],
    receipts: given.receipts ?? { count: 0, head: null },
  };
}
