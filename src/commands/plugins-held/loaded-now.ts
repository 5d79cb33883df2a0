import { nameOf } from "#audit/plugins/plugin-id.ts";
import { holdersOf } from "#claude/plugins/cached-holders.ts";
import type { ClaudeProcess } from "#claude/plugins/claude-process.ts";
import { readPluginFolder } from "#claude/plugins/plugin-folder.ts";
import type { Surroundings } from "#claude/plugins/plugin-places.ts";
import type { ProcessLookup } from "#claude/plugins/process-lookup.ts";
import { type ProcessMark, processMarks } from "#claude/plugins/process-marks.ts";
import type { UnrecordedPlugin } from "#claude/plugins/unrecorded-plugin.ts";
import { unrecordedPlugins } from "#claude/plugins/unrecorded-plugins.ts";
import { foretold, inDirectories, lyingThere } from "./loaded-by-files.ts";
import type { LoadedLook, LoadedNow } from "./loaded-look.ts";
import { type PluginWorld, readPluginWorld } from "./plugin-world.ts";

/**
 * Returns the plugins that a living Claude Code process holds, as far as that can be seen from outside
 * (2.1.330): by its marks, else by what it was started with, else by where the host loads them from.
 * What the files would load is foretold only where the process left no mark at all. Never throws.
 */
export function loadedNow(
  claude: ClaudeProcess | undefined,
  surroundings: Surroundings,
  startOf: ProcessLookup,
): LoadedLook {
  const notes: string[] = [];
  const world = readPluginWorld(claude, surroundings);
  const loose =
    claude === undefined
      ? []
      : unrecordedPlugins(world.places, [claude], { namesOf: world.namesOf, unlisted: notes });
  const marks = claude === undefined ? [] : processMarks(world.places.cache, claude.pid);
  const given = loose.flatMap(givenTo);
  const marked = markedBy(claude, marks, world, startOf);
  const seen = new Set(marked.map(({ id }) => id));
  const overridden = new Set(given.map(({ id }) => nameOf(id)));
  const others = [
    ...lyingThere(loose, world),
    ...inDirectories(world),
    ...(marked.length > 0 ? [] : foretold(world)),
  ].filter(({ id }) => !seen.has(id) && !overridden.has(nameOf(id)));
  return {
    plugins: [...given, ...marked, ...others].toSorted(
      (a, b) => compare(a.id, b.id) || compare(a.evidence, b.evidence),
    ),
    deciding: [...world.files, world.places.installed, world.places.known],
    notes: [...notes, ...notSeen(claude)],
  };
}

function givenTo({ id, origin, folder }: UnrecordedPlugin): readonly LoadedNow[] {
  if (origin !== "plugin-dir" && origin !== "environment") return [];
  return [{ id, evidence: origin === "plugin-dir" ? "argument" : "environment", folders: [folder] }];
}

/** The session's own words for what nothing here can show. */
function notSeen(claude: ClaudeProcess | undefined): readonly string[] {
  if (claude === undefined) return ["which process this session runs in is not known"];
  const { pluginUrls, unread } = claude.start ?? { pluginUrls: [], unread: ["arguments", "environment"] };
  return [
    ...pluginUrls.map(
      (url) => `a plugin from ${withoutPerson(url)} is held; its bytes are not on this machine`,
    ),
    ...unread.map((what) => `the ${what} of the process could not be read`),
  ];
}

/** Neither a name nor a token of an address belongs on record. */
function withoutPerson(url: string): string {
  return url.replace(/\/\/[^/@]*@/, "//").replace(/[?#].*$/, "");
}

/** A mark of an earlier process with that pid says nothing; one whose start cannot be compared is no proof. */
function markedBy(
  claude: ClaudeProcess | undefined,
  marks: readonly ProcessMark[],
  { namesOf }: PluginWorld,
  startOf: ProcessLookup,
): readonly LoadedNow[] {
  const found = new Map<string, { readonly folder: string; readonly sure: boolean }[]>();
  for (const { marketplace, name, folder } of marks.toSorted((a, b) => a.markedAt - b.markedAt)) {
    const holder = holdersOf(folder, startOf).find(({ pid }) => pid === claude?.pid);
    if (holder === undefined || holder.state === "recycled" || holder.state === "dead") continue;
    const names = namesOf({ marketplace, name });
    const id = `${names.name}@${names.marketplace}`;
    found.set(id, [...(found.get(id) ?? []), { folder, sure: holder.state === "alive" }]);
  }
  return [...found].map(([id, held]) => ({
    id,
    evidence: held.every(({ sure }) => sure) ? "marker" : "predicted",
    folders: held.map(({ folder }) => readPluginFolder(folder)),
  }));
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
