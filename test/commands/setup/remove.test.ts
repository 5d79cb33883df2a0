import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { remove } from "#commands/setup/remove.ts";
import { type SetupPlace, setup, type WritableScope } from "#commands/setup/setup.ts";
import { makeSetupStage, type SetupStage } from "#test/setup-stage.ts";

const AT = new Date("2026-01-02T03:04:05.678Z");
const signal = new AbortController().signal;

let stage: SetupStage;
let root: string;
let place: SetupPlace;
let write: SetupStage["write"];
let everything: SetupStage["everything"];

beforeEach(() => {
  stage = makeSetupStage();
  ({ root, place, write, everything } = stage);
});
afterEach(() => stage.remove());

const run = (scope: WritableScope = "user") =>
  setup({ scope, dryRun: false, at: AT, launcher: stage.launcher }, place, signal);
const take = (scope?: WritableScope, dryRun = false) => remove({ scope, dryRun, at: AT }, place, signal);

const FOREIGN =
  '{\n  "hooks": {\n    "Stop": [{ "hooks": [{ "type": "command", "command": "x" }] }]\n  }\n}\n';

test("gives every file back as it was, and takes the launcher", async () => {
  write(place.settings.user, FOREIGN);
  write(place.settings.project, "{}");
  for (const scope of ["user", "project", "local"] as const) await run(scope);
  const report = await take();
  expect(report).toMatchObject({ kind: "removed", launcher: "removed", stillRegistered: [] });
  expect(report.removals.map(({ scope }) => scope)).toEqual(["user", "project", "local"]);
  expect(readFileSync(place.settings.user, "utf8")).toBe(FOREIGN);
  expect(readFileSync(place.settings.project, "utf8")).toBe("{}");
  expect(existsSync(place.settings.local)).toBe(false);
  expect(existsSync(place.launchDirectory)).toBe(false);
  // A copy of nothing but our own hooks would only lie about in the repository.
  const copies = report.removals.map(({ backup }) => (backup === undefined ? "none" : existsSync(backup)));
  expect(copies).toEqual([true, true, "none"]);
  const beside = readdirSync(dirname(place.settings.local));
  expect(beside.filter((name) => name.startsWith("settings.local.json"))).toEqual([]);
  expect(await take()).toEqual({
    kind: "nothing-registered",
    removals: [],
    stillRegistered: [],
    launcher: "absent",
  });
});

test("keeps the launcher while another scope, also of another project, uses it", async () => {
  await run("user");
  await run("local");
  expect(await take("user")).toMatchObject({ launcher: "kept", stillRegistered: [place.settings.local] });
  const elsewhere = {
    ...place,
    settings: { ...place.settings, local: join(root, "other", "settings.local.json") },
  };
  expect(await remove({ scope: undefined, dryRun: false, at: AT }, elsewhere, signal)).toMatchObject({
    kind: "nothing-registered",
    launcher: "kept",
    stillRegistered: [place.settings.local],
  });
  expect((await take("local")).launcher).toBe("removed");
});

test("keeps what is remembered", async () => {
  await run();
  write(join(root, "state", "receipts", "r.json"), "{}");
  await take();
  expect(readdirSync(join(root, "state"))).toEqual(["receipts"]);
});

test("a dry run shows it and writes nothing", async () => {
  await run();
  const before = everything();
  const report = await take(undefined, true);
  expect(report).toMatchObject({ kind: "would-remove", launcher: "removed" });
  const { diff = "" } = report.removals[0] ?? {};
  expect(diff).toContain("-  ");
  // The file is of setup's own making, and would go as a whole.
  expect(diff).toContain("+++ /dev/null\n");
  expect(diff.split("\n").filter((line) => /^\+(?!\+\+ )/.test(line))).toEqual([]);
  expect(everything()).toEqual(before);
});

test("touches no file where one of them is broken", async () => {
  await run("user");
  write(place.settings.project, "{");
  const before = everything();
  await expect(take()).rejects.toThrow(place.settings.project);
  expect(everything()).toEqual(before);
});
