import { mkdirSync, symlinkSync, utimesSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { namesInCache } from "#claude/plugins/names-in-cache.ts";
import { readCache } from "#claude/plugins/read-cache.ts";
import { pluginFiles } from "#test/plugins/plugin-files.ts";
import { spoil } from "#test/plugins/spoiled-file.ts";
import { writeFiles } from "#test/plugins/write-files.ts";
import { scratchFolder } from "#test/scratch-folder.ts";

const LOOK = {
  recorded: new Set<string>(),
  startOf: () => "77",
  foreign: new Set<number>(),
  namesOf: namesInCache([]),
};
const MARK = JSON.stringify({ pid: 4711, procStart: "77" });

function cacheOf(files: Parameters<typeof writeFiles>[1]): string {
  const cache = join(scratchFolder(), "cache");
  writeFiles(cache, files);
  return cache;
}

test("each version is told with its marks, in the order of the names", () => {
  const alpha = Object.entries(pluginFiles({ name: "alpha", version: "1.0.0", folder: "mkt/alpha/1.0.0" }));
  const cache = cacheOf([
    ...alpha,
    ["mkt/alpha/1.0.0/.in_use/4711", MARK],
    ["mkt/alpha/0.9.0/.orphaned_at", "1795300979482"],
    ["lab/beta/unknown/x", ""],
  ]);
  const { versions, leftOut, unlisted } = readCache({ ...LOOK, cache });
  expect([leftOut, unlisted]).toEqual([0, []]);
  expect(versions).toMatchObject([
    { marketplace: "lab", name: "beta", version: "unknown", orphanedAt: null, holders: [] },
    {
      marketplace: "mkt",
      name: "alpha",
      version: "0.9.0",
      orphanedAt: 1795300979482,
      folder: { stands: "empty" },
    },
    {
      marketplace: "mkt",
      name: "alpha",
      version: "1.0.0",
      orphanedAt: null,
      folder: { stands: "folder", path: join(cache, "mkt/alpha/1.0.0"), manifest: { kind: "read" } },
      holders: [{ pid: 4711, state: "alive" }],
    },
  ]);
});

test("a mark of orphans that holds no time has one all the same", () => {
  const cache = cacheOf([["mkt/alpha/1/.orphaned_at", "soon"]]);
  utimesSync(join(cache, "mkt/alpha/1/.orphaned_at"), 1_700_000_000, 1_700_000_000);
  spoil(join(cache, "mkt/alpha/2/.orphaned_at"), "a link to itself");
  const [first, second] = readCache({ ...LOOK, cache }).versions;
  expect(first?.orphanedAt).toBe(1_700_000_000_000);
  expect(second?.orphanedAt).toBeGreaterThan(1_700_000_000_000);
});

test("what is no version is none: files, hidden folders, and what an install left half done", () => {
  const cache = cacheOf([
    ["file", ""],
    [".hidden/alpha/1/x", ""],
    ["mkt/alpha/1.0.0.tmp~0123abcd/x", ""],
    ["mkt/alpha/1.0.0.zip", ""],
    ["mkt/alpha/.in_use/x", ""],
  ]);
  expect(readCache({ ...LOOK, cache })).toEqual({ versions: [], leftOut: 0, unlisted: [] });
});

test("a version may be a link, and one that leads nowhere is told", () => {
  const cache = cacheOf([["../built/alpha/x", ""]]);
  mkdirSync(join(cache, "mkt/alpha"), { recursive: true });
  symlinkSync("../../../built/alpha", join(cache, "mkt/alpha/1"));
  symlinkSync("nowhere", join(cache, "mkt/alpha/2"));
  expect(readCache({ ...LOOK, cache }).versions).toMatchObject([
    { version: "1", folder: { stands: "folder" } },
    { version: "2", folder: { stands: "absent" } },
  ]);
});

test("folders with dashes are those of the plugins that other files name", () => {
  const cache = cacheOf([
    ["my-mkt/alpha-x/1/x", ""],
    ["other-mkt/alpha-x/1/x", ""],
  ]);
  const { versions } = readCache({
    ...LOOK,
    cache,
    namesOf: namesInCache(["alpha.x@my.mkt", "alpha-x@another", "@", ""]),
  });
  expect(versions).toMatchObject([
    { marketplace: "my.mkt", name: "alpha.x" },
    { marketplace: "other-mkt", name: "alpha-x" },
  ]);
});

test("a cache that is none is empty, and one that cannot be listed is told", () => {
  expect(readCache({ ...LOOK, cache: join(scratchFolder(), "none") }).unlisted).toEqual([]);
  const cache = cacheOf([["mkt", "a file"]]);
  expect(readCache({ ...LOOK, cache: join(cache, "mkt") }).unlisted).toEqual([
    `${join(cache, "mkt")}: not a folder`,
  ]);
  symlinkSync("nowhere", join(cache, "gone"));
  symlinkSync("mkt", join(cache, "wrong"));
  expect(readCache({ ...LOOK, cache }).unlisted).toEqual([`${join(cache, "wrong")}: not a folder`]);
});

test("of ten thousand folders those on record and as many others as can be are looked into", () => {
  const cache = join(scratchFolder(), "cache");
  const folders = Array.from({ length: 10_000 }, (_none, index) =>
    join(cache, "mkt", "alpha", `1.0.${index}`),
  );
  for (const folder of folders) mkdirSync(folder, { recursive: true });
  const last = folders.at(-1) ?? "";
  const { versions, leftOut } = readCache({ ...LOOK, cache, recorded: new Set([last, "/elsewhere"]) });
  expect([versions.length, leftOut]).toEqual([2_000, 8_000]);
  expect(versions.map(({ version }) => version)).toContain("1.0.9999");
  const names = versions.map(({ folder }) => folder.path);
  expect(names).toEqual([...names].sort());
});
