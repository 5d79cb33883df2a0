import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { makeHistory, type PlannedCommit } from "#test/clone/fast-history.ts";

export type PluginCrowd = {
  readonly marketplaces: number;
  /** Of each marketplace. */
  readonly plugins: number;
  /** Of each marketplace's history. */
  readonly commits: number;
  /** Each so-manieth commit changes a plugin, the others what is beside them. */
  readonly every: number;
};

/**
 * Fills a config directory with marketplaces that were cloned whole, all with the same history, and with
 * plugins of which every second one was installed from an older commit. Of those each second record names
 * HEAD all the same.
 */
export function layManyPlugins(config: string, crowd: PluginCrowd): void {
  const [first = "", ...others] = Array.from({ length: crowd.marketplaces }, (_none, i) => `many-${i}`);
  const cloneOf = (name: string) => join(config, "plugins", "marketplaces", name);
  makeHistory(cloneOf(first), history(crowd));
  for (const name of others)
    cpSync(cloneOf(first), cloneOf(name), { recursive: true, preserveTimestamps: true });
  const commits = revisions(cloneOf(first));
  const installed: Record<string, readonly unknown[]> = {};
  for (const marketplace of [first, ...others]) {
    for (let plugin = 0; plugin < crowd.plugins; plugin++) {
      const at =
        plugin % 2 === 0 ? crowd.commits - 1 : Math.floor((crowd.commits * plugin) / (2 * crowd.plugins));
      const commit = commits[plugin % 4 === 3 ? crowd.commits - 1 : at] ?? "";
      const installPath = join(config, "plugins", "cache", marketplace, `p${plugin}`, commit.slice(0, 12));
      write(join(installPath, ".claude-plugin", "plugin.json"), manifestOf(plugin));
      write(join(installPath, "code.js"), codeAt(crowd, plugin, at));
      const record = { scope: "user", installPath, version: commit.slice(0, 12), gitCommitSha: commit };
      installed[`p${plugin}@${marketplace}`] = [record];
    }
  }
  const known = [first, ...others].map((name) => [
    name,
    { source: { source: "github", repo: `lab/${name}` }, installLocation: cloneOf(name), lastUpdated: DAY },
  ]);
  const enabledPlugins = Object.fromEntries(Object.keys(installed).map((id) => [id, true]));
  const json = (path: string, value: unknown) => write(join(config, path), JSON.stringify(value));
  json("plugins/known_marketplaces.json", Object.fromEntries(known));
  json("plugins/installed_plugins.json", { version: 2, plugins: installed });
  json("settings.json", { enabledPlugins });
}

const DAY = "2026-01-01T00:00:00.000Z";

function* history(crowd: PluginCrowd): Generator<PlannedCommit> {
  const numbers = Array.from({ length: crowd.plugins }, (_none, i) => i);
  const plugins = numbers.map((i) => ({ name: `p${i}`, source: `./plugins/p${i}` }));
  yield {
    ".claude-plugin/marketplace.json": JSON.stringify({ name: "many", owner: { name: "lab" }, plugins }),
    ...Object.fromEntries(numbers.map((i) => [`plugins/p${i}/.claude-plugin/plugin.json`, manifestOf(i)])),
    ...Object.fromEntries(numbers.map((i) => [`plugins/p${i}/code.js`, codeAt(crowd, i, 0)])),
  };
  for (let at = 1; at < crowd.commits; at++) {
    const plugin = changedAt(crowd, at);
    if (plugin === null) yield { "docs/notes.md": `${at}\n` };
    else yield { [`plugins/p${plugin}/code.js`]: codeAt(crowd, plugin, at) };
  }
}

/** The plugin that a commit changes. */
function changedAt({ plugins, every }: PluginCrowd, at: number): number | null {
  return at % every === 0 ? (at / every) % plugins : null;
}

function codeAt(crowd: PluginCrowd, plugin: number, at: number): string {
  let changed = at;
  while (changed > 0 && changedAt(crowd, changed) !== plugin) changed -= 1;
  return `plugin ${plugin} as of ${changed}\n`;
}

function manifestOf(plugin: number): string {
  return `${JSON.stringify({ name: `p${plugin}`, description: "one of many" })}\n`;
}

/** The oldest first. */
function revisions(directory: string): readonly string[] {
  const words = ["rev-list", "--reverse", "--topo-order", "HEAD"];
  return execFileSync("git", words, { cwd: directory, encoding: "utf8" }).trim().split("\n");
}

function write(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}
