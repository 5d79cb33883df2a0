import { existsSync, lstatSync } from "node:fs";
import { basename, join } from "node:path";
import { Low } from "lowdb";
import * as z from "zod/mini";
import { errorCode, errorText } from "#base/fault.ts";
import { listIfPresent, makePrivateDirectory, readIfPresent, setAside } from "#base/files.ts";
import { SessionId } from "#base/ids.ts";
import { JsonFault, parseJson } from "#base/json.ts";
import { withLock } from "#base/lock.ts";
import { onState } from "#runs/fault.ts";
import { type Locations, ownSessionFile, sessionFile } from "#runs/locations.ts";
import { readVersioned } from "#runs/schema-version.ts";
import { stateFile } from "#runs/state-file.ts";
import { Session } from "./session.ts";
import { SESSION } from "./session-versions.ts";

/** A record that a later version of Countersign wrote. It is never changed by this one. */
type NewerRecord = { readonly path: string; readonly schema: string };

/** What a session's file says. A corrupt one is evidence and a warning, never a reason to be off. */
export type SessionRead =
  | { readonly kind: "none" }
  | { readonly kind: "session"; readonly session: Session; readonly newer: NewerRecord | undefined }
  | { readonly kind: "corrupt"; readonly path: string; readonly detail: string }
  /** Only a later version has a record of it so far. */
  | ({ readonly kind: "newer" } & NewerRecord);

/** What a change left behind, and where a file that could not be read was put out of the way. */
export type SessionChange = {
  readonly session: Session | undefined;
  readonly corrupt: { readonly path: string; readonly detail: string } | undefined;
  /** Set where this change began a record of our own, because that of a later version cannot be read. */
  readonly newer: NewerRecord | undefined;
};

/** Returns the session as the file has it, without a lock: files are replaced as a whole. */
export function readSession(locations: Locations, id: SessionId): SessionRead {
  try {
    return readEither(locations, id);
  } catch (error) {
    return { kind: "corrupt", path: sessionFile(locations, id), detail: errorText(error) };
  }
}

/**
 * Changes a session's file under its lock. `change` is given the session as it now is, or
 * `undefined` where there is none, and returns what shall be kept; `undefined` writes nothing.
 * A file that cannot be read is first set aside as `*.corrupt-<time>`, and kept. One that a later
 * version wrote stays as it is: this version then keeps a record of its own beside it.
 *
 * @throws LockFault when `signal` fires while another process holds the lock.
 * @throws StateFault `state-unwritable`.
 */
export async function changeSession(
  locations: Locations,
  id: SessionId,
  change: (session: Session | undefined) => Session | undefined,
  signal: AbortSignal,
): Promise<SessionChange> {
  const path = sessionFile(locations, id);
  return await onState(async () => {
    makePrivateDirectory(locations.sessions);
    return await withLock(`${path}.lock`, () => changeFile(locations, id, change), signal);
  });
}

/** Tells from a session's id, and when its file last changed (epoch milliseconds), whether it is worth reading. */
type WorthReading = (id: SessionId, changedAt: number) => boolean;

/**
 * Returns every session that has a file, those that cannot be read among them, by id. There can be
 * thousands, and a hook has no time to read them all: `only` those that it asks for are read.
 */
export function listSessions(
  locations: Locations,
  only?: WorthReading,
): readonly { readonly id: SessionId; readonly read: SessionRead }[] {
  const names = new Set(listIfPresent(locations.sessions));
  return [...names].flatMap((name) => {
    if (!name.endsWith(SUFFIX)) return [];
    const id = z.safeParse(SessionId, name.slice(0, -SUFFIX.length));
    if (!id.success || only?.(id.data, lastChange(locations, id.data, names)) === false) return [];
    return [{ id: id.data, read: readSession(locations, id.data) }];
  });
}

/** Returns the paths of files that were set aside because they could not be read. */
export function listSetAside(locations: Locations): readonly string[] {
  return listIfPresent(locations.sessions)
    .filter((name) => name.includes(`${SUFFIX}.corrupt-`))
    .map((name) => join(locations.sessions, name));
}

const SUFFIX = ".json";

function lastChange(locations: Locations, id: SessionId, names: ReadonlySet<string>): number {
  const paths = [sessionFile(locations, id), ownSessionFile(locations, id)];
  const times = paths
    .filter((path) => names.has(basename(path)))
    .map((path) => lstatSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0);
  return Math.max(...times);
}

/** @throws where the file could be whole but cannot be read now. */
function readEither(locations: Locations, id: SessionId): SessionRead {
  const read = readFile(sessionFile(locations, id));
  if (read.kind !== "newer") return read;
  const own = readFile(ownSessionFile(locations, id));
  switch (own.kind) {
    case "session":
      return { ...own, newer: { path: read.path, schema: read.schema } };
    case "corrupt":
      return own;
    case "none":
    case "newer":
      return read;
  }
}

async function changeFile(
  locations: Locations,
  id: SessionId,
  change: (session: Session | undefined) => Session | undefined,
): Promise<SessionChange> {
  const read = readEither(locations, id);
  const corrupt = read.kind === "corrupt" ? { path: freeAside(read.path), detail: read.detail } : undefined;
  const known = read.kind === "session" ? read.session : undefined;
  const session = change(known);
  const path = isOurs(read, sessionFile(locations, id))
    ? sessionFile(locations, id)
    : ownSessionFile(locations, id);
  if (session !== undefined) await new Low<Session | null>(stateFile(path, Session), session).write();
  const newer = read.kind === "newer" ? { path: read.path, schema: read.schema } : undefined;
  return { session, corrupt, newer };
}

/** A later version's file is left alone, also where it is our own beside it that could not be read. */
function isOurs(read: SessionRead, path: string): boolean {
  if (read.kind === "corrupt") return read.path === path;
  return read.kind !== "newer" && (read.kind === "none" || read.newer === undefined);
}

function readFile(path: string): SessionRead {
  try {
    const text = readIfPresent(path);
    if (text === undefined) return { kind: "none" };
    const read = readVersioned(parseJson(text, z.unknown()), SESSION);
    return read.kind === "newer"
      ? { ...read, path }
      : { kind: "session", session: read.value, newer: undefined };
  } catch (error) {
    if (!isUnusable(error)) throw error;
    return { kind: "corrupt", path, detail: errorText(error) };
  }
}

/** A folder, a loop of links or a file that may not be read stands in the way as much as a torn one does. */
function isUnusable(error: unknown): boolean {
  const code = errorCode(error) ?? "";
  return error instanceof JsonFault || ["EISDIR", "ELOOP", "EACCES", "EPERM"].includes(code);
}

/** Two corrupt files within one millisecond must not overwrite each other: the later one takes a later name. */
function freeAside(path: string): string {
  let time = new Date();
  while (existsSync(`${path}.corrupt-${time.toISOString().replace(/[:.]/g, "-")}`)) {
    time = new Date(time.getTime() + 1);
  }
  return setAside(path, time);
}
