import { statSync } from "node:fs";
import { join } from "node:path";
import { errorCode } from "#base/fault.ts";
import { listIfPresent } from "#base/files.ts";

/** A rollout as its name and its place tell. It was not opened. */
export type RolloutFile = {
  readonly path: string;
  readonly threadId: string;
  /** When its thread began, in epoch milliseconds: by the thread's id (UUIDv7), else by the file's name. */
  readonly startedAt: number;
  /** When it was written to last, in epoch milliseconds. A thread that is resumed goes on in its first file. */
  readonly modifiedAt: number;
  readonly bytes: number;
  /** Whether Codex moved it to its archive. */
  readonly archived: boolean;
};

/** Of when a thread began, in epoch milliseconds; both ends are included. */
export type RolloutRange = { readonly since?: number | undefined; readonly until?: number | undefined };

type Named = Pick<RolloutFile, "path" | "threadId" | "startedAt" | "archived">;

const NAME = /^rollout-(?<at>\d{4}-\d{2}-\d{2}T\d{2}-\d{2}-\d{2})-(?<thread>[A-Za-z0-9_-]{1,128})\.jsonl$/;
const UUID_7 = /^(?<high>[0-9a-f]{8})-(?<low>[0-9a-f]{4})-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
/** Folders are named by the local date of whoever ran Codex, which can be this much off in UTC, and a bit more. */
const ZONES_MS = 15 * 60 * 60 * 1_000;
const DAY_MS = 24 * 60 * 60 * 1_000;

/**
 * Yields the rollouts of a CODEX_HOME, those of the latest threads first: `sessions/YYYY/MM/DD/` and
 * `archived_sessions/`. A day's folder is read when it is come to; no file is opened.
 */
export function* listRollouts(codexHome: string, range: RolloutRange = {}): Generator<RolloutFile> {
  const { since = Number.NEGATIVE_INFINITY, until = Number.POSITIVE_INFINITY } = range;
  const archive = join(codexHome, "archived_sessions");
  const archived = newestFirst(namesIn(archive).flatMap((name) => named(archive, name, true)));
  let next = 0;
  for (const day of days(join(codexHome, "sessions"), { since, until })) {
    for (const file of newestFirst(namesIn(day).flatMap((name) => named(day, name, false)))) {
      for (; (archived[next]?.startedAt ?? Number.NEGATIVE_INFINITY) > file.startedAt; next += 1) {
        yield* found(archived[next], { since, until });
      }
      yield* found(file, { since, until });
    }
  }
  for (const file of archived.slice(next)) yield* found(file, { since, until });
}

/** Returns the home of Codex in which a rollout lies, by its path, or `undefined` where the path does not tell. */
export function homeOfRollout(path: string): string | undefined {
  return /^(.*)[\\/](?:archived_)?sessions[\\/]/.exec(path)?.[1];
}

/** Returns when a UUIDv7 was made, in epoch milliseconds, or `undefined` for any other text. */
export function timeOfId(id: string): number | undefined {
  const { high, low } = UUID_7.exec(id)?.groups ?? {};
  return high === undefined || low === undefined ? undefined : Number.parseInt(high + low, 16);
}

function* found(file: Named | undefined, { since, until }: Required<RolloutRange>): Generator<RolloutFile> {
  if (file === undefined || since === undefined || until === undefined) return;
  if (file.startedAt < since || file.startedAt > until) return;
  try {
    const { size, mtimeMs } = statSync(file.path);
    yield { ...file, bytes: size, modifiedAt: mtimeMs };
  } catch (error) {
    // It was moved to the archive, or deleted, since its folder was read.
    if (errorCode(error) !== "ENOENT") throw error;
  }
}

/** Only days that can hold what is wanted, the latest first. */
function* days(sessions: string, { since, until }: Required<RolloutRange>): Generator<string> {
  for (const year of numbered(sessions)) {
    for (const month of numbered(join(sessions, year))) {
      for (const day of numbered(join(sessions, year, month))) {
        const begins = Date.parse(`${year}-${month}-${day}`);
        const outside = begins + DAY_MS + ZONES_MS < Number(since) || begins - ZONES_MS > Number(until);
        if (!outside) yield join(sessions, year, month, day);
      }
    }
  }
}

function numbered(folder: string): readonly string[] {
  return namesIn(folder)
    .filter((name) => /^\d+$/.test(name))
    .toReversed();
}

function named(folder: string, name: string, archived: boolean): readonly Named[] {
  const { at, thread } = NAME.exec(name)?.groups ?? {};
  if (at === undefined || thread === undefined) return [];
  const local = `${at.slice(0, 10)}T${at.slice(11).replaceAll("-", ":")}`;
  const startedAt = timeOfId(thread) ?? Date.parse(local);
  return Number.isNaN(startedAt) ? [] : [{ path: join(folder, name), threadId: thread, startedAt, archived }];
}

function newestFirst(files: readonly Named[]): readonly Named[] {
  return files.toSorted((a, b) => b.startedAt - a.startedAt || (a.path < b.path ? 1 : -1));
}

/** What stands in a folder's place holds no rollouts, and hides none of the others. */
function namesIn(folder: string): readonly string[] {
  try {
    return listIfPresent(folder);
  } catch (error) {
    if (["ENOTDIR", "ELOOP"].includes(errorCode(error) ?? "")) return [];
    throw error;
  }
}
