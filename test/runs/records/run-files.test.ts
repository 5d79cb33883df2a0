import { mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { sha256 } from "#base/digest.ts";
import { beginRun, newRun } from "#runs/records/begin-run.ts";
import { endRun } from "#runs/records/end-run.ts";
import { findRun } from "#runs/records/find-run.ts";
import { readLedger } from "#runs/records/ledger-lines.ts";
import { appendRunEvent, eventsFile } from "#runs/records/run-events.ts";
import { begunFile, endedFile, promptFile, readRun, runHandle, runNames } from "#runs/records/run-files.ts";
import { runStateOf } from "#runs/records/run-state.ts";
import { ASKED, begin, endDraft, goneProcess, runDraft, thisProcess } from "#test/run-values.ts";
import { freshLocations } from "#test/state-root.ts";

const NEVER = new AbortController().signal;
const NOW = new Date("2026-01-02T03:05:05.000Z");

test("a run's records lie in a folder of its own under its day, for this user only", async () => {
  const locations = freshLocations();
  const run = await begin(locations);
  expect(run.folder).toBe(join(locations.runs, "2026", "01", "02", run.id));
  expect(statSync(run.folder).mode & 0o777).toBe(0o700);
  await endRun(locations, run, endDraft(), NEVER);
  for (const path of [begunFile(run), endedFile(run), promptFile(run)]) {
    expect(statSync(path).mode & 0o777).toBe(0o600);
  }
  expect(readFileSync(promptFile(run), "utf8")).toBe(ASKED.prompt);
  expect(readRun(run)).toMatchObject({
    kind: "run",
    run: {
      begun: { id: run.id, promptDigest: sha256(ASKED.prompt), contractDigest: null },
      ended: { id: run.id, begun: run.digest },
      digests: {
        begun: sha256(readFileSync(begunFile(run))),
        ended: sha256(readFileSync(endedFile(run))),
      },
    },
  });
  const lines = [...readLedger(locations)];
  expect(lines).toMatchObject([
    { kind: "line", number: 1, line: { n: 1, part: "begun", digest: run.digest, previous: null } },
    { kind: "line", number: 2, line: { n: 2, part: "ended", previous: lines[0]?.digest } },
  ]);
});

test("a run runs while its process lives, and is ended only by its record", async () => {
  const locations = freshLocations();
  const stateOf = (run: Parameters<typeof readRun>[0]) => {
    const read = readRun(run);
    if (read.kind !== "run") throw new Error(JSON.stringify(read));
    return runStateOf(read.run, NOW);
  };
  expect(stateOf(await begin(locations))).toEqual({ kind: "running" });
  const dead = await begin(locations, { process: goneProcess() });
  expect(stateOf(dead)).toEqual({ kind: "died", lastSign: "2026-01-02T03:04:05.678Z" });
  expect(appendRunEvent(dead.folder, { at: "2026-01-02T03:04:06.000Z", kind: "phase", text: "x" })).toBe(
    "written",
  );
  expect(stateOf(dead)).toEqual({
    kind: "died",
    lastSign: statSync(eventsFile(dead.folder)).mtime.toISOString(),
  });
  const read = readRun(dead);
  await endRun(locations, dead, endDraft(), NEVER);
  expect(stateOf(dead)).toEqual({ kind: "ended" });
  expect(read.kind === "run" && runStateOf(read.run, NOW)).toEqual({ kind: "running" });
});

test("a run of a process that cannot be seen from here runs as long as there are signs of life", async () => {
  const locations = freshLocations();
  const elsewhere = { ...thisProcess(), pidNamespace: "pid:[1]" };
  const read = readRun(await begin(locations, { process: elsewhere }));
  if (read.kind !== "run") throw new Error(JSON.stringify(read));
  expect(runStateOf(read.run, NOW)).toEqual({ kind: "running" });
  const later = new Date(NOW.getTime() + 61_000);
  expect(runStateOf(read.run, later)).toEqual({ kind: "died", lastSign: "2026-01-02T03:04:05.678Z" });
});

test("neither a begin nor an end is written twice", async () => {
  const locations = freshLocations();
  const run = await begin(locations);
  const again = beginRun(locations, run, { draft: runDraft(), asked: ASKED }, NEVER);
  await expect(again).rejects.toMatchObject({ failure: { kind: "state-corrupt" } });
  await endRun(locations, run, endDraft(), NEVER);
  const before = readFileSync(endedFile(run));
  const twice = endRun(locations, run, endDraft({ answer: "Other." }), NEVER);
  await expect(twice).rejects.toMatchObject({ failure: { kind: "state-corrupt", path: endedFile(run) } });
  expect(readFileSync(endedFile(run))).toEqual(before);
  expect([...readLedger(locations)]).toHaveLength(2);
});

test("what has not begun is nobody's run", async () => {
  const locations = freshLocations();
  const name = await newRun(locations, new Date("2026-01-02T03:04:05.678Z"));
  expect(readRun(name)).toEqual({ kind: "half-made", name });
  expect(findRun(locations, name.id)).toEqual({ kind: "none" });
  expect(findRun(locations, "last")).toEqual({ kind: "none" });
});

test("a run is found by its whole id, its handle, its beginning, or as the last one", async () => {
  const locations = freshLocations();
  const first = await begin(locations);
  const second = await begin(locations, { at: "2026-01-03T03:04:05.678Z" });
  mkdirSync(join(locations.runs, "2026", "01", "03", "20260104T000000000Z-00000000"));
  writeFileSync(join(locations.runs, "2026", "01", "junk"), "");
  expect([...runNames(locations)].map(({ id }) => id)).toEqual([second.id, first.id]);
  expect([...runNames(locations, "2026-01-03T12:00:00.000Z")].map(({ id }) => id)).toEqual([second.id]);
  for (const text of [first.id, runHandle(first.id), first.id.slice(0, 12)]) {
    expect(findRun(locations, text)).toMatchObject({ kind: "found", name: { id: first.id } });
  }
  expect(findRun(locations, "last")).toMatchObject({ kind: "found", name: { id: second.id } });
  expect(findRun(locations, "202601")).toEqual({ kind: "ambiguous", ids: [second.id, first.id] });
  for (const text of ["", "../../etc", "20260102T030405678Z-ffffffff"]) {
    expect(findRun(locations, text)).toEqual({ kind: "none" });
  }
});

test("records that cannot be read, or that a later version wrote, are told as such", async () => {
  const locations = freshLocations();
  const run = await begin(locations);
  writeFileSync(endedFile(run), `{"schema":"countersign/run-ended/2"}`);
  expect(readRun(run)).toMatchObject({
    kind: "unreadable",
    path: endedFile(run),
    detail: expect.stringContaining("a later version"),
  });
  writeFileSync(begunFile(run), "{torn");
  expect(readRun(run)).toMatchObject({ kind: "unreadable", path: begunFile(run) });
});
