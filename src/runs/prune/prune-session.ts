import { existsSync } from "node:fs";
import { removeIfPresent } from "#base/files.ts";
import { LockFault, withLock } from "#base/lock.ts";
import { type Locations, ownSessionFile, sessionFile } from "#runs/locations.ts";
import { type ReceiptName, readReceipt, receiptNames } from "#runs/receipts/receipt-files.ts";
import type { Session } from "#runs/sessions/session.ts";
import { changeSession } from "#runs/sessions/session-file.ts";
import { isContained } from "./contained.ts";
import type { PrunedSession } from "./pruned.ts";
import { DAY_MS } from "./retention.ts";
import { lastUseOf, type StoredSession } from "./stored-sessions.ts";

/** A hook holds a session's file for milliseconds. One that is held for longer is in use. */
const PATIENCE_MS = 500;

/** Why something old stays. `path` is what to look at. */
export type LeftAlone = { readonly path: string; readonly why: string };

/**
 * Returns why a session's records may not go although they are old; `undefined` where they may. What
 * cannot be read is evidence of something, and a chain goes as one or not at all.
 */
export function whyKept(locations: Locations, { id, read, receipts }: StoredSession): LeftAlone | undefined {
  const path = sessionFile(locations, id);
  if (read.kind === "corrupt") return { path: read.path, why: `it cannot be read (${read.detail})` };
  const newer = read.kind === "session" ? read.newer : read.kind === "newer" ? read : undefined;
  if (newer !== undefined) return { path, why: `a later version of Countersign wrote it (${newer.schema})` };
  const outside = receipts.find((name) => !isContained(locations.root, name.path));
  if (outside !== undefined) return { path: outside.path, why: "a link leads to it from outside" };
  for (const name of receipts) {
    const found = readReceipt(name);
    if (!("receipt" in found)) return { path: name.path, why: `it cannot be read (${found.detail})` };
  }
  return undefined;
}

/** Returns what stays on record of a session that goes. */
export function epitaphOf({ id, read, receipts }: StoredSession, why: PrunedSession["why"]): PrunedSession {
  const counted = { count: Math.max(0, ...receipts.map(({ n }) => n)), head: null };
  return { session: id, why, receipts: read.kind === "session" ? read.session.receipts : counted };
}

/**
 * Removes a session's receipts, the oldest first, then its file, all under its lock. Returns the paths
 * that went, or why it stays: somebody has used it since it was looked at. One who dies in between
 * leaves its file, by which the next one goes on.
 */
export async function pruneSession(
  locations: Locations,
  session: StoredSession,
  signal: AbortSignal,
): Promise<readonly string[] | LeftAlone> {
  const path = sessionFile(locations, session.id);
  const patience = AbortSignal.any([signal, AbortSignal.timeout(PATIENCE_MS)]);
  try {
    return await withLock(`${path}.lock`, async () => removeSession(locations, session), patience);
  } catch (error) {
    if (!(error instanceof LockFault)) throw error;
    return { path, why: "it is in use" };
  }
}

function removeSession(locations: Locations, session: StoredSession): readonly string[] | LeftAlone {
  const { id, receipts, lastUsed } = session;
  const path = sessionFile(locations, id);
  if (lastUseOf(locations, id, namesOf(locations, session)) !== lastUsed)
    return { path, why: "it is in use" };
  const paths = [...receipts.map((name) => name.path), ownSessionFile(locations, id), path];
  return paths.filter((one) => isContained(locations.root, one) && removeIfPresent(one));
}

/** A receipt that was given since lies in a day since: older ones need not be listed for each session. */
function namesOf(locations: Locations, { id, lastUsed }: StoredSession): readonly ReceiptName[] {
  const names: ReceiptName[] = [];
  const since = new Date(Math.max(0, lastUsed - DAY_MS)).toISOString();
  for (const name of receiptNames(locations, since)) if (name.session === id) names.push(name);
  return names.reverse();
}

/**
 * Forgets the work trees that are gone of which a session that is over left nothing unsigned; returns
 * their roots, or why all stay: somebody uses the session just now. The one in view stays: it is where the session would go on.
 */
export async function forgetGoneTrees(
  locations: Locations,
  { id, read }: StoredSession,
  { dryRun }: { readonly dryRun: boolean },
  signal: AbortSignal,
): Promise<readonly string[] | LeftAlone> {
  if (read.kind !== "session") return [];
  const isGone = (tree: (typeof read.session.elsewhere)[number]): boolean =>
    tree.unsigned === undefined && !existsSync(tree.baseline.root);
  const gone = read.session.elsewhere.filter(isGone).map(({ baseline }) => baseline.root);
  if (gone.length === 0 || dryRun) return gone;
  const forget = (known: Session | undefined) =>
    known && { ...known, elsewhere: known.elsewhere.filter((tree) => !isGone(tree)) };
  const patience = AbortSignal.any([signal, AbortSignal.timeout(PATIENCE_MS)]);
  try {
    await changeSession(locations, id, forget, patience);
    return gone;
  } catch (error) {
    if (!(error instanceof LockFault)) throw error;
    return { path: sessionFile(locations, id), why: "it is in use" };
  }
}
