import type { ToolHistory, ToolRecord } from "#claude/transcript/tool-records.ts";

/** The calls of one session, and whether all of them are known. Paths of edits are those of the tree. */
export type Work = Pick<ToolHistory, "records" | "whole"> & {
  /** A hook of the host may also have written, at any time: there is no record of it. */
  readonly unrecorded?: boolean;
};

/** Another session of the same work tree. */
export type OtherSession = {
  readonly session: string;
  readonly started: Date;
  /** From when on its own gate reviews its work; `undefined` where it does not: switched off, or without a baseline yet. */
  readonly reviewedFrom: Date | undefined;
  readonly work: Work;
};

/** Work of another session that counts as the session's own all the same, and why. */
type CountedIn = { readonly session: string; readonly why: string; readonly work: Work };

/** Whose work counts as whose. */
export type Sides = {
  /** The session's own work, with what is counted in. */
  readonly own: Work;
  readonly countedIn: readonly CountedIn[];
  /** Work that is reviewed where it was done. */
  readonly foreign: readonly { readonly session: string; readonly work: Work }[];
};

/**
 * Returns whose work counts as whose, seen from one session. Another's work is its own business
 * only where its own gate reviews it, and where it is no agent that this session started: one that
 * began while a command of this session ran may be. Where the session's own calls are not all known,
 * that cannot be told of anybody.
 */
export function takeSides(own: Work, others: readonly OtherSession[]): Sides {
  const countedIn: CountedIn[] = [];
  const foreign: Sides["foreign"][number][] = [];
  for (const { session, work, ...other } of others) {
    const why = whyCounted(own, other);
    const from = other.reviewedFrom ?? other.started;
    const unreviewed = work.records.filter((record) => record.at < from && !isCopy(record, own));
    const rest = work.records.filter((record) => record.at >= from && !isCopy(record, own));
    if (why !== undefined)
      countedIn.push({ session, why, work: { ...work, records: [...unreviewed, ...rest] } });
    else foreign.push({ session, work: { ...work, records: rest } });
    if (why === undefined && unreviewed.length > 0) {
      countedIn.push({ session, why: EARLIER, work: { whole: true, records: unreviewed } });
    }
  }
  const whole = own.whole && countedIn.every(({ work }) => work.whole);
  const records = [own, ...countedIn.map(({ work }) => work)].flatMap((work) => work.records);
  return { own: { whole, records }, countedIn, foreign };
}

const EARLIER = "its own gate did not review it then";

function whyCounted(own: Work, other: Omit<OtherSession, "session" | "work">): string | undefined {
  if (!own.whole) return "this session's own transcript is not complete";
  if (other.reviewedFrom === undefined) return "its own gate does not review it";
  const inside = own.records.some(
    ({ kind, at, endedAt }) =>
      kind === "shell" && at <= other.started && (endedAt === null || endedAt >= other.started),
  );
  return inside ? "it began while a command of this session ran" : undefined;
}

/** A session that was forked begins with a copy of the other's transcript. */
function isCopy(record: ToolRecord, own: Work): boolean {
  return own.records.some(
    (one) =>
      one.kind === record.kind &&
      one.tool === record.tool &&
      one.at.getTime() === record.at.getTime() &&
      one.endedAt?.getTime() === record.endedAt?.getTime() &&
      (one.kind === "shell" || (record.kind === "edit" && one.path === record.path)),
  );
}
