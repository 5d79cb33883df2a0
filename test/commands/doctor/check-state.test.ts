import { chmodSync, chownSync, existsSync, mkdirSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { identifyProcess } from "#base/process-identity.ts";
import { checkConfiguration } from "#commands/doctor/check-configuration.ts";
import { checkLastStop } from "#commands/doctor/check-decisions.ts";
import { checkState } from "#commands/doctor/check-state.ts";
import { writeMountClaim } from "#runs/mount-claims.ts";
import { newRun } from "#runs/records/begin-run.ts";
import { type ExaminedStage, examinedStage } from "#test/examined.ts";
import { goneProcess } from "#test/run-values.ts";
import { scratchFolder } from "#test/scratch-folder.ts";

const isRoot = process.getuid?.() === 0;

function withState(): ExaminedStage {
  const stage = examinedStage();
  mkdirSync(stage.examined.locations.root, { mode: 0o700 });
  return stage;
}

const stateOf = async (stage: ExaminedStage) => (await checkState(stage.examined))[0];

test("looking makes no folder, and leaves nothing in one", async () => {
  const stage = examinedStage();
  const { root } = stage.examined.locations;
  expect(await stateOf(stage)).toMatchObject({
    state: "ok",
    what: `Nothing is recorded yet; records will be in ${root}`,
  });
  expect(existsSync(root)).toBe(false);
  mkdirSync(root, { mode: 0o700 });
  const empty = await stateOf(stage);
  expect(empty).toMatchObject({ state: "ok", what: "Private, writable and whole" });
  expect(empty?.detail).toEqual([root, expect.stringMatching(/ free$/)]);
  expect(readdirSync(root)).toEqual([]);
});

test("what cannot be read, or was set aside, is counted and named", async () => {
  const stage = withState();
  const torn = stage.write("state/sessions/abc.json", '{"schema":"countersign/sess');
  const aside = stage.write("state/sessions/abc.json.corrupt-2026-01-02T12-00-00-000Z", "{");
  stage.write("state/receipts/2026/01/02/20260102T120000000Z-abc-1.json", "{}");
  const state = await stateOf(stage);
  expect(state).toMatchObject({ state: "warning", what: "Writable, but 3 records cannot be read" });
  const lines = state?.detail.join("\n");
  expect(lines).toContain(`set aside, for it could not be read: ${aside}`);
  expect(lines).toContain(`a session's file cannot be read: ${torn}`);
  expect(lines).toContain("a receipt cannot be read:");
  expect(lines).toContain("receipts 1 (1 KiB), sessions 2 (1 KiB)");
});

test("locks of dead processes are told from those that are held", async () => {
  const stage = withState();
  const own = identifyProcess(process.pid);
  stage.write("state/sessions/held.json.lock", { ...own });
  expect(await stateOf(stage)).toMatchObject({ state: "ok" });
  const stray = stage.write("state/sessions/stray.json.lock", { ...own, startTime: "1" });
  const state = await stateOf(stage);
  expect(state).toMatchObject({ state: "warning", what: "Writable, but 1 lock of a dead process" });
  expect(state?.detail).toContain(`its process is gone: ${stray}`);
});

test("empty folders that a killed run's sandbox left are named, and stay until the next run", async () => {
  const stage = withState();
  const folder = scratchFolder();
  const path = join(folder, ".git");
  const claim = { at: new Date().toISOString(), process: goneProcess(), paths: [path, join(folder, ".aws")] };
  const { locations } = stage.examined;
  writeMountClaim(locations, { run: (await newRun(locations, new Date())).id, ...claim });
  expect(await stateOf(stage)).toMatchObject({ state: "ok" });
  mkdirSync(path);
  expect(await stateOf(stage)).toMatchObject({
    state: "warning",
    what: "Writable, but a killed run left 1 empty folder where it worked",
    next: expect.stringContaining("removes them"),
    detail: expect.arrayContaining([expect.stringContaining(`${path} is empty`)]),
  });
  expect(existsSync(path)).toBe(true);
});

test("a folder that others can look into", async () => {
  const stage = withState();
  chmodSync(stage.examined.locations.root, 0o750);
  expect(await stateOf(stage)).toMatchObject({
    state: "warning",
    next: expect.stringContaining("chmod 700"),
  });
  expect(await checkState({ ...stage.examined, platform: "win32" })).toMatchObject([{ state: "ok" }]);
});

test.runIf(isRoot)("a folder of another user", async () => {
  const stage = withState();
  chownSync(stage.examined.locations.root, 65_534, 65_534);
  expect(await stateOf(stage)).toMatchObject({ what: "Writable, but it belongs to another user" });
});

test("a state root that is no folder cannot keep records", async () => {
  const stage = examinedStage();
  stage.write("state", "a file");
  expect(await stateOf(stage)).toMatchObject({
    state: "broken",
    what: expect.stringContaining("Records cannot be written"),
  });
});

test("each value that is not the default is shown with whose it is", async () => {
  const stage = examinedStage({ COUNTERSIGN_MAX_ROUNDS: "2" });
  const path = stage.write("home/.config/countersign/config.json", { effort: "high", modle: "x" });
  const [found] = await checkConfiguration(stage.examined);
  expect(found).toMatchObject({ id: "configuration", state: "warning" });
  expect(found?.detail).toContain(`effort = "high", from ${path}`);
  expect(found?.detail).toContain("maxRounds = 2, from the variable COUNTERSIGN_MAX_ROUNDS");
  expect(found?.detail.join("\n")).toContain('did you mean "model"?');
});

test.each([
  ["off", { gate: "off" }, "The gate is off here, because of "],
  ["not sending", { send: false }, "Nothing is sent from here, because of "],
])("%s is no fault, and not silent", async (_what, config, words) => {
  const stage = examinedStage();
  const path = stage.write("home/.config/countersign/config.json", config);
  const [found] = await checkConfiguration(stage.examined);
  expect(found).toMatchObject({ state: "warning", what: expect.stringContaining(`${words}${path}`) });
});

test("a configuration that cannot be read leaves the gate on, and is named", async () => {
  const stage = examinedStage();
  const path = stage.write("home/.config/countersign/config.json", "{");
  const [found] = await checkConfiguration(stage.examined);
  expect(found).toMatchObject({
    state: "warning",
    what: expect.stringContaining("The gate is on here: enforce"),
  });
  expect(found?.detail.join("\n")).toContain(`${path} cannot be read as configuration`);
});

test("never evaluated, and without a hook there is nothing to be done about that", async () => {
  const stage = examinedStage();
  const [found] = await checkLastStop(stage.examined);
  expect(found).toMatchObject({ state: "ok", what: expect.stringContaining("Never evaluated"), next: null });
  const hooks = [{ hooks: [{ type: "command", command: "countersign hook stop" }] }];
  stage.write("home/.claude/settings.json", { hooks: { Stop: hooks } });
  const [covered] = await checkLastStop(stage.examined);
  expect(covered?.next).toContain("doctor --prove");
});
