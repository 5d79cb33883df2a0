import {
  cpSync,
  lstatSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { readInventory } from "#claude/plugins/inventory.ts";
import { belowNoRepository } from "#test/below-no-repository.ts";
import { deadHolder, liveHolder } from "#test/plugins/holders.ts";
import { type LaidOutPlugins, layOutPlugins } from "#test/plugins/lay-out-plugins.ts";
import { json, marketplaceFiles, pluginFiles } from "#test/plugins/plugin-files.ts";
import { SPOILED, spoil, spoilings } from "#test/plugins/spoiled-file.ts";
import { writeFiles } from "#test/plugins/write-files.ts";

const PLUGIN = "alpha@labmkt";

function laidOut(): LaidOutPlugins {
  const one = { repository: "lab/mkt", commit: "one" };
  const world = layOutPlugins({
    repositories: [
      {
        name: "lab/mkt",
        commits: [
          {
            label: "one",
            files: {
              ...marketplaceFiles("labmkt", [{ name: "alpha", source: "./plugins/alpha" }]),
              ...pluginFiles({ name: "alpha", version: "1.0.0" }),
            },
          },
        ],
      },
    ],
    marketplaces: [{ name: "labmkt", repository: "lab/mkt" }],
    records: { [PLUGIN]: [{ version: "1.0.0", commit: one }] },
    caches: [
      { plugin: PLUGIN, version: "0.9.0", from: one, orphanedAt: 1_795_300_979_482, holders: [deadHolder()] },
      { plugin: PLUGIN, version: "1.0.0", from: one, holders: [liveHolder(process.pid)] },
    ],
    projects: { plain: { "README.md": "" } },
    sessions: [
      { ...liveHolder(process.pid), sessionId: "00000000-0000-4000-8000-000000000001", project: "plain" },
    ],
  });
  onTestFinished(() => world.remove());
  return world;
}

function inventoryOf(world: LaidOutPlugins, environment: NodeJS.ProcessEnv = {}) {
  return readInventory({
    environment: { CLAUDE_CONFIG_DIR: world.configDirectory, ...environment },
    home: world.home,
    cwd: world.projectPath("plain"),
    platform: process.platform,
  });
}

test("the files of one installation are read side by side", () => {
  const world = laidOut();
  const found = inventoryOf(world);
  expect(found).toMatchObject({
    enablements: [{ plugin: PLUGIN, enabled: true }],
    records: {
      kind: "read",
      value: [{ plugin: PLUGIN, gitCommitSha: world.commit({ repository: "lab/mkt", commit: "one" }) }],
    },
    recordsHere: [{ plugin: PLUGIN }],
    marketplaces: { kind: "read", value: [{ name: "labmkt", stands: "git", manifest: { kind: "read" } }] },
    cache: [
      { version: "0.9.0", orphanedAt: 1_795_300_979_482, holders: [{ state: "dead" }] },
      { version: "1.0.0", orphanedAt: null, holders: [{ state: "alive", pid: process.pid }] },
    ],
    cacheLeftOut: 0,
    unlisted: [],
    unrecorded: [],
    declared: [{ name: "labmkt", scope: "user" }],
    processes: [{ pid: process.pid, sessionId: "00000000-0000-4000-8000-000000000001" }],
  });
});

test("a config directory behind a link is read as it is named", () => {
  const world = laidOut();
  const link = join(world.root, "link");
  symlinkSync(world.configDirectory, link);
  const found = inventoryOf(world, { CLAUDE_CONFIG_DIR: link });
  expect(found.places.cache).toBe(join(link, "plugins", "cache"));
  expect(found.cache.map(({ version }) => version)).toEqual(["0.9.0", "1.0.0"]);
});

test("records of a project count in its whole repository, and nowhere else", () => {
  belowNoRepository();
  const world = laidOut();
  const project = world.projectPath("plain");
  const below = join(project, "below");
  const record = { scope: "project", installPath: "/x", version: "1" };
  const records = [
    { ...record, projectPath: project },
    { ...record, projectPath: below },
    { ...record, projectPath: world.root },
    record,
    { ...record, scope: "managed" },
  ];
  writeFiles(below, [["x", ""]]);
  writeFileSync(
    join(world.pluginsDirectory, "installed_plugins.json"),
    json({ version: 2, plugins: { [PLUGIN]: records } }),
  );
  const here = (cwd: string) =>
    readInventory({
      environment: { CLAUDE_CONFIG_DIR: world.configDirectory },
      home: world.home,
      cwd,
      platform: process.platform,
    }).recordsHere.map(({ index }) => index);
  expect([here(project), here(below)]).toEqual([
    [0, 4],
    [1, 4],
  ]);
  world.gitIn(project, "init", "-q");
  expect([here(project), here(below)]).toEqual([
    [0, 1, 4],
    [0, 1, 4],
  ]);
});

test("variables in the user's settings move the places", () => {
  const world = laidOut();
  const moved = join(world.root, "moved");
  cpSync(world.pluginsDirectory, moved, { recursive: true });
  const settings = { enabledPlugins: {}, env: { CLAUDE_CODE_PLUGIN_CACHE_DIR: moved } };
  writeFileSync(join(world.configDirectory, "settings.json"), json(settings));
  expect(inventoryOf(world).places.pluginsDirectory).toBe(moved);
});

test("a start takes over the marketplaces of seeds", () => {
  const world = laidOut();
  const seed = join(world.root, "seed");
  cpSync(world.pluginsDirectory, seed, { recursive: true });
  writeFiles(world.pluginsDirectory, [[".", null]]);
  const found = inventoryOf(world, { CLAUDE_CODE_PLUGIN_SEED_DIR: seed });
  expect(found.records.kind).toBe("absent");
  expect(found.marketplaces).toMatchObject({
    kind: "read",
    value: [{ name: "labmkt", installLocation: join(seed, "marketplaces", "labmkt"), autoUpdate: false }],
  });
  expect(found.unrecorded.map(({ id, origin }) => [id, origin])).toEqual([
    [PLUGIN, "seed"],
    [PLUGIN, "seed"],
  ]);
  writeFiles(world.pluginsDirectory, [["known_marketplaces.json", "{"]]);
  expect(inventoryOf(world, { CLAUDE_CODE_PLUGIN_SEED_DIR: seed }).marketplaces.kind).toBe("unreadable");
});

test("nothing is changed by a look, not even a time", () => {
  const world = laidOut();
  const before = stateOf(world.root);
  inventoryOf(world);
  expect(stateOf(world.root)).toEqual(before);
});

test("every file of it may be spoiled at once, in every way", () => {
  const world = laidOut();
  const version = "plugins/cache/labmkt/alpha/1.0.0";
  const files = [
    "settings.json",
    "plugins/installed_plugins.json",
    "plugins/known_marketplaces.json",
    `sessions/${process.pid}.json`,
    `${version}/.claude-plugin/plugin.json`,
    `${version}/hooks/hooks.json`,
    `${version}/.in_use`,
    `${version}/.orphaned_at`,
    "plugins/cache/labmkt/alpha/0.9.0",
    "skills",
  ];
  for (const how of spoilings()) {
    for (const file of files) spoil(join(world.configDirectory, file), how);
    const { records, marketplaces, cache } = inventoryOf(world);
    const manifest = cache.find((one) => one.version === "1.0.0")?.folder.manifest;
    const kind = SPOILED[how];
    expect([how, records.kind, marketplaces.kind, manifest?.kind]).toEqual([how, kind, kind, kind]);
  }
});

/** Every path below a folder with its content, its mode and its times, that of the last look apart. */
function stateOf(folder: string): readonly unknown[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .sort()
    .map((name) => {
      const path = join(folder, name);
      const found = lstatSync(path, { bigint: true });
      const content = found.isFile()
        ? readFileSync(path, "base64")
        : found.isSymbolicLink()
          ? readlinkSync(path)
          : "";
      return [name, found.mode, found.size, found.mtimeNs, found.ctimeNs, content];
    });
}
