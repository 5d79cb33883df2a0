import { writeOnce } from "#base/files.ts";
import type { SessionId } from "#base/ids.ts";
import { onState } from "#runs/fault.ts";
import type { Locations } from "#runs/locations.ts";
import type { Session } from "#runs/sessions/session.ts";
import { changeSession, type SessionChange } from "#runs/sessions/session-file.ts";
import { nameTaken, nextReceipt, textOfReceipt } from "./next-receipt.ts";
import type { ReceiptDraft } from "./receipt.ts";
import {
  type ReceiptName,
  readReceipt,
  receiptNames,
  type StoredReceipt,
  type UnreadableReceipt,
} from "./receipt-files.ts";

export type WrittenReceipt = StoredReceipt & { readonly corrupt: SessionChange["corrupt"] };

export type ReceiptFilter = {
  readonly session?: SessionId | undefined;
  /** Only the latest so many. */
  readonly limit?: number | undefined;
  /** Only from this day on (ISO 8601, UTC). */
  readonly since?: string | undefined;
};

/** Receipts, the latest first, and beside them those that cannot be read. */
export type ReceiptList = {
  readonly receipts: readonly StoredReceipt[];
  readonly unreadable: readonly UnreadableReceipt[];
};

/** No writer that died has left so many receipts: a name beyond is no link of the chain. */
const WIDEST_GAP = 1_000_000;

type ChainEnd = Session["receipts"];

/**
 * Writes one receipt as the next of its session's chain and advances the session file, both under
 * the session's lock. A writer that died between the two leaves a receipt that the session file
 * does not know: the next writer finds it on disk and goes on after it. Where the session file is
 * missing, the chain is taken from the receipts alone.
 *
 * @throws LockFault when `signal` fires first.
 * @throws StateFault `state-unwritable`, or `state-corrupt` where the receipt's name is taken.
 */
export async function writeReceipt(
  locations: Locations,
  session: SessionId,
  draft: ReceiptDraft,
  signal: AbortSignal,
): Promise<WrittenReceipt> {
  let written: StoredReceipt | undefined;
  const { corrupt } = await changeSession(
    locations,
    session,
    (state) => {
      const end = endOfChain(locations, session, state?.receipts);
      written = append(locations, session, draft, end);
      return state && { ...state, receipts: { count: written.receipt.n, head: written.digest } };
    },
    signal,
  );
  if (written === undefined) throw new Error("the session's file was changed without its receipt");
  return { ...written, corrupt };
}

/** Returns the receipts that the filter lets through, the latest first. */
export async function listReceipts(locations: Locations, filter: ReceiptFilter): Promise<ReceiptList> {
  return await onState(async () => {
    const receipts: StoredReceipt[] = [];
    const unreadable: UnreadableReceipt[] = [];
    for (const name of receiptNames(locations, filter.since)) {
      if (filter.session !== undefined && name.session !== filter.session) continue;
      const read = readReceipt(name);
      if ("receipt" in read) receipts.push(read);
      else unreadable.push(read);
      if (receipts.length + unreadable.length === filter.limit) break;
    }
    return { receipts, unreadable };
  });
}

/** Returns the receipt of the latest stop that was decided about; reviews that a person asked for are none. */
export async function lastStop(locations: Locations): Promise<StoredReceipt | undefined> {
  return await onState(async () => {
    for (const name of receiptNames(locations)) {
      const read = readReceipt(name);
      if ("receipt" in read && read.receipt.event !== "review") return read;
    }
    return undefined;
  });
}

/** What the session file says, advanced over receipts that it does not know yet. */
function endOfChain(locations: Locations, session: SessionId, known: ChainEnd | undefined): ChainEnd {
  let end: ChainEnd = known ?? { count: 0, head: null };
  for (const name of unknownReceipts(locations, session, end)) {
    const read = readReceipt(name);
    if (name.n > end.count) end = { count: name.n, head: read.digest ?? end.head };
  }
  return end;
}

/**
 * An unknown receipt is about as young as the last known one, but names carry the moment before
 * the wait for the lock: so the day before that is looked at too. Only a chain of which nothing
 * is known costs a look at all days.
 */
function unknownReceipts(locations: Locations, session: SessionId, end: ChainEnd): readonly ReceiptName[] {
  const unknown: ReceiptName[] = [];
  let oldestDay = "";
  for (const name of receiptNames(locations)) {
    if (name.day < oldestDay) break;
    if (name.session !== session || name.n - end.count > WIDEST_GAP) continue;
    if (name.n > end.count) unknown.push(name);
    else if (oldestDay === "") oldestDay = dayBefore(name.day);
  }
  return unknown.sort((a, b) => a.n - b.n);
}

/** A day that no calendar has (`02-31`) is nobody's, and comes before itself. */
function dayBefore(day: string): string {
  const at = new Date(Date.parse(day) - 24 * 60 * 60 * 1000);
  return Number.isNaN(at.getTime()) ? day : at.toISOString().slice(0, 10);
}

function append(locations: Locations, session: SessionId, draft: ReceiptDraft, end: ChainEnd): StoredReceipt {
  const next = nextReceipt(locations, { session, ...end }, draft);
  if (!writeOnce(next.name.path, textOfReceipt(next))) throw nameTaken(next);
  return next;
}
