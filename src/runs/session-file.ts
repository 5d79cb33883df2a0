import { existsSync } from "node:fs";
import { join } from "node:path";
import { Low } from "lowdb";
import * as z from "zod/mini";
import { errorText } from "#base/fault.ts";
import { listIfPresent, makePrivateDirectory, readIfPresent, setAside } from "#base/files.ts";
import { SessionId } from "#base/ids.ts";
import { JsonFault, parseJson } from "#base/json.ts";
import { withLock } from "#base/lock.ts";
import { onState } from "./fault.ts";
import { type Locations, sessionFile } from "./locations.ts";
import { Session } from "./session.ts";
import { stateFile } from "./state-file.ts";

/** What a session's file says. A corrupt one is evidence and a warning, never a reason to be off. */
export type SessionRead =
  | { readonly kind: "none" }
  | { readonly kind: "session"; readonly session: Session }
  | { readonly kind: "corrupt"; readonly path: string; readonly detail: string };

/** What a change left behind, and where a file that could not be read was put out of the way. */
export type SessionChange = {
  readonly session: Session | undefined;
  readonly corrupt: { readonly path: string; readonly detail: string } | undefined;
};

/** Returns the session as the file has it, without a lock: files are replaced as a whole. */
export function readSession(locations: Locations, id: SessionId): SessionRead {
  const path = sessionFile(locations, id);
  try {
    const text = readIfPresent(path);
    return text === undefined ? { kind: "none" } : { kind: "session", session: parseJson(text, Session) };
  } catch (error) {
    return { kind: "corrupt", path, detail: errorText(error) };
  }
}

/**
 * Changes a session's file under its lock. `change` is given the session as it now is, or
 * `undefined` where there is none, and returns what shall be kept; `undefined` writes nothing.
 * A file that cannot be read is first set aside as `*.corrupt-<time>`, and kept.
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
    return await withLock(`${path}.lock`, () => changeFile(path, change), signal);
  });
}

/** Returns every session that has a file, those that cannot be read among them, by id. */
export function listSessions(
  locations: Locations,
): readonly { readonly id: SessionId; readonly read: SessionRead }[] {
  return listIfPresent(locations.sessions)
    .filter((name) => name.endsWith(SUFFIX))
    .flatMap((name) => {
      const id = z.safeParse(SessionId, name.slice(0, -SUFFIX.length));
      return id.success ? [{ id: id.data, read: readSession(locations, id.data) }] : [];
    });
}

/** Returns the paths of files that were set aside because they could not be read. */
export function listSetAside(locations: Locations): readonly string[] {
  return listIfPresent(locations.sessions)
    .filter((name) => name.includes(`${SUFFIX}.corrupt-`))
    .map((name) => join(locations.sessions, name));
}

const SUFFIX = ".json";

async function changeFile(
  path: string,
  change: (session: Session | undefined) => Session | undefined,
): Promise<SessionChange> {
  const file = new Low<Session | null>(stateFile(path, Session), null);
  const corrupt = await readOrSetAside(file, path);
  const session = change(file.data ?? undefined);
  if (session !== undefined) {
    file.data = session;
    await file.write();
  }
  return { session, corrupt };
}

async function readOrSetAside(file: Low<Session | null>, path: string): Promise<SessionChange["corrupt"]> {
  try {
    await file.read();
    return undefined;
  } catch (error) {
    if (!(error instanceof JsonFault)) throw error;
    return { path: freeAside(path), detail: errorText(error) };
  }
}

/** Two corrupt files within one millisecond must not overwrite each other: the later one takes a later name. */
function freeAside(path: string): string {
  let time = new Date();
  while (existsSync(`${path}.corrupt-${time.toISOString().replace(/[:.]/g, "-")}`)) {
    time = new Date(time.getTime() + 1);
  }
  return setAside(path, time);
}
