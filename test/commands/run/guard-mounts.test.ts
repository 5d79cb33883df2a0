import { existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { ProcessIdentity } from "#base/process-identity.ts";
import { guardMounts, leftMounts, removeLeftMounts } from "#commands/run/guard-mounts.ts";
import type { Locations } from "#runs/locations.ts";
import { mountClaims, writeMountClaim } from "#runs/mount-claims.ts";
import { newRun } from "#runs/records/begin-run.ts";
import type { RunName } from "#runs/records/run-files.ts";
import { goneProcess, thisProcess } from "#test/run-values.ts";
import { scratchFolder } from "#test/scratch-folder.ts";
import { freshLocations } from "#test/state-root.ts";

type Scene = { readonly locations: Locations; readonly folder: string; readonly runs: readonly RunName[] };

async function scene(): Promise<Scene> {
  const locations = freshLocations();
  const runs = [await newRun(locations, new Date()), await newRun(locations, new Date())];
  return { locations, folder: scratchFolder(), runs };
}

function run({ runs }: Scene, index: number): RunName {
  const name = runs[index];
  if (name === undefined) throw new Error("there are two runs");
  return name;
}

/** What a sandbox of Codex makes to mount on. */
function mount({ folder }: Scene, ...names: readonly string[]): void {
  for (const name of names) mkdirSync(join(folder, name));
}

/** As a run leaves it whose process is gone, or still lives. */
function claimed(
  at: Scene,
  process: ProcessIdentity,
  { since = new Date(), names = [".git", ".agents", ".codex", ".aws"] } = {},
): void {
  const paths = names.map((name) => join(at.folder, name));
  writeMountClaim(at.locations, { run: run(at, 1).id, at: since.toISOString(), process, paths });
}

test("what a run's sandbox left goes with the run, and what was there stays", async () => {
  const here = await scene();
  mount(here, ".codex");
  const guard = guardMounts(here.locations, run(here, 0), [here.folder]);
  expect(mountClaims(here.locations)).toMatchObject([{ run: run(here, 0).id, paths: guard.paths }]);
  mount(here, ".git", ".agents");
  guard.tidy();
  expect(readdirSync(here.folder)).toEqual([".codex"]);
  mount(here, ".git");
  guard.release();
  guard.release();
  expect(readdirSync(here.folder)).toEqual([".codex"]);
  expect(mountClaims(here.locations)).toEqual([]);
});

test("of several runs in one folder the last one tidies up, whichever came first", async () => {
  for (const order of [
    [0, 1],
    [1, 0],
  ]) {
    const here = await scene();
    const first = guardMounts(here.locations, run(here, 0), [here.folder]);
    mount(here, ".git");
    const second = guardMounts(here.locations, run(here, 1), [here.folder]);
    const guards = [first, second];
    guards[order[0] ?? 0]?.release();
    expect(readdirSync(here.folder)).toEqual([".git"]);
    guards[order[1] ?? 0]?.release();
    expect(readdirSync(here.folder)).toEqual([]);
  }
});

test("what a run that died has left goes with the next one, anywhere", async () => {
  const here = await scene();
  claimed(here, goneProcess());
  mount(here, ".git", ".aws", ".agents");
  writeFileSync(join(here.folder, ".agents/mine"), "");
  expect(leftMounts(here.locations)[0]?.paths).toHaveLength(3);
  guardMounts(here.locations, run(here, 0), []).release();
  expect(readdirSync(here.folder)).toEqual([".agents"]);
  expect(mountClaims(here.locations)).toEqual([]);
});

test("nothing goes that was there before the run, that is a link, or that a living run may use", async () => {
  const here = await scene();
  mount(here, ".git");
  claimed(here, goneProcess(), { since: new Date(Date.now() + 60_000) });
  removeLeftMounts(here.locations);
  expect(existsSync(join(here.folder, ".git"))).toBe(true);

  const shared = await scene();
  const living = guardMounts(shared.locations, run(shared, 0), [shared.folder]);
  claimed(shared, goneProcess());
  mount(shared, ".git");
  expect(leftMounts(shared.locations)).toEqual([]);
  removeLeftMounts(shared.locations);
  expect(readdirSync(shared.folder)).toEqual([".git"]);
  living.release();
  expect(readdirSync(shared.folder)).toEqual([]);

  const own = await scene();
  claimed(own, thisProcess());
  mount(own, ".git");
  removeLeftMounts(own.locations);
  expect(readdirSync(own.folder)).toEqual([".git"]);
});

test("a claim that cannot be read, or cannot be written, holds nobody up", async () => {
  const here = await scene();
  mkdirSync(join(here.locations.root, "mounts"));
  writeFileSync(join(here.locations.root, "mounts", "2.json"), "{torn");
  expect(mountClaims(here.locations)).toEqual([]);
  const other = await scene();
  writeFileSync(join(other.locations.root, "mounts"), "");
  const guard = guardMounts(other.locations, run(other, 0), [other.folder]);
  mount(other, ".git");
  guard.release();
  expect(readdirSync(other.folder)).toEqual([]);
});
