import { mkdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { type CodexInventory, readCodexInventory } from "#codex/plugins/inventory.ts";
import { type CodexPlaces, codexPlaces } from "#codex/plugins/plugin-places.ts";
import type { Files } from "#test/plugins/repository-spec.ts";
import { writeFiles } from "#test/plugins/write-files.ts";
import { scratchFolder } from "#test/scratch-folder.ts";

const MANIFEST = '{"name":"alpha","version":"1.0.0"}';
const BOTH = `[plugins."alpha@lab"]
enabled = true

[plugins."beta@lab"]
enabled = false
`;

test("nothing is there: nothing is known, and nothing is wrong", () => {
  const { inventory } = read({});
  expect(inventory).toMatchObject({
    enablements: [],
    records: { kind: "read", value: [] },
    marketplaces: { kind: "read", value: [] },
    cache: [],
    unlisted: [],
  });
});

test("a configured plugin is recorded by the folder that would be loaded, others of it are only cached", () => {
  const { inventory, places } = read({
    "codex/config.toml": '[plugins."alpha@lab"]\n',
    "codex/plugins/cache/lab/alpha/1.9.0/.claude-plugin/plugin.json": MANIFEST,
    "codex/plugins/cache/lab/alpha/1.10.0/.codex-plugin/plugin.json": '{"name":"alpha","version":" 1.10.0 "}',
    "codex/plugins/cache/lab/plugin-install-x/alpha/1.0.0/.codex-plugin/plugin.json": MANIFEST,
    "codex/plugins/cache/lab/loose/local/.cursor-plugin/plugin.json": '{"name":"loose"}',
  });
  const active = join(places.cache, "lab", "alpha", "1.10.0");
  expect(inventory.records).toMatchObject({
    value: [{ plugin: "alpha@lab", index: 0, installPath: active, version: "1.10.0", gitCommitSha: null }],
  });
  expect(inventory.enablements).toEqual([
    { plugin: "alpha@lab", enabled: true, words: [{ scope: "user", path: places.config, enabled: true }] },
  ]);
  expect(
    inventory.cache.map(({ name, version, folder }) => [name, version, taken(folder.manifest)?.version]),
  ).toEqual([
    ["alpha", "1.10.0", "1.10.0"],
    ["alpha", "1.9.0", "1.0.0"],
    ["loose", "local", null],
  ]);
});

test("a configured plugin without a folder is recorded where it should be", () => {
  const { inventory, places } = read({ "codex/config.toml": BOTH });
  symlinkSync("/", makeFolder(join(places.cache, "lab", "alpha"), "1.0.0"));
  expect(readCodexInventory(places).records).toMatchObject({
    value: [
      { plugin: "alpha@lab", installPath: join(places.cache, "lab", "alpha", "local"), version: null },
      { plugin: "beta@lab" },
    ],
  });
  expect(inventory.enablements.map(({ enabled }) => enabled)).toEqual([true, false]);
});

test("the last word counts: the machine, the user, then what the user trusts", () => {
  const { places } = read({
    "etc/config.toml": '[plugins]\n"machine@lab" = { enabled = true }\n"alpha@lab".enabled = false\n',
    "codex/config.toml": `${BOTH}\n[projects."ROOT/repository"]\ntrust_level = "trusted"\n`,
    "repository/.git/HEAD": "",
    "repository/.codex/config.toml": '[plugins."beta@lab"]\nenabled = true\n[plugins."own@lab"]\n',
    "repository/below/.codex/config.toml": '[plugins."own@lab"]\nenabled = false\n',
  });
  const inside = readCodexInventory({ ...places, project: join(places.project, "repository", "below") });
  expect(enabledIn(inside)).toEqual({
    "alpha@lab": true,
    "beta@lab": true,
    "machine@lab": true,
    "own@lab": false,
  });
  const outside = readCodexInventory({ ...places, project: join(places.project, "below") });
  expect(enabledIn(outside)).toEqual({ "alpha@lab": true, "beta@lab": false, "machine@lab": true });
});

test("a folder that is not trusted has no say, though the repository around it has", () => {
  const { places } = read({
    "codex/config.toml": `[projects."ROOT/repository"]\ntrust_level = "trusted"\n[projects."ROOT/repository/below"]\ntrust_level = "untrusted"\n`,
    "repository/.git": "gitdir: elsewhere",
    "repository/.codex/config.toml": '[plugins."beta@lab"]\n',
    "repository/below/.codex/config.toml": '[plugins."own@lab"]\n',
  });
  const inside = readCodexInventory({ ...places, project: join(places.project, "repository", "below") });
  expect(enabledIn(inside)).toEqual({ "beta@lab": true });
});

test("switched off as a whole, no plugin is enabled, and the file that says so has the last word", () => {
  const { inventory, places } = read({ "codex/config.toml": `${BOTH}[features]\nplugins = false\n` });
  expect(inventory.enablements).toMatchObject([
    {
      plugin: "alpha@lab",
      enabled: false,
      words: [{ enabled: true }, { path: places.config, enabled: false }],
    },
    { plugin: "beta@lab", enabled: false },
  ]);
});

test.each([
  ["cut off", '[plugins."alpha@lab'],
  ["of a wrong type", '[plugins."alpha@lab"]\nenabled = "yes"\n'],
  ["of a wrong shape", "plugins = 3\n"],
])(
  "a configuration that is %s makes records and marketplaces unreadable, for Codex refuses it",
  (_, toml) => {
    const { inventory, places } = read({ "codex/config.toml": toml });
    expect(inventory.records).toMatchObject({ kind: "unreadable", path: places.config });
    expect(inventory.marketplaces).toMatchObject({ kind: "unreadable", path: places.config });
  },
);

test("a folder, or a file in the way, is told and not thrown", () => {
  const { places } = read({
    "codex/plugins/cache": "a file",
    "codex/.tmp/plugins.sha/x": "",
    "codex/.tmp/plugins/x": "",
  });
  mkdirSync(places.config);
  const inventory = readCodexInventory(places);
  expect(inventory.records).toMatchObject({ kind: "unreadable" });
  expect(inventory.unlisted).toEqual([expect.stringContaining(places.cache)]);
});

test("an id that could lead elsewhere is dropped, and its siblings count", () => {
  const { inventory } = read({
    "codex/config.toml": `${BOTH}[plugins."../../x@lab"]\n[plugins."x@.."]\n[plugins.nothing]\n[marketplaces."../up"]\n`,
  });
  expect(inventory.records).toMatchObject({
    value: [{ plugin: "alpha@lab" }, { plugin: "beta@lab" }],
    dropped: ['plugins."../../x@lab"', 'plugins."x@.."', 'plugins."nothing"', 'marketplaces."../up"'],
  });
});

test.each<readonly [string, Files, string | undefined]>([
  [
    "Codex's before Claude's",
    { ".codex-plugin/plugin.json": '{"name":"c"}', ".claude-plugin/plugin.json": MANIFEST },
    "c",
  ],
  [
    "a broken one hides the next",
    { ".codex-plugin/plugin.json": "{", ".claude-plugin/plugin.json": MANIFEST },
    undefined,
  ],
  [
    "a link hides the next",
    {
      ".codex-plugin/plugin.json": { linkTo: "../real.json" },
      "real.json": MANIFEST,
      ".claude-plugin/plugin.json": MANIFEST,
    },
    undefined,
  ],
  ["a plugin.json of no kind is none", { "plugin.json": MANIFEST }, undefined],
  [
    "a portable one comes first",
    {
      "plugin.json": '{"$schema":"https://agent-plugins.org/schemas/1.0.0/plugin.schema.json","name":"p"}',
      ".codex-plugin/plugin.json": '{"name":"c"}',
    },
    "p",
  ],
])("the manifest of a plugin: %s", (_, files, name) => {
  const { inventory } = read(below("codex/plugins/cache/lab/alpha/1.0.0", files));
  expect(taken(inventory.cache[0]?.folder.manifest)?.name).toBe(name);
});

test("hooks that cannot be read are told beside a manifest that can", () => {
  const { inventory } = read(
    below("codex/plugins/cache/lab/alpha/1.0.0", {
      ".codex-plugin/plugin.json": MANIFEST,
      "hooks/hooks.json": "[",
    }),
  );
  expect(inventory.cache[0]?.folder).toMatchObject({
    manifest: { kind: "read" },
    hooks: { kind: "unreadable" },
  });
});

test("marketplaces: cloned ones, folders, the user's home, and OpenAI's own", () => {
  const { inventory, places } = read({
    "codex/config.toml": `[marketplaces.lab]
source_type = "git"
source = "https://git.example.invalid/lab/mkt.git"
ref = "main"
last_updated = "2026-11-01T09:00:00Z"
[marketplaces.folder]
source_type = "local"
source = "ROOT/folder"
[marketplaces.gone]
source_type = "git"
source = "https://git.example.invalid/gone.git"
`,
    "codex/.tmp/marketplaces/lab/.git/HEAD": "",
    "codex/.tmp/marketplaces/lab/.claude-plugin/marketplace.json": '{"name":"lab","plugins":[]}',
    "folder/.agents/plugins/marketplace.json": '{"name":"named","plugins":[{"name":"x","source":"./x"},7]}',
    "home/.agents/plugins/marketplace.json": '{"name":"mine","plugins":[]}',
    "codex/.tmp/plugins/.agents/plugins/marketplace.json": '{"name":"openai-curated","plugins":[]}',
    "codex/.tmp/plugins.sha": `${"ab".repeat(20)}\n`,
  });
  expect(inventory.marketplaces).toMatchObject({
    value: [
      { name: "gone", stands: "absent", manifest: { kind: "absent" } },
      {
        name: "lab",
        source: { kind: "git", url: "https://git.example.invalid/lab/mkt.git", ref: "main" },
        installLocation: join(places.clones, "lab"),
        lastUpdated: "2026-11-01T09:00:00Z",
        stands: "git",
      },
      { name: "mine", source: { kind: "directory", path: places.userHome } },
      { name: "named", stands: "folder", manifest: { dropped: ["plugin 2 is not of a known shape"] } },
      { name: "openai-curated", source: { kind: "git" }, stands: "folder", copiedCommit: "ab".repeat(20) },
    ],
  });
});

test.each<readonly [unknown, unknown]>([
  ["./plugins/x/", { kind: "relative", path: "plugins/x" }],
  ["./", { kind: "relative", path: "" }],
  ["plugins/x", { kind: "escaping", path: "plugins/x" }],
  ["./../x", { kind: "escaping", path: "./../x" }],
  [
    { source: "local", path: "./y" },
    { kind: "relative", path: "y" },
  ],
  [
    { source: "url", url: "lab/x", sha: "abc" },
    { kind: "git", url: "https://github.com/lab/x.git", path: "", ref: null, sha: "abc" },
  ],
  [
    { source: "git-subdir", url: "https://h.invalid/x.git", path: "./deep/x", ref: " main " },
    { kind: "git", url: "https://h.invalid/x.git", path: "deep/x", ref: "main", sha: null },
  ],
  [
    { source: "git-subdir", url: "https://h.invalid/x.git", path: "../x" },
    { kind: "escaping", path: "../x" },
  ],
  [
    { source: "npm", package: "x", version: "1" },
    { kind: "npm", package: "x", version: "1" },
  ],
  [
    { source: "github", repo: "a/b" },
    { kind: "other", text: "github" },
  ],
  [7, { kind: "other", text: "7" }],
])("an entry's source %j", (source, expected) => {
  const { inventory } = read({
    "codex/config.toml": '[marketplaces.lab]\nsource_type = "git"\nsource = "x"\n',
    "codex/.tmp/marketplaces/lab/.cursor-plugin/marketplace.json": JSON.stringify({
      name: "lab",
      plugins: [{ name: "x", version: "9.9.9", source }],
    }),
  });
  const [lab] = taken(inventory.marketplaces) ?? [];
  expect(taken(lab?.manifest)?.entries).toEqual([
    { name: "x", version: null, source: expected, strict: true, hooks: null },
  ]);
});

test("a great many folders are counted, and not all looked into", () => {
  const { places } = read({});
  for (let number = 0; number < 2_003; number++) {
    mkdirSync(join(places.cache, "lab", `p${number}`, "1.0.0"), { recursive: true });
  }
  const inventory = readCodexInventory(places);
  expect([inventory.cache.length, inventory.cacheLeftOut]).toEqual([2_000, 3]);
});

/** `ROOT` in a text stands for the folder that all of it is in. */
function read(files: Files): { readonly inventory: CodexInventory; readonly places: CodexPlaces } {
  const root = scratchFolder();
  const placed = Object.entries(files).map(
    ([path, file]) => [path, typeof file === "string" ? file.replaceAll("ROOT", root) : file] as const,
  );
  writeFiles(root, placed);
  mkdirSync(join(root, "codex"), { recursive: true });
  const environment = { CODEX_HOME: join(root, "codex"), HOME: join(root, "home") };
  const places = { ...codexPlaces(environment, root), system: join(root, "etc", "config.toml") };
  return { inventory: readCodexInventory(places), places };
}

function below(folder: string, files: Files): Files {
  return Object.fromEntries(Object.entries(files).map(([path, file]) => [`${folder}/${path}`, file]));
}

function makeFolder(folder: string, name: string): string {
  mkdirSync(folder, { recursive: true });
  return join(folder, name);
}

function enabledIn({ enablements }: CodexInventory): Readonly<Record<string, boolean>> {
  return Object.fromEntries(enablements.map(({ plugin, enabled }) => [plugin, enabled]));
}

function taken<T>(found: { readonly kind: string; readonly value?: T } | undefined): T | undefined {
  return found?.value;
}
