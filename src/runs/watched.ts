import { statSync, utimesSync } from "node:fs";
import { join } from "node:path";
import * as z from "zod/mini";
import { digestOf } from "#base/digest.ts";
import { listIfPresent, readIfPresent, replaceFile } from "#base/files.ts";
import { JsonFault, parseJson } from "#base/json.ts";
import { withLock } from "#base/lock.ts";
import { Moment } from "#runs/sessions/session.ts";
import type { Locations } from "./locations.ts";

/**
 * What our hooks hang on: a settings file of the host, the launcher's folder, our own configuration,
 * the files in which Codex is told who answers, and a PATH (in `path`), on which programs are found.
 */
export const Watched = z.object({
  kind: z.enum(["settings", "launcher", "configuration", "reviewer", "programs"]),
  path: z.string(),
});
export type Watched = z.output<typeof Watched>;

/** What a watched file said when somebody last looked. */
const WatchedState = z.strictObject({
  schema: z.literal("countersign/watched/1"),
  ...Watched.shape,
  /** Changes with the file, see `signatureOf`. */
  signature: z.string(),
  facts: z.record(z.string(), z.string()),
  /** Counts the states, so that two who see the same change name it alike. */
  n: z.int().check(z.nonnegative()),
  at: Moment,
});
type WatchedState = z.output<typeof WatchedState>;

/** Where the states lie: one file for each watched one. */
export type WatchRoot = Pick<Locations, "root">;

/** A state, and when it was last found to be still so (ISO 8601, UTC). */
type KnownState = { readonly state: WatchedState; readonly confirmed: string };

/**
 * Runs `work` while nobody else looks at what is watched, and no person's command changes it: a look in
 * the middle of such a change would tell it as somebody else's.
 *
 * @throws LockFault when `signal` fires while another is at it.
 */
export async function withWatchLock<T>(
  place: WatchRoot,
  signal: AbortSignal,
  work: () => T | Promise<T>,
): Promise<T> {
  return await withLock(`${watchedFolder(place)}.lock`, async () => await work(), signal);
}

/** Returns the last known state of what is watched, or `undefined` where there is none that can be read. */
export function readWatched(place: WatchRoot, watched: Watched): KnownState | undefined {
  return readState(watchedFile(place, watched));
}

/** Keeps a state. The last one written holds: all that look at one file come to the same. */
export function keepWatched(place: WatchRoot, state: Omit<WatchedState, "schema">): void {
  const text = JSON.stringify({ schema: "countersign/watched/1", ...state }, null, 2);
  replaceFile(watchedFile(place, state), `${text}\n`);
}

/** Notes that it is still so. What no session confirms for a day is no longer looked at in between. */
export function confirmWatched(place: WatchRoot, watched: Watched, now: Date): void {
  utimesSync(watchedFile(place, watched), now, now);
}

/** Returns what was last confirmed after a moment. The rest is not opened: a machine has many projects. */
export function listWatched(place: WatchRoot, after: Date): readonly WatchedState[] {
  return listIfPresent(watchedFolder(place)).flatMap((name) => {
    const file = join(watchedFolder(place), name);
    const confirmed = statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0;
    if (!/^[0-9a-f]+\.json$/.test(name) || confirmed <= after.getTime()) return [];
    const known = readState(file);
    return known === undefined ? [] : [known.state];
  });
}

/** A record that cannot be read is as good as none: the next look makes a new one. */
function readState(file: string): KnownState | undefined {
  try {
    const text = readIfPresent(file);
    const confirmed = statSync(file, { throwIfNoEntry: false })?.mtime.toISOString();
    if (text === undefined || confirmed === undefined) return undefined;
    return { state: parseJson(text, WatchedState), confirmed };
  } catch (error) {
    if (error instanceof JsonFault) return undefined;
    throw error;
  }
}

/** Returns the folder of the states. */
export function watchedFolder({ root }: WatchRoot): string {
  return join(root, "watched");
}

/** Returns where the state of what is watched lies. */
export function watchedFile(place: WatchRoot, { kind, path }: Watched): string {
  return join(watchedFolder(place), `${digestOf([kind, path]).slice(0, 20)}.json`);
}
