import { existsSync, mkdirSync, readdirSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { pruneIfDue } from "#commands/prune/prune-if-due.ts";
import type { Locations } from "#runs/locations.ts";
import { writeAgedSession } from "#test/aged-state.ts";
import { freshLocations } from "#test/state-root.ts";

const NOW = new Date();
const DAY_MS = 24 * 60 * 60 * 1000;
const NEVER = new AbortController().signal;

async function withOldSession(): Promise<Locations> {
  const locations = freshLocations();
  await writeAgedSession(locations, { name: "old", now: NOW, days: 200 });
  return locations;
}

function marked(locations: Locations, days: number): string {
  const mark = join(locations.pruned, "last");
  mkdirSync(locations.pruned, { recursive: true });
  writeFileSync(mark, "");
  const at = new Date(NOW.getTime() - days * DAY_MS);
  utimesSync(mark, at, at);
  return mark;
}

async function ask(locations: Locations): Promise<boolean> {
  await pruneIfDue(join(locations.servers, "a".repeat(20)), NOW, NEVER);
  return readdirSync(locations.sessions).length === 0;
}

test("a root is pruned once a day, also after the clock was put back", async () => {
  const locations = await withOldSession();
  marked(locations, 0.9);
  expect(await ask(locations)).toBe(false);
  marked(locations, 1.1);
  expect(await ask(locations)).toBe(true);
  await writeAgedSession(locations, { name: "old", now: NOW, days: 200 });
  expect(await ask(locations)).toBe(false);
  marked(locations, -3);
  expect(await ask(locations)).toBe(true);
});

test("a root that was made today is left alone, and one that is gone is not made again", async () => {
  const locations = await withOldSession();
  expect(await ask(locations)).toBe(false);
  rmSync(locations.root, { recursive: true });
  await pruneIfDue(join(locations.servers, "a".repeat(20)), NOW, NEVER);
  expect(existsSync(locations.root)).toBe(false);
});

test("after a leap of the clock nothing goes on the first day: it may be set right again", async () => {
  const locations = await withOldSession();
  const mark = marked(locations, 200);
  expect(await ask(locations)).toBe(false);
  expect(Math.abs(statSync(mark).mtimeMs - Date.now())).toBeLessThan(60_000);
  marked(locations, 1.1);
  expect(await ask(locations)).toBe(true);
});
