import { lstatSync } from "node:fs";
import * as z from "zod/mini";
import { SessionId } from "#base/ids.ts";
import { isLocked } from "#base/lock.ts";
import { type Locations, ownSessionFile, sessionFile } from "#runs/locations.ts";
import { type ReceiptName, receiptNames } from "#runs/receipts/receipt-files.ts";
import type { AnsweredRequest } from "#runs/sessions/requests.ts";
import { listSessions, type SessionRead } from "#runs/sessions/session-file.ts";
import { treesOf } from "#runs/sessions/session-trees.ts";
import type { KeptSession } from "./retention.ts";

/** A session with all that lies on disk of it. */
export type StoredSession = KeptSession & {
  readonly id: SessionId;
  readonly read: SessionRead;
  /** The oldest first. */
  readonly receipts: readonly ReceiptName[];
};

/** What tells that a session is not over: the ids under which a host's process holds a claim, and what was asked. */
export type SessionsInUse = {
  readonly held: ReadonlySet<string>;
  readonly requests: readonly AnsweredRequest[];
};

/** Returns every session of which there is a file or a receipt. No receipt is opened. */
export function storedSessions(locations: Locations, inUse: SessionsInUse): readonly StoredSession[] {
  const receipts = new Map<string, ReceiptName[]>();
  for (const name of receiptNames(locations)) {
    const known = receipts.get(name.session);
    if (known === undefined) receipts.set(name.session, [name]);
    else known.push(name);
  }
  const files = new Map<string, SessionRead>(listSessions(locations).map(({ id, read }) => [id, read]));
  return [...new Set([...files.keys(), ...receipts.keys()])].sort().flatMap((text) => {
    const id = z.safeParse(SessionId, text);
    if (!id.success) return [];
    const read = files.get(text) ?? { kind: "none" };
    return [
      storedSession(locations, { id: id.data, read, receipts: (receipts.get(text) ?? []).reverse() }, inUse),
    ];
  });
}

/** Returns when a session was last heard of (epoch milliseconds): its file was written or a receipt given. */
export function lastUseOf(locations: Locations, id: SessionId, receipts: readonly ReceiptName[]): number {
  const files = [sessionFile(locations, id), ownSessionFile(locations, id)].map(changedAt);
  return Math.max(0, ...files, ...receipts.slice(-1).map(momentOf));
}

type Found = Pick<StoredSession, "id" | "read" | "receipts">;

function storedSession(locations: Locations, found: Found, inUse: SessionsInUse): StoredSession {
  const { id, read, receipts } = found;
  const paths = [sessionFile(locations, id), ...receipts.map(({ path }) => path)];
  const trees = read.kind === "session" ? treesOf(read.session) : [];
  return {
    ...found,
    lastUsed: lastUseOf(locations, id, receipts),
    bytes: paths.reduce((sum, path) => sum + (lstatSync(path, { throwIfNoEntry: false })?.size ?? 0), 0),
    unfinished: unfinished(locations, id, inUse),
    unsigned: trees.some(({ unsigned }) => unsigned !== undefined),
  };
}

function unfinished(
  locations: Locations,
  id: SessionId,
  { held, requests }: SessionsInUse,
): KeptSession["unfinished"] {
  const locks = [`${sessionFile(locations, id)}.lock`, `${locations.sessions}/${id}.stop.lock`];
  if (held.has(id) || locks.some((lock) => isLocked(lock))) return "live";
  const asked = requests.some(
    ({ request, answers }) => answers.length === 0 && (request.session === id || request.agentSession === id),
  );
  return asked ? "request-open" : undefined;
}

function changedAt(path: string): number {
  return lstatSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}

/** A receipt's name begins with its moment: `20260131T235959999Z`. */
function momentOf({ id }: ReceiptName): number {
  const [, year, month, day, hour, minute, second, rest] =
    /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)(\d{3})Z/.exec(id) ?? [];
  return Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}.${rest}Z`) || 0;
}
