import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type PluginInventory, readInventory } from "#claude/plugins/inventory.ts";
import { writeUserSettings } from "#test/claude-home.ts";
import { runGit } from "#test/plugins/make-upstream.ts";
import { marketplaceFiles, pluginFiles } from "#test/plugins/plugin-files.ts";
import { type SessionOptions, whatLoads } from "#test/plugins/plugin-session.ts";
import { addMarketplace, disablePlugin, installPlugin } from "#test/plugins/plugin-steps.ts";
import { makePluginWorld, type PluginWorld } from "#test/plugins/plugin-world.ts";
import {
  cachePath,
  changeRecords,
  installFromGit,
  keepState,
  PLUGIN,
  recordsPath,
} from "#test/plugins/scene.ts";
import { writeFiles } from "#test/plugins/write-files.ts";

let world: PluginWorld;
let restore: () => void;

beforeAll(async () => {
  world = await makePluginWorld();
  await installFromGit(world);
  const folder = join(world.home.root, "own");
  const offers = marketplaceFiles("own", [{ name: "beta", source: "./plugins/beta" }]);
  writeFiles(folder, Object.entries({ ...offers, ...pluginFiles({ name: "beta", version: "3.0.0" }) }));
  await addMarketplace(world, folder);
  await installPlugin(world, "beta@own");
  restore = keepState(world);
});
afterAll(() => world.close());

function inventory({ cwd = world.project, env = {} }: SessionOptions = {}): PluginInventory {
  const environment = { CLAUDE_CONFIG_DIR: world.configDirectory, ...env };
  return readInventory({ environment, home: world.home.home, cwd, platform: process.platform });
}

/** The ids of what a session really loads. */
async function loadedIn(options: SessionOptions): Promise<readonly string[]> {
  const { plugins } = await whatLoads(world, options);
  return plugins.flatMap(({ source }) => source ?? []).sort();
}

test("what Claude Code itself writes is read without a part left over", () => {
  restore();
  const found = inventory();
  expect(found).toMatchObject({
    records: {
      kind: "read",
      dropped: [],
      value: [
        { plugin: PLUGIN, scope: "user", version: "1.0.0", installPath: cachePath(world, "1.0.0") },
        { plugin: "beta@own", scope: "user", version: "3.0.0", gitCommitSha: null },
      ],
    },
    marketplaces: {
      kind: "read",
      dropped: [],
      value: [
        {
          name: "labmkt",
          source: { kind: "github", repo: "lab/mkt" },
          stands: "git",
          manifest: { kind: "read" },
        },
        { name: "own", source: { kind: "directory" }, stands: "folder", manifest: { kind: "read" } },
      ],
    },
    cache: [
      { marketplace: "labmkt", name: "alpha", version: "1.0.0", orphanedAt: null, holders: [] },
      { marketplace: "own", name: "beta", version: "3.0.0", folder: { hooks: { kind: "read" } } },
    ],
    enablements: [
      { plugin: PLUGIN, enabled: true },
      { plugin: "beta@own", enabled: true },
    ],
    declared: [{ name: "labmkt" }, { name: "own" }],
    unlisted: [],
    unrecorded: [],
    processes: [],
  });
});

test.each([
  ["a folder below it in its repository", true, [PLUGIN]],
  ["a folder below it without a repository", false, []],
])("a record of a project, for %s", async (_what, repository, expected) => {
  restore();
  const root = world.makeProject(`recorded-${repository}`);
  const below = join(root, "below");
  mkdirSync(below);
  if (repository) runGit(root, ["init", "--quiet"]);
  changeRecords(world, (records) =>
    records.map((record) => ({ ...record, scope: "project", projectPath: root })),
  );
  const here = inventory({ cwd: below }).recordsHere.map(({ plugin }) => plugin);
  expect(here.filter((id) => id === PLUGIN)).toEqual(expected);
  expect((await loadedIn({ cwd: below })).filter((id) => id === PLUGIN)).toEqual(expected);
});

test("local settings are those of the repository", async () => {
  restore();
  const root = world.makeProject("local");
  const below = join(root, "below");
  mkdirSync(below);
  runGit(root, ["init", "--quiet"]);
  await disablePlugin(world, PLUGIN, { cwd: below, scope: "local" });
  const words = inventory({ cwd: below }).enablements.find(({ plugin }) => plugin === PLUGIN);
  expect(words).toMatchObject({ enabled: false, words: [{ scope: "user" }, { scope: "local" }] });
  expect(words?.words.at(-1)?.path).toBe(join(root, ".claude", "settings.local.json"));
  expect(await loadedIn({ cwd: below })).toEqual(["beta@own"]);
});

test("variables of the user's settings bring plugins, and so do folders of skills", async () => {
  restore();
  const loose = join(world.home.root, "loose");
  const cwd = world.makeProject("skilled");
  const places = { gamma: loose, delta: join(cwd, ".claude/skills/delta") };
  for (const [name, folder] of Object.entries(places)) {
    writeFiles(folder, Object.entries(pluginFiles({ name, version: "1.0.0", folder: "." })));
  }
  writeUserSettings(world.home, { env: { CLAUDE_CODE_PLUGIN_DIRS: loose } });
  const found = inventory({ cwd }).unrecorded.map(({ id }) => id);
  expect(found).toEqual(["gamma@inline", "delta@skills-dir"]);
  expect(await loadedIn({ cwd })).toEqual([...found].sort());
});

test.each([
  ["a sibling of an unknown shape", (text: string) => text.replace('"beta@own": [', '"beta@own": [ 3,')],
  ["a byte order mark", (text: string) => `\uFEFF${text}`],
  ["a version that it does not know", (text: string) => text.replace('"version": 2', '"version": 3')],
])("install records with %s load nothing, though their marketplace is in order", async (_what, change) => {
  restore();
  const before = readFileSync(recordsPath(world), "utf8");
  writeFileSync(recordsPath(world), change(before));
  expect(readFileSync(recordsPath(world), "utf8")).not.toBe(before);
  expect(inventory().records.kind).not.toBe("read");
  expect((await loadedIn({})).filter((id) => id === PLUGIN)).toEqual([]);
});
