import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { readMarketplaces, readSeedMarketplaces } from "#claude/plugins/known-marketplaces.ts";
import { json, marketplaceFiles } from "#test/plugins/plugin-files.ts";
import { SPOILED, spoil, spoilings } from "#test/plugins/spoiled-file.ts";
import { writeFiles } from "#test/plugins/write-files.ts";
import { scratchFolder } from "#test/scratch-folder.ts";

const ENTRY = { name: "alpha", source: "./plugins/alpha", version: "1.0.0" };
const OFFERS = marketplaceFiles("mkt", [ENTRY]);
const GITHUB = { source: "github", repo: "lab/mkt" };

function stage(files: Parameters<typeof writeFiles>[1]) {
  const root = scratchFolder();
  writeFiles(root, files);
  const path = join(root, "known_marketplaces.json");
  return {
    root,
    place: join(root, "mkt"),
    manifest: join(root, "mkt", ".claude-plugin", "marketplace.json"),
    knows: (known: unknown) => {
      writeFileSync(path, typeof known === "string" ? known : JSON.stringify(known));
      return readMarketplaces(path);
    },
    first: (extra: object = {}) => {
      const known = { mkt: { source: GITHUB, installLocation: join(root, "mkt"), ...extra } };
      writeFileSync(path, JSON.stringify(known));
      const found = readMarketplaces(path);
      return found.kind === "read" ? found.value[0] : undefined;
    },
  };
}

const inFolder = (folder: string) =>
  Object.entries(OFFERS).map(([path, file]) => [`${folder}/${path}`, file] as const);

test.each([
  [GITHUB, { kind: "github", repo: "lab/mkt", ref: null }],
  [
    { ...GITHUB, ref: "main" },
    { kind: "github", repo: "lab/mkt", ref: "main" },
  ],
  [
    { source: "git", url: "https://h/m.git" },
    { kind: "git", url: "https://h/m.git", ref: null },
  ],
  [
    { source: "url", url: "https://h/m.json" },
    { kind: "url", url: "https://h/m.json" },
  ],
  [
    { source: "directory", path: "/m" },
    { kind: "directory", path: "/m" },
  ],
  [
    { source: "file", path: "/m.json" },
    { kind: "file", path: "/m.json" },
  ],
  [
    { source: "npm", package: "@lab/mkt" },
    { kind: "npm", package: "@lab/mkt" },
  ],
  [
    { source: "settings", name: "mkt" },
    { kind: "other", name: "settings" },
  ],
  [
    { source: "github", repo: 3 },
    { kind: "other", name: "github" },
  ],
  [null, { kind: "other", name: "object" }],
])("a marketplace from %o", (source, kind) => {
  expect(stage(inFolder("mkt")).first({ source })?.source).toEqual(kind);
});

test("a marketplace is told with what it offers, and with the host's own words on it", () => {
  const { first, manifest, place } = stage(inFolder("mkt"));
  expect(first({ lastUpdated: "2026-11-01T09:00:00.000Z", autoUpdate: true })).toEqual({
    name: "mkt",
    source: { kind: "github", repo: "lab/mkt", ref: null },
    installLocation: place,
    lastUpdated: "2026-11-01T09:00:00.000Z",
    autoUpdate: true,
    stands: "folder",
    copiedCommit: null,
    manifest: {
      path: manifest,
      kind: "read",
      dropped: [],
      value: {
        name: "mkt",
        entries: [
          {
            name: "alpha",
            version: "1.0.0",
            source: { kind: "relative", path: "plugins/alpha" },
            strict: true,
            hooks: undefined,
          },
        ],
      },
    },
  });
  expect(first()).toMatchObject({ lastUpdated: null, autoUpdate: null });
});

test("what stands there is a clone, a copy with its commit, a folder, a file or nothing", () => {
  const { first, place } = stage(inFolder("mkt"));
  const commit = "0123456789012345678901234567890123456789";
  writeFiles(place, [[".gcs-sha", `${commit}\n`]]);
  expect(first()).toMatchObject({ stands: "gcs", copiedCommit: commit });
  writeFiles(place, [[".gcs-sha", "not a commit"]]);
  expect(first()).toMatchObject({ stands: "folder", copiedCommit: null });
  mkdirSync(join(place, ".git"));
  expect(first()).toMatchObject({ stands: "git" });
  writeFiles(place, [[".", null]]);
  expect(first()).toMatchObject({ stands: "absent", manifest: { kind: "absent" } });
  writeFileSync(place, json({ name: "mkt", plugins: [ENTRY] }));
  expect(first()).toMatchObject({ stands: "file", manifest: { kind: "read", path: place } });
  spoil(place, "a pipe");
  expect(first()).toMatchObject({ stands: "unreadable", manifest: { kind: "absent" } });
});

test("entries of another shape are dropped one by one, those of another source stay", () => {
  const plugins = [
    { name: "alpha" },
    3,
    { source: "./x" },
    { name: "beta", source: { source: "ipfs" } },
    ENTRY,
  ];
  const { first, place } = stage([]);
  writeFiles(place, [[".claude-plugin/marketplace.json", `\uFEFF${json({ plugins })}`]]);
  const manifest = first()?.manifest;
  expect(manifest).toMatchObject({
    kind: "read",
    dropped: ["plugins: entry 2 has no name", "plugins: entry 3 has no name"],
    value: { name: null },
  });
  expect(
    manifest?.kind === "read" && manifest.value.entries.map(({ name, source }) => [name, source.kind]),
  ).toEqual([
    ["alpha", "other"],
    ["beta", "other"],
    ["alpha", "relative"],
  ]);
});

test.each([
  ["./plugins", { kind: "relative", path: "plugins/alpha" }],
  ["../plugins", { kind: "other", text: "alpha" }],
  [3, { kind: "other", text: "alpha" }],
])("a root of plugins at %s", (pluginRoot, source) => {
  const { first, place } = stage([]);
  const offers = { name: "mkt", metadata: { pluginRoot }, plugins: [{ name: "alpha", source: "alpha" }] };
  writeFiles(place, [[".claude-plugin/marketplace.json", json(offers)]]);
  const manifest = first()?.manifest;
  expect(manifest?.kind === "read" && manifest.value.entries[0]?.source).toEqual(source);
});

test("a marketplace of another shape is dropped, its siblings count", () => {
  const { knows, place } = stage(inFolder("mkt"));
  const known = `{"__proto__":3,"odd":{"source":3},"mkt":${JSON.stringify({ source: GITHUB, installLocation: place })}}`;
  expect(knows(known)).toMatchObject({
    kind: "read",
    dropped: ["__proto__: not of a known shape", "odd: not of a known shape"],
    value: [{ name: "mkt" }],
  });
  expect(knows(`\uFEFF${known}`).kind).toBe("unreadable");
});

test.each(spoilings())("a file that is %s is a result, of both kinds", (how) => {
  const { root, first, manifest } = stage(inFolder("mkt"));
  spoil(manifest, how);
  expect(first()?.manifest).toMatchObject({ path: manifest, kind: SPOILED[how] });
  const path = join(root, "known_marketplaces.json");
  spoil(path, how);
  expect(readMarketplaces(path)).toMatchObject({ path, kind: SPOILED[how] });
});

test("of seeds the first that holds a marketplace counts, wherever its record says that it is", () => {
  const root = scratchFolder();
  const known = json({
    mkt: { source: GITHUB, installLocation: "/elsewhere" },
    gone: { source: GITHUB, installLocation: "/x" },
  });
  for (const seed of ["empty", "one", "two"])
    writeFiles(join(root, seed), [["known_marketplaces.json", known]]);
  writeFiles(join(root, "one"), [["marketplaces/mkt.json", json({ name: "mkt", plugins: [] })]]);
  writeFiles(join(root, "two", "marketplaces", "mkt"), Object.entries(OFFERS));
  const found = readSeedMarketplaces(["none", "empty", "one", "two"].map((seed) => join(root, seed)));
  expect(found).toMatchObject([
    { name: "mkt", installLocation: join(root, "one/marketplaces/mkt.json"), stands: "file" },
  ]);
});
