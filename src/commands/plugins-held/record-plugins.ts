import { statSync } from "node:fs";
import { errorCode } from "#base/fault.ts";
import { argumentsOf, workingFolderOf } from "#base/process-arguments.ts";
import type { ClaudeProcess } from "#claude/plugins/claude-process.ts";
import { claudeWithPid } from "#claude/plugins/live-claudes.ts";
import { pluginPlaces, type Surroundings } from "#claude/plugins/plugin-places.ts";
import { processLookup } from "#claude/plugins/process-lookup.ts";
import { processStart } from "#claude/plugins/process-start.ts";
import type { HookCall } from "#commands/hooks/hook-call.ts";
import {
  type LoadedCopy,
  type LoadedPlugin,
  loadedPluginsOf,
  recordLoadedPlugins,
} from "#runs/loaded-plugins.ts";
import type { PluginsInForce } from "#runs/plugins-in-force.ts";
import type { Session } from "#runs/session.ts";
import { type LoadedNow, loadedNow } from "./loaded-now.ts";
import { namedBytes } from "./named-bytes.ts";

export type PluginsAsked = {
  readonly call: HookCall;
  readonly surroundings: Surroundings;
  readonly pid: number | undefined;
  readonly session: Session;
};

/** A receipt names as many. */
const MOST_NAMED = 100;

/**
 * Looks at what the process holds, names the bytes, and puts it on record. Bytes of the host's cache that
 * an earlier record of the session has named are not read again; others are, for their folders are live.
 *
 * @throws StateFault
 */
export async function recordPlugins(asked: PluginsAsked, signal: AbortSignal): Promise<PluginsInForce> {
  const { call, session } = asked;
  const at = new Date();
  const claude = claudeOf(asked);
  const look = loadedNow(claude, asked.surroundings, processLookup());
  const known = namedBefore(asked);
  const plugins: LoadedPlugin[] = [];
  for (const plugin of look.plugins) plugins.push(await named(plugin, known, signal));
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

/** The last record's copies, by path. */
function namedBefore({ call, session, surroundings }: PluginsAsked): ReadonlyMap<string, LoadedCopy> {
  if (session.plugins === undefined) return new Map();
  const { cache } = pluginPlaces(surroundings);
  const last = loadedPluginsOf(call.locations, session.session_id).at(-1);
  const copies = last?.kind === "read" ? last.record.plugins.flatMap((plugin) => plugin.copies) : [];
  return new Map(
    copies
      .filter(({ path, tree }) => tree !== null && path.startsWith(cache))
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
