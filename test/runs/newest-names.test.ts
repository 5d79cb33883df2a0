import { mkdirSync, readdirSync, rmSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { listingsFolder } from "#runs/kept-listing.ts";
import type { Locations } from "#runs/locations.ts";
import { newestNames } from "#runs/newest-names.ts";
import { freshLocations } from "#test/state-root.ts";

const isOne = (name: string): boolean => /^\d{5}$/.test(name);
const PAST = new Date("2026-01-01T00:00:00.000Z");

function crowded(
  locations: Locations,
  count: number,
): { readonly folder: string; readonly names: readonly string[] } {
  const folder = join(locations.root, "day");
  const names = Array.from({ length: count }, (_, index) => String(index).padStart(5, "0"));
  mkdirSync(folder);
  for (const name of ["junk", ...names]) writeFileSync(join(folder, name), "");
  utimesSync(folder, PAST, PAST);
  return { folder, names: names.toReversed() };
}

function some(locations: Locations, folder: string, most: number): readonly string[] {
  const found: string[] = [];
  for (const name of newestNames(locations, folder, isOne)) {
    found.push(name);
    if (found.length === most) break;
  }
  return found;
}

test("few names and very many are yielded whole, the greatest first", () => {
  for (const count of [0, 1, 499, 500, 501, 1_200]) {
    const locations = freshLocations();
    const { folder, names } = crowded(locations, count);
    expect([...newestNames(locations, folder, isOne)]).toEqual(names);
  }
});

test("what is kept of a crowded folder counts only while no name comes or goes", () => {
  const locations = freshLocations();
  const { folder, names } = crowded(locations, 5_001);
  // One that changed just now, however long this takes, could change again without a trace.
  const now = new Date(Date.now() + 600_000);
  utimesSync(folder, now, now);
  expect(some(locations, folder, 3)).toEqual(names.slice(0, 3));
  expect(readdirSync(locations.root)).toEqual(["day"]);
  utimesSync(folder, PAST, PAST);
  // Where nothing can be kept, the folder is read.
  writeFileSync(listingsFolder(locations), "");
  expect(some(locations, folder, 3)).toEqual(names.slice(0, 3));
  rmSync(listingsFolder(locations));
  expect(some(locations, folder, 3)).toEqual(names.slice(0, 3));
  const [kept = ""] = readdirSync(listingsFolder(locations));
  expect(kept).toMatch(/^[0-9a-f]{20}\.json$/);
  expect(some(locations, folder, 3)).toEqual(names.slice(0, 3));
  expect([...newestNames(locations, folder, isOne)]).toEqual(names);
  writeFileSync(join(folder, "99999"), "");
  expect(some(locations, folder, 2)).toEqual(["99999", "05000"]);
  // Even with the time put back: the inode's own change shows.
  utimesSync(folder, PAST, PAST);
  expect(some(locations, folder, 2)).toEqual(["99999", "05000"]);
  rmSync(join(folder, "99999"));
  utimesSync(folder, PAST, PAST);
  expect(some(locations, folder, 1)).toEqual(["05000"]);
  writeFileSync(join(listingsFolder(locations), kept), "{torn");
  expect(some(locations, folder, 1)).toEqual(["05000"]);
});

test("what is no folder holds no names", () => {
  const locations = freshLocations();
  writeFileSync(join(locations.root, "file"), "");
  symlinkSync("loop", join(locations.root, "loop"));
  for (const name of ["file", "loop", "gone"])
    expect(some(locations, join(locations.root, name), 1)).toEqual([]);
});
