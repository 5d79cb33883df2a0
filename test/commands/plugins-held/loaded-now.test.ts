import { mkdirSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import type { ClaudeProcess } from "#claude/plugins/claude-process.ts";
import { processLookup } from "#claude/plugins/process-lookup.ts";
import { processStart } from "#claude/plugins/process-start.ts";
import { loadedNow } from "#commands/plugins-held/loaded-now.ts";
import { type Holder, liveHolder, reusedHolder } from "#test/plugins/holders.ts";
import { layOutPlugins } from "#test/plugins/lay-out-plugins.ts";
import type { PluginLayout } from "#test/plugins/layout-spec.ts";
import { marketplaceFiles, pluginFiles } from "#test/plugins/plugin-files.ts";
import { writeFiles } from "#test/plugins/write-files.ts";

const own = liveHolder(process.pid);
const offers = marketplaceFiles("lab", [{ name: "alpha", source: "./plugins/alpha" }]);
const lab = {
  name: "lab/mkt",
  commits: [
    { label: "one", files: { ...offers, ...pluginFiles({ name: "alpha", version: "1.0.0" }) } },
    { label: "two", files: pluginFiles({ name: "alpha", version: "2.0.0" }) },
  ],
};
const from = (commit: string) => ({ repository: "lab/mkt", commit });
const cache = (version: string, commit: string, holders: readonly Holder[]) => {
  return { plugin: "alpha@lab", version, from: from(commit), holders };
};

type Asked = {
  readonly words?: readonly string[];
  readonly environment?: NodeJS.ProcessEnv;
  readonly claude?: "unknown";
};

function lay(more: Partial<PluginLayout> = {}) {
  const world = layOutPlugins({
    repositories: [lab],
    marketplaces: [{ name: "lab", repository: "lab/mkt" }],
    records: { "alpha@lab": [{ version: "1.0.0", commit: from("one") }] },
    caches: [cache("1.0.0", "one", [own])],
    projects: { plain: {} },
    ...more,
  });
  onTestFinished(world.remove);
  const look = ({ words = [], environment = {}, claude }: Asked = {}) => {
    const variables = { HOME: world.home, CLAUDE_CONFIG_DIR: world.configDirectory, ...environment };
    const cwd = world.projectPath("plain");
    const begun: ClaudeProcess = {
      pid: process.pid,
      startTime: own.procStart,
      startedAt: null,
      sessionId: null,
      cwd,
      version: null,
      start: processStart({ words, environment: variables, cwd, split: false }, world.pluginsDirectory),
    };
    const around = { environment: variables, home: world.home, cwd, platform: process.platform };
    const found = loadedNow(claude === undefined ? begun : undefined, around, processLookup());
    const held = found.plugins.map(({ id, evidence, folders }) => {
      const versions = folders.map(({ manifest }) =>
        manifest.kind === "read" ? manifest.value.version : "?",
      );
      return `${id} ${versions.join("|")} ${evidence}`;
    });
    return { held, notes: found.notes };
  };
  return { world, look };
}

test("the version that the process has marked is what it holds, whatever the record says", () => {
  const { look } = lay({ records: { "alpha@lab": [{ version: "2.0.0" }] } });
  expect(look()).toEqual({ held: ["alpha@lab 1.0.0 marker"], notes: [] });
});

test("two marks stay two, the older one first", () => {
  const { world, look } = lay({ caches: [cache("1.0.0", "one", [own]), cache("2.0.0", "two", [own])] });
  const old = new Date(Date.now() - 60_000);
  utimesSync(join(world.cachePath("alpha@lab", "2.0.0"), ".in_use", String(process.pid)), old, old);
  expect(look().held).toEqual(["alpha@lab 2.0.0|1.0.0 marker"]);
});

test("a mark of an earlier process with this pid says nothing, and the files are asked", () => {
  const { look } = lay({ caches: [cache("1.0.0", "one", [reusedHolder(process.pid)])] });
  expect(look().held).toEqual(["alpha@lab 1.0.0 predicted"]);
});

test("where the process has marked anything, an unmarked plugin is not held", () => {
  const beta = { plugin: "beta@lab", version: "0.1.0", from: { ...from("one"), folder: "plugins/alpha" } };
  const { look } = lay({
    records: { "alpha@lab": [{ version: "1.0.0" }], "beta@lab": [{ version: "0.1.0" }] },
    caches: [cache("1.0.0", "one", [own]), beta],
  });
  expect(look().held).toEqual(["alpha@lab 1.0.0 marker"]);
});

test.each([
  ["is off", { enabled: { "alpha@lab": false } }],
  ["has no record", { records: {}, enabled: { "alpha@lab": true } }],
  ["is of a marketplace that nobody knows", { marketplaces: [] }],
] as const)("nothing is foretold of a plugin that %s", (_, more) => {
  const { look } = lay({ caches: [cache("1.0.0", "one", [])], ...more });
  expect(look().held).toEqual([]);
});

test("nothing is foretold of one whose clone or folder is gone, nor of one that is not offered any more", () => {
  const gone = (path: (world: ReturnType<typeof lay>["world"]) => string) => {
    const { world, look } = lay({ caches: [cache("1.0.0", "one", [])] });
    rmSync(path(world), { recursive: true });
    return look().held;
  };
  expect(gone((world) => world.marketplacePath("lab"))).toEqual([]);
  expect(gone((world) => world.cachePath("alpha@lab", "1.0.0"))).toEqual([]);
  expect(gone((world) => join(world.marketplacePath("lab"), ".claude-plugin/marketplace.json"))).toEqual([]);
});

test("a marketplace that is a folder is loaded from as it stands there, with or without a record", () => {
  const directory = { marketplaces: [{ name: "lab", repository: "lab/mkt", kind: "directory" as const }] };
  expect(lay({ ...directory, caches: [cache("1.0.0", "one", [])] }).look().held).toEqual([
    "alpha@lab 2.0.0 directory-source",
  ]);
  const without = lay({ ...directory, records: {}, caches: [], enabled: { "alpha@lab": true } });
  expect(without.look().held).toEqual(["alpha@lab 2.0.0 directory-source"]);
  const off = lay({ ...directory, enabled: { "alpha@lab": false }, caches: [] });
  expect(off.look().held).toEqual([]);
});

test("settings that the process does not read turn nothing on", () => {
  const { look } = lay({ caches: [cache("1.0.0", "one", [])] });
  expect(look({ words: ["--setting-sources", "project,local"] }).held).toEqual([]);
});

test("what the process was started with comes before an installed plugin of the same name", () => {
  const { world, look } = lay({ caches: [cache("1.0.0", "one", [])] });
  const given = join(world.root, "given");
  writeFiles(given, Object.entries(pluginFiles({ name: "alpha", version: "9.0.0", folder: "." })));
  expect(look({ words: ["--plugin-dir", given] }).held).toEqual(["alpha@inline 9.0.0 argument"]);
  expect(look({ environment: { CLAUDE_CODE_PLUGIN_DIRS: given } }).held).toEqual([
    "alpha@inline 9.0.0 environment",
  ]);
});

test("a seed is loaded from where a plugin has no record, and a skill unless it is off", () => {
  const { world, look } = lay({ records: {}, caches: [], enabled: { "alpha@lab": true } });
  const seed = join(world.root, "seed");
  writeFiles(
    join(seed, "cache/lab/alpha/3.0.0"),
    Object.entries(pluginFiles({ name: "alpha", version: "3.0.0", folder: "." })),
  );
  const skill = join(world.configDirectory, "skills/mine");
  writeFiles(skill, Object.entries(pluginFiles({ name: "mine", version: "0.2.0", folder: "." })));
  const environment = { CLAUDE_CODE_PLUGIN_SEED_DIR: seed };
  expect(look({ environment }).held).toEqual(["alpha@lab 3.0.0 seed", "mine@skills-dir 0.2.0 skills-dir"]);
  writeFileSync(
    join(world.configDirectory, "settings.json"),
    JSON.stringify({ enabledPlugins: { "alpha@lab": false, "mine@skills-dir": false } }),
  );
  expect(look({ environment }).held).toEqual([]);
});

test("what cannot be seen is said", () => {
  const { look } = lay();
  expect(look({ claude: "unknown" })).toEqual({
    held: ["alpha@lab 1.0.0 predicted"],
    notes: ["which process this session runs in is not known"],
  });
  expect(look({ words: ["--plugin-url", "https://me:token@host/x.zip?key=1"] }).notes).toEqual([
    "a plugin from https://host/x.zip is held; its bytes are not on this machine",
  ]);
});

test("broken files of the host foretell nothing, and hide no mark", () => {
  const files = {
    "plugins/installed_plugins.json": "{",
    "plugins/known_marketplaces.json": "[]",
    "settings.json": "{",
  };
  expect(lay({ files }).look().held).toEqual(["alpha@lab 1.0.0 marker"]);
  expect(lay({ files, caches: [cache("1.0.0", "one", [])] }).look().held).toEqual([]);
});

test("a cache that is no folder holds nothing", () => {
  const { world, look } = lay();
  rmSync(join(world.pluginsDirectory, "cache"), { recursive: true });
  writeFileSync(join(world.pluginsDirectory, "cache"), "");
  expect(look().held).toEqual([]);
  rmSync(join(world.pluginsDirectory, "cache"));
  mkdirSync(join(world.pluginsDirectory, "cache/lab/alpha/1.0.0/.in_use", String(process.pid)), {
    recursive: true,
  });
  expect(look().held).toEqual(["alpha@lab ? predicted"]);
});

test("of several records the first whose folder is there and not empty is loaded", () => {
  const records = { "alpha@lab": [{ version: "0.9.0" }, { version: "1.0.0" }] };
  const { world, look } = lay({ records, caches: [cache("1.0.0", "one", [])] });
  expect(look().held).toEqual(["alpha@lab 1.0.0 predicted"]);
  mkdirSync(world.cachePath("alpha@lab", "0.9.0"), { recursive: true });
  expect(look().held).toEqual(["alpha@lab 1.0.0 predicted"]);
});

test("where plugins are is read from the settings that the process has", () => {
  const { world, look } = lay({ records: {}, caches: [], enabled: { "alpha@lab": true } });
  const seed = join(world.root, "seed");
  writeFiles(
    join(seed, "cache/lab/alpha/3.0.0"),
    Object.entries(pluginFiles({ name: "alpha", version: "3.0.0", folder: "." })),
  );
  const env = { CLAUDE_CODE_PLUGIN_SEED_DIR: seed };
  writeFileSync(
    join(world.configDirectory, "settings.json"),
    JSON.stringify({ enabledPlugins: { "alpha@lab": true }, env }),
  );
  expect(look().held).toEqual(["alpha@lab 3.0.0 seed"]);
});
