import { existsSync, mkdirSync, readdirSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { locationsOf } from "#runs/locations.ts";
import { pruneLoadedPlugins } from "#runs/prune/prune-loaded-plugins.ts";
import { DAY_MS, RETENTION } from "#runs/prune/retention.ts";
import { scratchFolder } from "#test/scratch-folder.ts";

const now = new Date();
const none: ReadonlySet<string> = new Set();

function stateWith(sessions: Readonly<Record<string, number>>) {
  const root = scratchFolder();
  const locations = locationsOf({ COUNTERSIGN_HOME: root }, root, "linux");
  for (const [session, days] of Object.entries(sessions)) {
    const folder = join(locations.plugins, session);
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, "1.json"), "{}");
    const at = new Date(now.getTime() - days * DAY_MS);
    utimesSync(join(folder, "1.json"), at, at);
  }
  return locations;
}

const options = (dryRun: boolean) => ({ retention: RETENTION, now, dryRun });

test("records go with their session, and old ones of sessions that nobody knows", () => {
  const locations = stateWith({ stays: 999, went: 1, unknown: 1, "long-gone": 181 });
  const sessions = { gone: new Set(["went"]), staying: new Set(["stays"]) };
  expect(pruneLoadedPlugins(locations, sessions, options(true))).toEqual({ count: 2, bytes: 4 });
  expect(readdirSync(locations.plugins)).toHaveLength(4);
  expect(pruneLoadedPlugins(locations, sessions, options(false))).toEqual({ count: 2, bytes: 4 });
  expect(readdirSync(locations.plugins)).toEqual(["stays", "unknown"]);
});

test("what is no record stays, and nothing is followed out of the root", () => {
  const locations = stateWith({ old: 999 });
  writeFileSync(join(locations.plugins, "old", "notes.txt"), "mine");
  const elsewhere = scratchFolder();
  writeFileSync(join(elsewhere, "1.json"), "{}");
  symlinkSync(elsewhere, join(locations.plugins, "link"));
  writeFileSync(join(locations.plugins, "file"), "");
  pruneLoadedPlugins(locations, { gone: new Set(["link", "old"]), staying: none }, options(false));
  expect(existsSync(join(elsewhere, "1.json"))).toBe(true);
  expect(readdirSync(join(locations.plugins, "old"))).toEqual(["notes.txt"]);
});

test("where no record was ever made there is nothing to do", () => {
  const locations = stateWith({});
  expect(pruneLoadedPlugins(locations, { gone: none, staying: none }, options(false))).toEqual({
    count: 0,
    bytes: 0,
  });
});
