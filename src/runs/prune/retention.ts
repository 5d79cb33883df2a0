/** How long what is on record stays, and how much of it. */
export type Retention = {
  /** A session with all its receipts goes so many days after it was last heard of; verdicts and requests too. */
  readonly recordDays: number;
  /** Where receipts and sessions hold more, those unused for longest go sooner, but not within `sizeDays`. */
  readonly recordBytes: number;
  readonly sizeDays: number;
  /** A private object store goes so many days after its last use, once no session refers to it. */
  readonly storeDays: number;
  /** A shared server's folder goes so many days after its last use. */
  readonly serverDays: number;
  /** What nobody refers to within a store goes after so long. */
  readonly objectHours: number;
  /** What a killed process left half written goes after so long. */
  readonly leftoverHours: number;
};

export const RETENTION: Retention = {
  recordDays: 180,
  recordBytes: 1024 * 1024 * 1024,
  sizeDays: 7,
  storeDays: 30,
  serverDays: 30,
  objectHours: 6,
  leftoverHours: 24,
};

export const HOUR_MS = 60 * 60 * 1000;
export const DAY_MS = 24 * HOUR_MS;
/** Whatever was touched within a day is in use, whatever else is configured. */
const RECENT_MS = DAY_MS;

/** Why a session stays although it is old. */
type Unfinished = "live" | "request-open";

/** A session as its files show it from outside. */
export type KeptSession = {
  readonly id: string;
  /** Epoch milliseconds: when it was last heard of. */
  readonly lastUsed: number;
  /** Of its file and all its receipts. */
  readonly bytes: number;
  readonly unfinished: Unfinished | undefined;
  /** It left work without a signature. */
  readonly unsigned: boolean;
};

export type GoingSession = { readonly id: string; readonly why: "age" | "size" };

/**
 * Returns the sessions that go, those unused for longest first: all that are older than the records are
 * kept, then as many as it takes to come below the size. What is recent or unfinished never goes, and
 * for its size alone none goes that left work unsigned: `review --unsigned` may still be asked for it.
 */
export function goingSessions(
  sessions: readonly KeptSession[],
  retention: Retention,
  now: number,
): readonly GoingSession[] {
  const ordered = sessions.toSorted((a, b) => a.lastUsed - b.lastUsed);
  let bytes = ordered.reduce((sum, session) => sum + session.bytes, 0);
  return ordered.flatMap((session): readonly GoingSession[] => {
    const why = reason(session, { retention, now, over: bytes > retention.recordBytes });
    if (why === undefined) return [];
    bytes -= session.bytes;
    return [{ id: session.id, why }];
  });
}

function reason(
  session: KeptSession,
  { retention, now, over }: { readonly retention: Retention; readonly now: number; readonly over: boolean },
): GoingSession["why"] | undefined {
  const unused = now - session.lastUsed;
  if (session.unfinished !== undefined || unused < RECENT_MS) return undefined;
  if (unused > retention.recordDays * DAY_MS) return "age";
  return over && !session.unsigned && unused > retention.sizeDays * DAY_MS ? "size" : undefined;
}

/** Returns whether something unused since then may go. Something from the future was touched before the clock was put back. */
export function isPast(lastUsed: number, milliseconds: number, now: number): boolean {
  return now - lastUsed > Math.max(milliseconds, 0);
}
