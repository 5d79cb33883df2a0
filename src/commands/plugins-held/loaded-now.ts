import { join } from "node:path";
import { holdersOf } from "#claude/plugins/cached-holders.ts";
import type { ClaudeProcess } from "#claude/plugins/claude-process.ts";
import { enablementsIn } from "#claude/plugins/enablement.ts";
import { type InstallRecord, readInstallRecords } from "#claude/plugins/install-record.ts";
import { readMarketplaces } from "#claude/plugins/known-marketplaces.ts";
import type { Marketplace } from "#claude/plugins/marketplace.ts";
import { isReadInPlace } from "#claude/plugins/marketplace-source.ts";
import { namesInCache, type PluginNames } from "#claude/plugins/names-in-cache.ts";
import { type PluginFolder, readPluginFolder } from "#claude/plugins/plugin-folder.ts";
import {
  type PluginPlaces,
  pluginPlaces,
  type Surroundings,
  withSettings,
} from "#claude/plugins/plugin-places.ts";
import type { ProcessLookup } from "#claude/plugins/process-lookup.ts";
import { type ProcessMark, processMarks } from "#claude/plugins/process-marks.ts";
import { recordsFor } from "#claude/plugins/records-for.ts";
import type { UnrecordedPlugin } from "#claude/plugins/unrecorded-plugin.ts";
import { unrecordedPlugins } from "#claude/plugins/unrecorded-plugins.ts";
import { readSettings, settingsPaths } from "#claude/settings.ts";
import type { LoadedPlugin } from "#runs/loaded-plugins.ts";

/** A plugin that one process holds; more than one folder where it is one of them. */
export type LoadedNow = Pick<LoadedPlugin, "id" | "evidence"> & { readonly folders: readonly PluginFolder[] };

export type LoadedLook = {
  /** By id, and by evidence where one id is held in two ways. */
  readonly plugins: readonly LoadedNow[];
  /** The files that decide on what is not by marks or arguments. */
  readonly deciding: readonly string[];
  readonly notes: readonly string[];
};

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
  const world = readWorld(claude, surroundings);
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

type World = {
  readonly places: PluginPlaces;
  /** Settings that the process reads. */
  readonly files: readonly string[];
  readonly enabled: readonly string[];
  readonly disabled: readonly string[];
  /** Those that count where the process was started. */
  readonly applying: readonly InstallRecord[];
  readonly marketplaces: ReadonlyMap<string, Marketplace>;
  /** What the folders of the cache are of. */
  readonly namesOf: (folders: PluginNames) => PluginNames;
};

function readWorld(claude: ClaudeProcess | undefined, surroundings: Surroundings): World {
  const sources = claude?.start?.settingSources ?? null;
  const { configDirectory, project } = pluginPlaces(surroundings);
  const settings = readSettings(settingsPaths(configDirectory, project, surroundings.platform)).filter(
    ({ scope }) => scope === "managed" || sources === null || sources.includes(scope),
  );
  const places = pluginPlaces(withSettings(surroundings, settings));
  const words = enablementsIn(settings);
  const records = readInstallRecords(places.installed);
  const known = readMarketplaces(places.known);
  const recorded = records.kind === "read" ? records.value : [];
  return {
    places,
    files: settings.map(({ path }) => path),
    enabled: words.filter(({ enabled }) => enabled).map(({ plugin }) => plugin),
    disabled: words.filter(({ enabled }) => !enabled).map(({ plugin }) => plugin),
    applying: recordsFor(places.project, recorded),
    marketplaces: new Map(known.kind === "read" ? known.value.map((one) => [one.name, one]) : []),
    namesOf: namesInCache([...words.map(({ plugin }) => plugin), ...recorded.map(({ plugin }) => plugin)]),
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
  { namesOf }: World,
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

/** What is loaded from its own folder: a skill of the user, or what a seed holds of a plugin that has no record here. */
function lyingThere(
  loose: readonly UnrecordedPlugin[],
  { enabled, disabled, applying }: World,
): readonly LoadedNow[] {
  const seeded = new Map<string, PluginFolder[]>();
  const skills: LoadedNow[] = [];
  for (const { id, origin, folder } of loose) {
    if (!isLoadable(folder)) continue;
    const recorded = applying.some((record) => record.plugin === id);
    if (origin === "skills-dir" && !disabled.includes(id))
      skills.push({ id, evidence: "skills-dir", folders: [folder] });
    if (origin === "seed" && enabled.includes(id) && !recorded)
      seeded.set(id, [...(seeded.get(id) ?? []), folder]);
  }
  return [...skills, ...[...seeded].map(([id, folders]) => ({ id, evidence: "seed", folders }) as const)];
}

/** A marketplace that is a folder is no copy: its plugins are loaded as they stand there, with or without a record. */
function inDirectories({ enabled, marketplaces }: World): readonly LoadedNow[] {
  return enabled.flatMap((id) => {
    const marketplace = marketplaces.get(marketplaceOf(id));
    if (marketplace === undefined || !isReadInPlace(marketplace.source)) return [];
    const source = entryOf(marketplace, id)?.source;
    if (source?.kind !== "relative") return [];
    const folder = readPluginFolder(join(marketplace.installLocation, source.path));
    return isLoadable(folder) ? [{ id, evidence: "directory-source", folders: [folder] } as const] : [];
  });
}

/**
 * Where the marketplace still offers the plugin, by the records that apply: of several the first whose
 * folder is there and not empty (2.1.330).
 */
function foretold({ enabled, marketplaces, applying }: World): readonly LoadedNow[] {
  return enabled.flatMap((id) => {
    const marketplace = marketplaces.get(marketplaceOf(id));
    if (marketplace === undefined || marketplace.stands === "absent") return [];
    const entry = entryOf(marketplace, id);
    if (entry === undefined) return [];
    if (isReadInPlace(marketplace.source) && entry.source.kind === "relative") return [];
    const own = applying.filter(({ plugin }) => plugin === id);
    const folders = own.map(({ installPath }) => readPluginFolder(installPath));
    const folder = folders.find(({ stands }) => stands === "folder");
    return folder !== undefined && isLoadable(folder)
      ? [{ id, evidence: "predicted", folders: [folder] } as const]
      : [];
  });
}

function entryOf({ manifest }: Marketplace, id: string) {
  return manifest.kind === "read"
    ? manifest.value.entries.find(({ name }) => name === nameOf(id))
    : undefined;
}

function isLoadable({ stands, manifest }: PluginFolder): boolean {
  return stands === "folder" && manifest.kind !== "unreadable";
}

function nameOf(id: string): string {
  return id.slice(0, Math.max(0, id.lastIndexOf("@")));
}

function marketplaceOf(id: string): string {
  return id.slice(id.lastIndexOf("@") + 1);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
