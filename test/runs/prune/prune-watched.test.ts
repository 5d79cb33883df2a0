import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { ChangeId } from "#base/ids.ts";
import { parseShape } from "#base/json.ts";
import type { Locations } from "#runs/locations.ts";
import { pruneWatched } from "#runs/prune/prune-watched.ts";
import { RETENTION } from "#runs/prune/retention.ts";
import { changesFolder, listChanges, markChange, recordChange } from "#runs/settings-changes.ts";
import { confirmWatched, keepWatched, watchedFile, watchedFolder } from "#runs/watched.ts";
import { ageFiles } from "#test/aged-state.ts";
import { freshLocations } from "#test/state-root.ts";

const NOW = new Date();

const idOf = (digit: string) => parseShape(digit.repeat(20), ChangeId);
const settings = (path: string) => ({ kind: "settings", path }) as const;

function watch(locations: Locations, path: string): void {
  keepWatched(locations, { ...settings(path), signature: "", facts: {}, n: 1, at: NOW.toISOString() });
}

function record(locations: Locations, path: string, digit: string): void {
  const at = NOW.toISOString();
  const seen = { since: at, at, by: "stop", sessions: [] } as const;
  recordChange(locations, { ...settings(path), ...seen, sessions: [], changes: [], id: idOf(digit) });
}

function age(locations: Locations): void {
  for (const folder of [changesFolder(locations), watchedFolder(locations)]) ageFiles(folder, NOW, 200);
}

function counts(locations: Locations, dryRun = false) {
  const { changes, watched } = pruneWatched(locations, { retention: RETENTION, now: NOW, dryRun });
  return [changes.count, watched.count];
}

const isWatched = (locations: Locations, path: string): boolean =>
  existsSync(watchedFile(locations, settings(path)));

test("a change goes once it was told, and what is watched once no change of it is left", () => {
  const locations = freshLocations();
  expect(counts(locations)).toEqual([0, 0]);
  for (const path of ["/told", "/untold", "/in-use"]) watch(locations, path);
  record(locations, "/told", "a");
  record(locations, "/untold", "b");
  markChange(locations, idOf("a"), "said");
  markChange(locations, idOf("a"), "settled");
  expect(counts(locations)).toEqual([0, 0]);
  age(locations);
  confirmWatched(locations, settings("/in-use"), NOW);
  expect(counts(locations, true)).toEqual([1, 1]);
  expect(counts(locations)).toEqual([1, 1]);
  expect(listChanges(locations).changes.map(({ change: { path } }) => path)).toEqual(["/untold"]);
  expect(["/told", "/untold", "/in-use"].map((path) => isWatched(locations, path))).toEqual([
    false,
    true,
    true,
  ]);
});

test("one that was told of lately stays, however old it is", () => {
  const locations = freshLocations();
  watch(locations, "/late");
  record(locations, "/late", "a");
  age(locations);
  markChange(locations, idOf("a"), "said");
  expect(counts(locations)).toEqual([0, 0]);
});

test("a record that cannot be read may be of any file: it stays, and what is remembered of all", () => {
  const locations = freshLocations();
  watch(locations, "/any");
  record(locations, "/any", "a");
  writeFileSync(join(changesFolder(locations), `${idOf("a")}.json`), "{");
  age(locations);
  expect(counts(locations)).toEqual([0, 0]);
});
