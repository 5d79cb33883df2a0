import { basename, join } from "node:path";
import type { ClaudeProcess } from "./claude-process.ts";
import { foldersIn } from "./folders-in.ts";
import type { PluginNames } from "./names-in-cache.ts";
import { type PluginFolder, readPluginFolder } from "./plugin-folder.ts";
import type { PluginPlaces } from "./plugin-places.ts";
import { standsAt } from "./stands-at.ts";
import type { UnrecordedPlugin } from "./unrecorded-plugin.ts";
import { versionFolders } from "./version-folders.ts";

/** No one has more of them; a folder that was named by mistake may hold any number. */
const MOST = 500;

/** How it is looked: what folders of caches are called, and where to tell what could not be listed. */
type Look = {
  readonly namesOf: (folders: PluginNames) => PluginNames;
  readonly unlisted: string[];
};

/**
 * Returns the plugins that are loaded without any install record: those that a session which is started
 * in these surroundings finds, and those that live processes were given. Never throws; what could not
 * be listed, and what was too much, is added to `unlisted` in words.
 */
export function unrecordedPlugins(
  places: PluginPlaces,
  processes: readonly ClaudeProcess[],
  look: Look,
): readonly UnrecordedPlugin[] {
  const candidates = joined([
    ...placesHere(places, look),
    ...processes.flatMap((claude) => placesGiven(claude, look)),
  ]);
  const left = candidates.length - MOST;
  if (left > 0) look.unlisted.push(`${left} more plugins without a record: only ${MOST} are looked at`);
  return candidates.slice(0, MOST).map(({ path, id, ...rest }) => {
    const folder = readPluginFolder(path);
    return { id: id ?? inlineId(folder), folder, ...rest };
  });
}

type Candidate = Omit<UnrecordedPlugin, "id" | "folder"> & {
  readonly path: string;
  /** Null where its own manifest names it. */
  readonly id: string | null;
};
type Place = Pick<Candidate, "origin" | "path" | "id">;

function placesHere(places: PluginPlaces, look: Look): readonly Candidate[] {
  const { extra, seeds, skills, projectSkills } = places;
  return [
    ...extra.flatMap((path) => inlineAt("environment", path, look)),
    ...seeds.flatMap((seed) => seededIn(seed, look)),
    ...[...new Set([skills, projectSkills])].flatMap((folder) => skillsIn(folder, look)),
  ].map((place) => ({ ...place, pids: [] }));
}

function placesGiven({ pid, start }: ClaudeProcess, look: Look): readonly Candidate[] {
  if (start === null) return [];
  const { pluginDirs, environmentDirs, seedDirs } = start;
  return [
    ...[...pluginDirs, ...environmentDirs].flatMap((path) => inlineAt("plugin-dir", path, look)),
    ...seedDirs
      .flatMap((seed) => seededIn(seed, look))
      .map((place) => ({ ...place, origin: "plugin-dir" as const })),
  ].map((place) => ({ ...place, pids: [pid] }));
}

function inlineAt(origin: UnrecordedPlugin["origin"], path: string, look: Look): readonly Place[] {
  return pluginsAt(path, look).map((plugin) => ({ origin, path: plugin, id: null }));
}

/** What at the top of a folder marks it as one plugin (2.1.330). */
const MARKS = [
  ".claude-plugin",
  "commands",
  "skills",
  "agents",
  "hooks",
  "themes",
  "output-styles",
  "monitors",
  "workflows",
  "SKILL.md",
  ".mcp.json",
  ".lsp.json",
];

/** A folder without any such mark is one of plugins: each child with a manifest is loaded. */
function pluginsAt(path: string, { unlisted }: Look): readonly string[] {
  if (standsAt(path) !== "folder" || MARKS.some((mark) => standsAt(join(path, mark)) !== "absent"))
    return [path];
  return foldersIn(path, unlisted)
    .map((name) => join(path, name))
    .filter((child) => standsAt(join(child, ".claude-plugin", "plugin.json")) !== "absent");
}

/** A seed has a cache of its own, laid out as the host's. */
function seededIn(seed: string, { namesOf, unlisted }: Look): readonly Place[] {
  return versionFolders(join(seed, "cache"), unlisted).map(({ path, ...folders }) => {
    const { name, marketplace } = namesOf(folders);
    return { origin: "seed", path, id: `${name}@${marketplace}` };
  });
}

function skillsIn(folder: string, { unlisted }: Look): readonly Place[] {
  return foldersIn(folder, unlisted)
    .filter((name) => standsAt(join(folder, name, ".claude-plugin")) !== "absent")
    .map((name) => ({ origin: "skills-dir" as const, path: join(folder, name), id: `${name}@skills-dir` }));
}

/** The same folder, found in several ways, is one plugin; the first way counts. */
function joined(candidates: readonly Candidate[]): readonly Candidate[] {
  const known = new Map<string, Candidate>();
  for (const candidate of candidates) {
    const before = known.get(candidate.path) ?? candidate;
    known.set(candidate.path, { ...before, pids: [...new Set([...before.pids, ...candidate.pids])] });
  }
  return [...known.values()];
}

function inlineId({ manifest, path }: PluginFolder): string {
  const name = manifest.kind === "read" ? manifest.value.name : null;
  return `${name ?? basename(path)}@inline`;
}
