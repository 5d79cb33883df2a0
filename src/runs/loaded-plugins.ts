import { join } from "node:path";
import * as z from "zod/mini";
import { digestOf } from "#base/digest.ts";
import { errorText } from "#base/fault.ts";
import { listIfPresent, readIfPresent, writeOnce } from "#base/files.ts";
import { ObjectId, SessionId } from "#base/ids.ts";
import { parseJson, parseShape } from "#base/json.ts";
import { Moment } from "#runs/sessions/session.ts";
import { onState, StateFault } from "./fault.ts";
import type { Locations } from "./locations.ts";
import { laterVersion, readVersioned, type Versioned } from "./schema-version.ts";

/** One copy of a plugin, as it lay there when the record was made. */
const LoadedCopy = z.strictObject({
  path: z.string(),
  /** Its manifest's. */
  version: z.nullable(z.string()),
  /** The git tree that its bytes are, without what the host itself puts beside them. */
  tree: z.nullable(ObjectId),
  /** Why its bytes have no name, where they have none. */
  unread: z.optional(z.string()),
});
export type LoadedCopy = z.output<typeof LoadedCopy>;

/**
 * How it is known that the process holds it. `marker`: the host's own mark, with the start time of this
 * very process. `argument`, `environment`: it was started with it. `directory-source`, `skills-dir`,
 * `seed`: it is enabled, and loaded from where it lies. `predicted`: the files say that it would be.
 */
const LoadedEvidence = z.enum([
  "marker",
  "argument",
  "environment",
  "directory-source",
  "skills-dir",
  "seed",
  "predicted",
]);

const LoadedPlugin = z.strictObject({
  id: z.string(),
  evidence: LoadedEvidence,
  /** More than one where one of them is loaded and nothing tells which, the one that was marked first before the others. */
  copies: z.array(LoadedCopy),
});
export type LoadedPlugin = z.output<typeof LoadedPlugin>;

/** Which plugins a session's Claude Code process held, as seen by a hook of the same process. Write-once. */
const LoadedPlugins = z.strictObject({
  schema: z.literal("countersign/loaded-plugins/1"),
  session: SessionId,
  /** Its place among the records of the session, from 1. */
  n: z.int().check(z.positive()),
  at: Moment,
  /** Null where the hook was not told which process it belongs to. */
  process: z.nullable(
    z.strictObject({
      pid: z.int(),
      /** As in `/proc/PID/stat`. */
      startTime: z.string(),
      startedAt: z.nullable(Moment),
      /** Of Claude Code. */
      version: z.nullable(z.string()),
    }),
  ),
  plugins: z.array(LoadedPlugin),
  /** Files that decide what is loaded and were changed after the process had started: what is not by marks may be otherwise. */
  changedSince: z.array(z.string()),
  /** What could not be looked at, in words. */
  notes: z.array(z.string()),
});
export type LoadedPlugins = z.output<typeof LoadedPlugins>;

const LOADED_PLUGINS: Versioned<typeof LoadedPlugins> = {
  name: "loaded-plugins",
  shape: LoadedPlugins,
  steps: [],
};

/** A record as it lies on disk, with its digest; or why it cannot be read. */
export type StoredLoadedPlugins =
  | {
      readonly kind: "read";
      readonly path: string;
      readonly digest: string;
      readonly record: LoadedPlugins;
    }
  | { readonly kind: "unreadable"; readonly path: string; readonly detail: string };

/**
 * Puts on record what a session's process holds, after the records that the session has already. Where
 * the last one says the very same, it stands: a stop that was ended before it was on record asks again.
 *
 * @throws StateFault `state-unwritable`.
 */
export async function recordLoadedPlugins(
  locations: Locations,
  session: SessionId,
  draft: Omit<LoadedPlugins, "schema" | "session" | "n">,
): Promise<{ readonly n: number; readonly digest: string }> {
  return await onState(async () => {
    const [last] = loadedPluginsOf(locations, session, 1);
    if (last?.kind === "read" && isSame(last.record, draft)) return { n: last.record.n, digest: last.digest };
    for (let n = lastNumber(locations, session) + 1; ; n += 1) {
      const name = { schema: "countersign/loaded-plugins/1", session, n };
      const record = parseShape({ ...draft, ...name }, LoadedPlugins);
      const text = `${JSON.stringify(record, null, 2)}\n`;
      if (writeOnce(recordPath(locations, session, n), text)) return { n, digest: digestOf(record) };
      if (n > MOST) throw new StateFault({ kind: "state-unwritable", detail: "too many records of plugins" });
    }
  });
}

/**
 * Returns a session's records of plugins, the oldest first; of many only the `latest` where that is
 * given. Those that cannot be read are among them.
 */
export function loadedPluginsOf(
  locations: Locations,
  session: SessionId,
  latest = Number.POSITIVE_INFINITY,
): readonly StoredLoadedPlugins[] {
  return numbersIn(pluginsFolder(locations, session))
    .slice(-latest)
    .map((n) => readRecord(recordPath(locations, session, n)));
}

/** Returns the ids of the sessions that have such records. */
export function sessionsWithPlugins({ plugins }: Locations): readonly SessionId[] {
  return listIfPresent(plugins).flatMap((name) => {
    const id = z.safeParse(SessionId, name);
    return id.success ? [id.data] : [];
  });
}

/** Returns the folder of a session's records of plugins. Its id is safe as a name. */
export function pluginsFolder({ plugins }: Locations, session: SessionId): string {
  return join(plugins, session);
}

/** A process is told to reload its plugins a few times, not thousands. */
const MOST = 10_000;
const FILE = /^([1-9]\d{0,5})\.json$/;

function isSame(record: LoadedPlugins, draft: Omit<LoadedPlugins, "schema" | "session" | "n">): boolean {
  const { schema, session, n, ...said } = record;
  return digestOf({ ...said, at: "" }) === digestOf({ ...draft, at: "" });
}

function recordPath(locations: Locations, session: SessionId, n: number): string {
  return join(pluginsFolder(locations, session), `${n}.json`);
}

function lastNumber(locations: Locations, session: SessionId): number {
  return numbersIn(pluginsFolder(locations, session)).at(-1) ?? 0;
}

function numbersIn(folder: string): readonly number[] {
  return listIfPresent(folder)
    .flatMap((name) => FILE.exec(name)?.[1] ?? [])
    .map(Number)
    .sort((a, b) => a - b);
}

function readRecord(path: string): StoredLoadedPlugins {
  try {
    const raw = parseJson(readIfPresent(path) ?? "", z.unknown());
    const read = readVersioned(raw, LOADED_PLUGINS);
    if (read.kind === "newer") return { kind: "unreadable", path, detail: laterVersion(read.schema) };
    return { kind: "read", path, digest: digestOf(raw), record: read.value };
  } catch (error) {
    return { kind: "unreadable", path, detail: errorText(error) };
  }
}
