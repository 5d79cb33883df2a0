import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isElsewhere, knownMarketplace, layMarketplace, SOME_DAY } from "./lay-marketplace.ts";
import type { CacheLayout, CommitName, PluginLayout, RecordLayout, SessionLayout } from "./layout-spec.ts";
import { makeUpstream, runGit, type Upstream } from "./make-upstream.ts";
import { json } from "./plugin-files.ts";
import { filesAt, filesBelow } from "./repository-spec.ts";
import { writeFiles } from "./write-files.ts";

/** A laid out config directory. Everything is below `root`, which the caller removes by `remove`. */
export type LaidOutPlugins = {
  readonly root: string;
  /** For HOME; holds nothing. */
  readonly home: string;
  /** For CLAUDE_CONFIG_DIR. */
  readonly configDirectory: string;
  readonly pluginsDirectory: string;
  /** The clone of a marketplace, or the source of a `directory` one. */
  readonly marketplacePath: (name: string) => string;
  /** `…/cache/<marketplace>/<plugin>/<version>` of a `plugin@marketplace`. */
  readonly cachePath: (plugin: string, version: string) => string;
  readonly projectPath: (name: string) => string;
  readonly upstream: (repository: string) => Upstream;
  /** The full name of a commit. */
  readonly commit: (name: CommitName) => string;
  /** Runs git in any folder; returns its output without the last line break. */
  readonly gitIn: (directory: string, ...words: readonly string[]) => string;
  readonly remove: () => void;
};

/**
 * Writes the files that Claude Code 2.1.330 keeps for its plugins, as the layout says, without running it:
 * settings, known marketplaces with real clones, install records, cache folders with their markers,
 * sessions. Nothing is checked: a layout may contradict itself in any way that was seen in the wild.
 */
export function layOutPlugins(layout: PluginLayout): LaidOutPlugins {
  const world = placesOf(layout);
  for (const folder of [world.home, world.pluginsDirectory]) mkdirSync(folder, { recursive: true });
  for (const marketplace of layout.marketplaces ?? []) {
    layMarketplace(
      world.upstream(marketplace.repository),
      world.marketplacePath(marketplace.name),
      marketplace,
    );
  }
  for (const cache of layout.caches ?? []) layCache(world, layout, cache);
  for (const [name, files] of Object.entries(layout.projects ?? {})) {
    writeFiles(world.projectPath(name), Object.entries(files));
  }
  writeFiles(world.configDirectory, Object.entries(stateFiles(world, layout)));
  writeFiles(world.configDirectory, Object.entries(layout.files ?? {}));
  return world;
}

function placesOf(layout: PluginLayout): LaidOutPlugins {
  const root = realpathSync.native(mkdtempSync(join(tmpdir(), "countersign-plugins-")));
  const upstreams = new Map(
    layout.repositories.map((spec) => [spec.name, makeUpstream(join(root, "remotes"), spec)] as const),
  );
  const upstream = (repository: string): Upstream => {
    const found = upstreams.get(repository);
    if (found === undefined) throw new Error(`the layout has no repository ${repository}`);
    return found;
  };
  const configDirectory = join(root, "claude-config");
  const pluginsDirectory = join(configDirectory, "plugins");
  const kinds = new Map((layout.marketplaces ?? []).map(({ name, kind }) => [name, kind]));
  return {
    root,
    home: join(root, "home"),
    configDirectory,
    pluginsDirectory,
    marketplacePath: (name) =>
      isElsewhere(kinds.get(name))
        ? join(root, "directories", name)
        : join(pluginsDirectory, "marketplaces", name),
    cachePath: (plugin, version) => join(pluginsDirectory, "cache", ...namesOf(plugin), version),
    projectPath: (name) => join(root, "projects", name),
    upstream,
    commit: (name) => upstream(name.repository).commit(name.commit),
    gitIn: (directory, ...words) => runGit(directory, words),
    remove: () => rmSync(root, { recursive: true, force: true, maxRetries: 5 }),
  };
}

function layCache(world: LaidOutPlugins, layout: PluginLayout, cache: CacheLayout): void {
  const { plugin, version, from, edits = {}, orphanedAt, holders } = cache;
  const spec = layout.repositories.find(({ name }) => name === from.repository);
  if (spec === undefined) throw new Error(`the layout has no repository ${from.repository}`);
  const [, name] = namesOf(plugin);
  const path = world.cachePath(plugin, version);
  writeFiles(path, filesBelow(filesAt(spec, from.commit), from.folder ?? `plugins/${name}`));
  writeFiles(path, Object.entries(edits));
  if (orphanedAt !== undefined) writeFileSync(join(path, ".orphaned_at"), String(orphanedAt));
  if (holders === undefined) return;
  mkdirSync(join(path, ".in_use"));
  for (const { pid, procStart } of holders) {
    writeFileSync(join(path, ".in_use", String(pid)), JSON.stringify({ pid, procStart }));
  }
}

function stateFiles(world: LaidOutPlugins, layout: PluginLayout): Readonly<Record<string, string>> {
  const { marketplaces = [], records = {}, sessions = [] } = layout;
  const enabled = layout.enabled ?? Object.fromEntries(Object.keys(records).map((plugin) => [plugin, true]));
  const known = marketplaces.map(
    (marketplace) =>
      [marketplace.name, knownMarketplace(world.marketplacePath(marketplace.name), marketplace)] as const,
  );
  const declared = Object.fromEntries(known.map(([name, { source }]) => [name, { source }]));
  const plugins = Object.entries(records).map(([plugin, list]) => [
    plugin,
    list.map((record) => installRecord(world, plugin, record)),
  ]);
  return {
    "settings.json": json({ extraKnownMarketplaces: declared, ...layout.settings, enabledPlugins: enabled }),
    "plugins/known_marketplaces.json": json(Object.fromEntries(known)),
    "plugins/installed_plugins.json": json({ version: 2, plugins: Object.fromEntries(plugins) }),
    ...Object.fromEntries(
      sessions.map((session) => [`sessions/${session.pid}.json`, sessionFile(world, session)]),
    ),
  };
}

function installRecord(world: LaidOutPlugins, plugin: string, record: RecordLayout): unknown {
  const { scope = "user", project, version, commit, installedAt = SOME_DAY } = record;
  const sha = typeof commit === "object" ? world.commit(commit) : commit;
  return {
    scope,
    installPath: record.installPath ?? world.cachePath(plugin, version),
    version,
    installedAt,
    lastUpdated: record.lastUpdated ?? installedAt,
    ...(sha === undefined ? {} : { gitCommitSha: sha }),
    ...(project === undefined ? {} : { projectPath: world.projectPath(project) }),
  };
}

/** Without the fields that only Claude Code's own sessions talk to each other by. */
function sessionFile(world: LaidOutPlugins, session: SessionLayout): string {
  const { pid, procStart, sessionId, project } = session;
  const [cwd, startedAt] = [world.projectPath(project), Date.parse(SOME_DAY)];
  const rest = { version: "2.1.330", kind: "interactive", entrypoint: "cli", status: "idle" };
  return JSON.stringify({ pid, sessionId, cwd, startedAt, procStart, ...rest, updatedAt: startedAt });
}

/** `[marketplace, plugin]` */
function namesOf(plugin: string): readonly [string, string] {
  const at = plugin.lastIndexOf("@");
  return [plugin.slice(at + 1), plugin.slice(0, at)];
}
