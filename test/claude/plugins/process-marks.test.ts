import { mkdirSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { processMarks } from "#claude/plugins/process-marks.ts";
import { scratchFolder } from "#test/scratch-folder.ts";

function mark(cache: string, way: string, name: string, at: number): void {
  const path = join(cache, way, ".in_use", name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, "");
  utimesSync(path, at, at);
}

test("the marks of one process are found, with their times, in the order of their folders", () => {
  const cache = join(scratchFolder(), "cache");
  mark(cache, "lab/beta/2.0.0", "7", 20);
  mark(cache, "lab/alpha/1.0.0", "7", 10);
  mark(cache, "lab/alpha/1.0.0", "77", 10);
  mark(cache, ".staging/alpha/1.0.0", "7", 10);
  mark(cache, "lab/.tmp/1.0.0", "7", 10);
  expect(processMarks(cache, 7)).toEqual([
    { marketplace: "lab", name: "alpha", folder: `${cache}/lab/alpha/1.0.0`, markedAt: 10_000 },
    { marketplace: "lab", name: "beta", folder: `${cache}/lab/beta/2.0.0`, markedAt: 20_000 },
  ]);
});

test("of a version that is a link the marks lie beside the cache", () => {
  const plugins = scratchFolder();
  const cache = join(plugins, "cache");
  mkdirSync(join(cache, "lab/alpha"), { recursive: true });
  symlinkSync(scratchFolder(), join(cache, "lab/alpha/1.0.0"));
  expect(processMarks(cache, 7)).toEqual([]);
  mkdirSync(join(plugins, ".in_use-links/lab/alpha/1.0.0"), { recursive: true });
  writeFileSync(join(plugins, ".in_use-links/lab/alpha/1.0.0/7"), "");
  expect(processMarks(cache, 7)).toMatchObject([{ folder: join(cache, "lab/alpha/1.0.0") }]);
});

test("files in the place of folders, and a cache that is not there, hold no marks", () => {
  const cache = join(scratchFolder(), "cache");
  expect(processMarks(cache, 7)).toEqual([]);
  mkdirSync(join(cache, "lab/alpha"), { recursive: true });
  for (const way of ["file", "lab/file", "lab/alpha/file"]) writeFileSync(join(cache, way), "");
  expect(processMarks(cache, 7)).toEqual([]);
});
