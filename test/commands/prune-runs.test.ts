import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import type { Locations } from "#runs/locations.ts";
import type { RunUnderWay } from "#runs/records/begin-run.ts";
import { newRun } from "#runs/records/begin-run.ts";
import { endRun } from "#runs/records/end-run.ts";
import { ledgerFile, readLedger } from "#runs/records/ledger-lines.ts";
import { begunFile } from "#runs/records/run-files.ts";
import { ageFiles } from "#test/aged-state.ts";
import { callCommand } from "#test/call-command.ts";
import { ledgerSight } from "#test/ledger-sight.ts";
import { begin, endDraft, goneProcess, thisProcess } from "#test/run-values.ts";
import { freshLocations } from "#test/state-root.ts";

const NOW = new Date();
const NEVER = new AbortController().signal;
const DAY_MS = 24 * 60 * 60 * 1000;

async function prune(locations: Locations, ...words: readonly string[]) {
  const { stdout } = await callCommand(locations, ["prune", "--json", ...words], { now: NOW });
  const printed: unknown = JSON.parse(stdout);
  return printed;
}

/** A run that ended so many days ago, unless it is to have no end. */
async function agedRun(
  locations: Locations,
  days: number,
  end: "ended" | "died" | "running" = "ended",
): Promise<RunUnderWay> {
  const at = new Date(NOW.getTime() - days * DAY_MS).toISOString();
  const run = await begin(locations, { at, process: end === "running" ? thisProcess() : goneProcess() });
  if (end === "ended") await endRun(locations, run, endDraft({ at }), NEVER);
  ageFiles(run.folder, NOW, days);
  return run;
}

test("old runs go whole, each noted in the ledger before; young, running and unreadable ones stay", async () => {
  const locations = freshLocations();
  const [old, died] = [await agedRun(locations, 200), await agedRun(locations, 190, "died")];
  const running = await agedRun(locations, 200, "running");
  const young = await agedRun(locations, 100);
  const torn = await agedRun(locations, 200);
  writeFileSync(begunFile(torn), '{"schema":"countersign/run-begun/9"}');
  ageFiles(torn.folder, NOW, 200);
  const would = { runs: [died.id, old.id], removed: { runs: { count: 2 } } };
  expect(await prune(locations, "--dry-run")).toMatchObject(would);
  const text = await callCommand(locations, ["prune", "--dry-run"], { now: NOW });
  expect(text.stdout).toMatch(/^Would remove:\n {2}2 runs with their records \(\d+ KiB\)\n/);
  expect([old, died].map(({ folder }) => existsSync(folder))).toEqual([true, true]);
  const lines = [...readLedger(locations)].length;
  expect(await prune(locations)).toMatchObject({
    ...would,
    kept: expect.arrayContaining([
      { path: begunFile(torn), why: expect.stringContaining("a later version of Countersign wrote it") },
    ]),
  });
  expect([old.folder, died.folder, dirname(died.folder)].filter((path) => existsSync(path))).toEqual([]);
  expect([running, young, torn].map(({ folder }) => existsSync(folder))).toEqual([true, true, true]);
  expect([...readLedger(locations)].slice(lines)).toMatchObject([
    { line: { part: "pruned", record: died.id, digest: died.digest } },
    { line: { part: "pruned", record: old.id, digest: old.digest } },
  ]);
  rmSync(torn.folder, { recursive: true });
  expect(ledgerSight(locations)).toMatchObject({ unbroken: true, unreadableLines: 0, withoutLine: [] });
  expect(await prune(locations)).toMatchObject({ runs: [] });
  expect(readdirSync(locations.runs)).not.toContainEqual(expect.stringContaining(".tmp"));
});

test("whatever is asked for, no run goes within a day of its last touch", async () => {
  const locations = freshLocations();
  await agedRun(locations, 0.9);
  const touched = await agedRun(locations, 300);
  writeFileSync(join(touched.folder, "cancel.json"), "{}");
  const old = await agedRun(locations, 1.1);
  expect(await prune(locations, "--older-than", "1")).toMatchObject({ runs: [old.id] });
});

test("folders that nothing was begun in, and those on their way out, go after a day", async () => {
  const locations = freshLocations();
  const half = await newRun(locations, new Date(NOW.getTime() - 2 * DAY_MS));
  writeFileSync(join(half.folder, "request.json"), "{}");
  ageFiles(half.folder, NOW, 2);
  const fresh = await newRun(locations, NOW);
  const cut = join(locations.runs, "20260101T000000000Z-0a0b0c0d.01234567-0123-0123-0123-0123456789ab.tmp");
  mkdirSync(cut);
  writeFileSync(join(cut, "prompt.txt"), "x");
  ageFiles(cut, NOW, 2);
  expect(await prune(locations, "--dry-run")).toMatchObject({ removed: { leftovers: { count: 2 } } });
  expect(await prune(locations)).toMatchObject({ removed: { leftovers: { count: 2 } }, runs: [] });
  expect([half.folder, cut, fresh.folder].map((path) => existsSync(path))).toEqual([false, false, true]);
  expect([...readLedger(locations)]).toEqual([]);
});

test("nothing goes where the ledger cannot be written first", async () => {
  const locations = freshLocations();
  const old = await agedRun(locations, 200);
  renameSync(ledgerFile(locations), join(locations.root, "ledger"));
  mkdirSync(ledgerFile(locations));
  const { code, stderr } = await callCommand(locations, ["prune"], { now: NOW });
  expect(code).toBe(2);
  expect(stderr).toContain("state could not be written");
  expect(existsSync(begunFile(old))).toBe(true);
});

test("a link to a run's folder elsewhere is nobody's to remove", async () => {
  const [locations, other] = [freshLocations(), freshLocations()];
  const run = await agedRun(other, 200);
  const day = dirname(run.folder).replace(other.root, locations.root);
  mkdirSync(day, { recursive: true });
  symlinkSync(run.folder, join(day, run.id));
  expect(await prune(locations)).toMatchObject({ runs: [] });
  expect(existsSync(begunFile(run))).toBe(true);
});

test("no store of objects is pruned while a run is under way", async () => {
  const locations = freshLocations();
  mkdirSync(locations.objects);
  await begin(locations, { at: new Date(NOW.getTime() - 1000).toISOString() });
  expect(await prune(locations)).toMatchObject({
    kept: [{ path: locations.objects, why: "a run that is under way may need it" }],
  });
});
