import { join } from "node:path";
import * as z from "zod/mini";
import { SessionId } from "#base/ids.ts";
import type { ClaudeProcess } from "#claude/plugins/claude-process.ts";
import type { PluginInventory } from "#claude/plugins/inventory.ts";
import { readPluginFolder } from "#claude/plugins/plugin-folder.ts";
import type { Surroundings } from "#claude/plugins/plugin-places.ts";
import { processLookup } from "#claude/plugins/process-lookup.ts";
import { processMarks } from "#claude/plugins/process-marks.ts";
import { pluginTraces } from "#claude/plugins/transcript-traces.ts";
import { findTranscript } from "#claude/transcript/transcript-files.ts";
import type { LoadedLook } from "#commands/plugins-held/loaded-look.ts";
import { loadedNow } from "#commands/plugins-held/loaded-now.ts";
import { namedBytes } from "#commands/plugins-held/named-bytes.ts";
import { loadedPluginsOf, type StoredLoadedPlugins } from "#runs/loaded-plugins.ts";
import type { Locations } from "#runs/locations.ts";
import { readSession } from "#runs/sessions/session-file.ts";
import { type HeldPlugin, heldByRecord, heldNow, type SessionPlugin } from "./session-view-plugin.ts";
import { heldByTraces, toldApart } from "./session-view-traces.ts";

/** What is known of a session's plugins. */
export type SessionView = {
  readonly session: string;
  /** `unknown`: neither a process, a record nor a transcript knows it. */
  readonly state: "live" | "over" | "unknown";
  readonly process: Pick<ClaudeProcess, "pid" | "startTime" | "version"> | null;
  readonly transcript: string | null;
  /** How many records its stops have left. */
  readonly records: number;
  /** By their ids. */
  readonly plugins: readonly SessionPlugin[];
  /** What could not be looked at, in words. */
  readonly notes: readonly string[];
};

export type SessionAsked = {
  /** As it was typed: it need not be an id. */
  readonly session: string;
  readonly locations: Locations;
  readonly inventory: PluginInventory;
  readonly surroundings: Surroundings;
};

/**
 * Returns which plugins a session has loaded, one that lives or one that is over, each by the best
 * evidence that there is: the living process, else the record of its stops, else its transcript.
 *
 * @throws `signal`'s reason.
 */
export async function sessionView(asked: SessionAsked, signal: AbortSignal): Promise<SessionView> {
  const { session, inventory, surroundings } = asked;
  const claude = inventory.processes.find(({ sessionId }) => sessionId === session);
  const stored = storedFor(asked);
  const records = stored.flatMap((one) => (one.kind === "read" ? [one.record] : []));
  const transcript = transcriptOf(asked);
  const traces = transcript === undefined ? [] : await pluginTraces(transcript, signal);
  const look = claude === undefined ? undefined : lookAt(claude, inventory, surroundings);
  const last = records.at(-1);
  const best = look !== undefined ? heldNow(look, last) : last === undefined ? [] : heldByRecord(last);
  const others = heldByTraces(traces, inventory, best);
  const plugins: SessionPlugin[] = [];
  for (const one of [...best.map((held) => toldApart(held, traces)), ...others])
    plugins.push(await compared(one, signal));
  const isKnown = claude !== undefined || stored.length > 0 || transcript !== undefined;
  return {
    session,
    state: claude !== undefined ? "live" : isKnown ? "over" : "unknown",
    process: claude === undefined ? null : processOf(claude),
    transcript: transcript ?? null,
    records: records.length,
    plugins: plugins.toSorted((a, b) => (a.id < b.id ? -1 : 1)),
    notes: [...unreadable(stored), ...((look ?? last)?.notes ?? [])],
  };
}

function processOf({ pid, startTime, version }: ClaudeProcess): NonNullable<SessionView["process"]> {
  return { pid, startTime, version };
}

function storedFor({ session, locations }: SessionAsked): readonly StoredLoadedPlugins[] {
  const id = z.safeParse(SessionId, session);
  return id.success ? loadedPluginsOf(locations, id.data) : [];
}

function unreadable(stored: readonly StoredLoadedPlugins[]): readonly string[] {
  return stored.flatMap((one) =>
    one.kind === "unreadable" ? [`${one.path} cannot be read (${one.detail})`] : [],
  );
}

/** Where the gate was told that it is, else where the host keeps it. */
function transcriptOf({ session, locations, inventory }: SessionAsked): string | undefined {
  const id = z.safeParse(SessionId, session);
  if (!id.success) return undefined;
  const read = readSession(locations, id.data);
  const told = read.kind === "session" ? read.session.transcript : undefined;
  const usual = join(inventory.places.configDirectory, "projects", "any", `${id.data}.jsonl`);
  return (told === undefined ? undefined : findTranscript(told)) ?? findTranscript(usual);
}

/** By what the process itself was started with: the variables of whoever asks are no part of it. */
function lookAt(claude: ClaudeProcess, { places }: PluginInventory, surroundings: Surroundings): LoadedLook {
  const environment = {
    HOME: surroundings.environment["HOME"],
    CLAUDE_CONFIG_DIR: places.configDirectory,
    CLAUDE_CODE_PLUGIN_CACHE_DIR: pluginsOf(claude, places.pluginsDirectory),
  };
  const there = { ...surroundings, environment, cwd: claude.cwd ?? surroundings.cwd };
  return loadedNow(claude, there, processLookup(surroundings.platform));
}

/** Its settings may say otherwise than the variables that it was started with: its marks tell where it looked. */
function pluginsOf({ pid, start }: ClaudeProcess, usual: string): string {
  const others = start === null ? [] : [start.pluginsDirectory];
  return [usual, ...others].find((folder) => processMarks(join(folder, "cache"), pid).length > 0) ?? usual;
}

/** Whether the bytes are still those that were recorded; where nothing was, what they are now. */
async function compared(held: HeldPlugin, signal: AbortSignal): Promise<SessionPlugin> {
  const copies: SessionPlugin["copies"][number][] = [];
  for (const { path, version, tree } of held.copies) {
    const now = await namedBytes(readPluginFolder(path), signal);
    signal.throwIfAborted();
    const unchanged = tree === null ? null : tree === now.tree;
    copies.push({ path, version: version ?? now.version, tree: tree ?? now.tree, unchanged });
  }
  return { ...held, copies };
}
