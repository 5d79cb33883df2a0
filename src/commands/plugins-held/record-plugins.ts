import { statSync } from "node:fs";
import { errorCode } from "#base/fault.ts";
import { argumentsOf, workingFolderOf } from "#base/process-arguments.ts";
import type { ClaudeProcess } from "#claude/plugins/claude-process.ts";
import { claudeWithPid } from "#claude/plugins/live-claudes.ts";
import { pluginPlaces, type Surroundings } from "#claude/plugins/plugin-places.ts";
import { processLookup } from "#claude/plugins/process-lookup.ts";
import { processMarks } from "#claude/plugins/process-marks.ts";
import { processStart } from "#claude/plugins/process-start.ts";
import type { HookCall } from "#commands/hooks/hook-call.ts";
import {
  type LoadedCopy,
  type LoadedPlugin,
  loadedPluginsOf,
  recordLoadedPlugins,
} from "#runs/loaded-plugins.ts";
import type { PluginsInForce } from "#runs/plugins-in-force.ts";
import type { Session } from "#runs/sessions/session.ts";
import type { LoadedNow } from "./loaded-look.ts";
import { loadedNow } from "./loaded-now.ts";
import { namedBytes } from "./named-bytes.ts";

export type PluginsAsked = {
  readonly call: HookCall;
  readonly surroundings: Surroundings;
  readonly pid: number | undefined;
  readonly session: Session;
};

const NOTHING_KNOWN: ReadonlyMap<string, LoadedCopy> = new Map();
/** A receipt names as many. */
const MOST_NAMED = 100;
/** Hosts that take turns in one session are fewer. */
const MOST_LOOKED_BACK = 8;

/**
 * Looks at what the process holds, names the bytes, and puts it on record. What the process had marked
 * before its last record is not read again: that record has the bytes which it loaded. Where `signal`
 * ends it, what was not read by then is on record as such.
 *
 * @throws StateFault, or the reason of the call's own signal.
 */
export async function recordPlugins(asked: PluginsAsked, signal: AbortSignal): Promise<PluginsInForce> {
  const { call, session } = asked;
  const at = new Date();
  const claude = claudeOf(asked);
  const look = loadedNow(claude, asked.surroundings, processLookup());
  const known = claude === undefined ? NOTHING_KNOWN : namedBefore(asked, claude);
  const plugins: LoadedPlugin[] = [];
  for (const plugin of look.plugins) plugins.push(await named(plugin, known, signal));
  // Nothing is on record then: the next stop has the time for it that this one was not left.
  call.signal.throwIfAborted();
  const said = {
    process: claude === undefined ? null : processRecord(claude),
    plugins,
    changedSince: changedSince(look.deciding, claude?.startedAt ?? null),
    notes: [...look.notes],
  };
  const { n, digest } = await recordLoadedPlugins(call.locations, session.session_id, {
    at: at.toISOString(),
    ...said,
  });
  return { record: n, digest, ...inShort(plugins) };
}

/** A hook has the host's own variables, those of its settings among them: better than what it was started with. */
function claudeOf({ pid, surroundings }: PluginsAsked): ClaudeProcess | undefined {
  if (pid === undefined) return undefined;
  const { pluginsDirectory, sessions } = pluginPlaces(surroundings);
  const claude = claudeWithPid({ pluginsDirectory, sessions }, pid);
  if (claude === undefined) return undefined;
  const { environment, cwd, platform } = surroundings;
  const begun = argumentsOf(pid, platform);
  const given = {
    words: begun?.words ?? null,
    split: begun?.split ?? false,
    environment,
    cwd: workingFolderOf(pid) ?? cwd,
  };
  return { ...claude, start: processStart(given, pluginsDirectory) };
}

/**
 * The copies that the last record of this very process names, by path, as far as they were marked before
 * it: what was marked since may have been written anew in the same place.
 */
function namedBefore(
  { call, session, surroundings }: PluginsAsked,
  { pid, startTime }: ClaudeProcess,
): ReadonlyMap<string, LoadedCopy> {
  const own = loadedPluginsOf(call.locations, session.session_id, MOST_LOOKED_BACK)
    .flatMap((one) => (one.kind === "read" ? [one.record] : []))
    .findLast(({ process }) => process?.pid === pid && process.startTime === startTime);
  if (own === undefined) return NOTHING_KNOWN;
  const { at, plugins } = own;
  const marks = processMarks(pluginPlaces(surroundings).cache, pid);
  const older = new Set(
    marks.filter(({ markedAt }) => markedAt < Date.parse(at)).map(({ folder }) => folder),
  );
  return new Map(
    plugins
      .flatMap(({ copies }) => copies)
      .filter(({ path, tree }) => tree !== null && older.has(path))
      .map((copy) => [copy.path, copy]),
  );
}

async function named(
  { id, evidence, folders }: LoadedNow,
  known: ReadonlyMap<string, LoadedCopy>,
  signal: AbortSignal,
): Promise<LoadedPlugin> {
  const copies: LoadedCopy[] = [];
  for (const folder of folders) copies.push(known.get(folder.path) ?? (await namedBytes(folder, signal)));
  return { id, evidence, copies };
}

function processRecord({ pid, startTime, startedAt, version }: ClaudeProcess) {
  return {
    pid,
    startTime,
    startedAt: startedAt === null ? null : new Date(startedAt).toISOString(),
    version,
  };
}

/** By the files' own times, which whoever owns them can set. */
function changedSince(files: readonly string[], startedAt: number | null): string[] {
  if (startedAt === null) return [];
  return files.filter((path) => {
    try {
      return (statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0) > startedAt;
    } catch (error) {
      if (errorCode(error) === undefined) throw error;
      return false;
    }
  });
}

function inShort(plugins: readonly LoadedPlugin[]): Pick<PluginsInForce, "loaded" | "leftOut"> {
  const all = plugins.flatMap(({ id, copies }) => copies.map(({ version, tree }) => ({ id, version, tree })));
  return { loaded: all.slice(0, MOST_NAMED), leftOut: Math.max(0, all.length - MOST_NAMED) };
}
