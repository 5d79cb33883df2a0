import { basename, join } from "node:path";
import type { ClaudeProcess } from "./claude-process.ts";
import { foldersIn } from "./folders-in.ts";
import { type PluginFolder, readPluginFolder } from "./plugin-folder.ts";
import type { PluginPlaces } from "./plugin-places.ts";
import { standsAt } from "./stands-at.ts";
import type { UnrecordedPlugin } from "./unrecorded-plugin.ts";

/** No one has more of them; a folder that was named by mistake may hold any number. */
const MOST = 500;

/**
 * Returns the plugins that are loaded without any install record: those that a session which is started
 * in these surroundings finds, and those that live processes were given. Never throws; what could not
 * be listed, and what was too much, is added to `unlisted` in words.
 */
export function unrecordedPlugins(
  places: PluginPlaces,
  processes: readonly ClaudeProcess[],
  unlisted: string[],
): readonly UnrecordedPlugin[] {
  const candidates = joined([
    ...placesHere(places, unlisted),
    ...processes.flatMap((claude) => placesGiven(claude, unlisted)),
  ]);
  const left = candidates.length - MOST;
  if (left > 0) unlisted.push(`${left} more plugins without a record: only ${MOST} are looked at`);
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

function placesHere(places: PluginPlaces, unlisted: string[]): readonly Candidate[] {
  const { extra, seeds, skills, projectSkills } = places;
  return [
    ...extra.flatMap((path) => inlineAt("environment", path, unlisted)),
    ...seeds.flatMap((seed) => seededIn(seed, unlisted)),
    ...[...new Set([skills, projectSkills])].flatMap((folder) => skillsIn(folder, unlisted)),
  ].map((place) => ({ ...place, pids: [] }));
}

function placesGiven({ pid, start }: ClaudeProcess, unlisted: string[]): readonly Candidate[] {
  if (start === null) return [];
  const { pluginDirs, environmentDirs, seedDirs } = start;
  return [
    ...[...pluginDirs, ...environmentDirs].flatMap((path) => inlineAt("plugin-dir", path, unlisted)),
    ...seedDirs
      .flatMap((seed) => seededIn(seed, unlisted))
      .map((place) => ({ ...place, origin: "plugin-dir" as const })),
  ].map((place) => ({ ...place, pids: [pid] }));
}

function inlineAt(origin: UnrecordedPlugin["origin"], path: string, unlisted: string[]): readonly Place[] {
  return pluginsAt(path, unlisted).map((plugin) => ({ origin, path: plugin, id: null }));
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
function pluginsAt(path: string, unlisted: string[]): readonly string[] {
  if (standsAt(path) !== "folder" || MARKS.some((mark) => standsAt(join(path, mark)) !== "absent"))
    return [path];
  return foldersIn(path, unlisted)
    .map((name) => join(path, name))
    .filter((child) => standsAt(join(child, ".claude-plugin", "plugin.json")) !== "absent");
}

/** A seed has a cache of its own, laid out as the host's. */
function seededIn(seed: string, unlisted: string[]): readonly Place[] {
  const cache = join(seed, "cache");
  return foldersIn(cache, unlisted).flatMap((marketplace) =>
    foldersIn(join(cache, marketplace), unlisted).flatMap((name) =>
      foldersIn(join(cache, marketplace, name), unlisted).map((version) => ({
        origin: "seed" as const,
        path: join(cache, marketplace, name, version),
        id: `${name}@${marketplace}`,
      })),
    ),
  );
}

function skillsIn(folder: string, unlisted: string[]): readonly Place[] {
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
