import {
  chmodSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { isOurs } from "#claude/own-hook.ts";
import { readSettings, registeredHooks } from "#claude/settings.ts";
import { UsageFault } from "#commands/command.ts";
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

const run = (scope: WritableScope = "user", dryRun = false, on = place) =>
  setup({ scope, dryRun, at: AT, launcher: stage.launcher }, on, signal);
const take = (scope?: WritableScope, dryRun = false) => remove({ scope, dryRun, at: AT }, place, signal);

describe("setup", () => {
  test.each(["user", "project", "local"] as const)("registers the three hooks in scope %s", async (scope) => {
    const report = await run(scope);
    expect(report).toMatchObject({
      kind: "registered",
      scope,
      settingsPath: place.settings[scope],
      backup: undefined,
    });
    const command = `'${report.launcher}'`;
    expect(registeredHooks(readSettings(place.settings))).toEqual(
      [
        ["SessionStart", "session-start", 30],
        ["Stop", "stop", 300],
        ["SessionEnd", "session-end", 3],
      ].map(([event, name, timeout]) => ({
        scope,
        path: place.settings[scope],
        event,
        command: `${command} ${name}`,
        args: [],
        timeout,
      })),
    );
    expect(readFileSync(place.settings[scope], "utf8")).toContain("a second model reads the change");
    expect(statSync(report.launcher).mode & 0o100).toBe(0o100);
  });

  test("a second run changes nothing and says so", async () => {
    write(place.settings.user, '{"model":"x"}');
    await run();
    const before = everything();
    expect(await run()).toMatchObject({ kind: "already-registered", backup: undefined, diff: "" });
    expect(everything()).toEqual(before);
  });

  test("keeps the old settings beside the new ones, with mode and bytes", async () => {
    const text = '\uFEFF{\r\n\t"model": "x"\r\n}\r\n';
    write(place.settings.user, text);
    chmodSync(place.settings.user, 0o640);
    const { backup = "", diff } = await run();
    expect(backup).toBe(`${place.settings.user}.countersign-2026-01-02T03-04-05-678Z.bak`);
    expect(readFileSync(backup, "utf8")).toBe(text);
    expect(statSync(place.settings.user).mode & 0o777).toBe(0o640);
    expect(statSync(backup).mode & 0o777).toBe(0o640);
    expect(diff).toContain('+\t"hooks": {');
  });

  test("a dry run shows the change as it would be and writes nothing", async () => {
    write(place.settings.user, '{\n  "model": "x"\n}\n');
    const before = everything();
    const { kind, diff } = await run("user", true);
    expect(kind).toBe("would-register");
    expect(diff.split("\n").slice(0, 6)).toEqual([
      `--- ${place.settings.user}`,
      `+++ ${place.settings.user}`,
      expect.stringMatching(/^@@ -1,3 /),
      " {",
      '-  "model": "x"',
      '+  "model": "x",',
    ]);
    expect(everything()).toEqual(before);
    expect((await run("local", true)).diff.split("\n")[0]).toBe("--- /dev/null");
    expect(everything()).toEqual(before);
  });

  test.each([
    ["broken JSON", Buffer.from('{"a":1,}')],
    ["hooks of another shape", Buffer.from('{"hooks":[]}')],
    ["bytes that are no text", Buffer.from([0x7b, 0xff, 0x7d])],
  ])("refuses %s and writes nothing at all", async (_name, bytes) => {
    mkdirSync(dirname(place.settings.user), { recursive: true });
    writeFileSync(place.settings.user, bytes);
    const before = everything();
    const refused = run();
    await expect(refused).rejects.toThrow(UsageFault);
    await expect(refused).rejects.toThrow(place.settings.user);
    expect(everything()).toEqual(before);
    expect(readFileSync(place.settings.user)).toEqual(bytes);
  });

  test("refuses a package that is not built", async () => {
    rmSync(join(root, "dist", "keeper"), { recursive: true });
    const before = everything();
    await expect(run()).rejects.toThrow("npm run build");
    expect(everything()).toEqual(before);
  });

  test("edits what a link leads to, and leaves the link", async () => {
    const real = join(root, "dotfiles", "claude.json");
    write(real, "{}");
    mkdirSync(dirname(place.settings.user));
    symlinkSync(real, place.settings.user);
    const { backup = "" } = await run();
    expect(lstatSync(place.settings.user).isSymbolicLink()).toBe(true);
    expect(readFileSync(real, "utf8")).toContain("countersign-hook");
    expect(dirname(backup)).toBe(dirname(place.settings.user));
    expect((await take()).kind).toBe("removed");
    expect(readFileSync(real, "utf8")).toBe("{}");
  });

  test("writes through a link that leads nowhere yet", async () => {
    const real = join(root, "dotfiles", "claude.json");
    mkdirSync(dirname(place.settings.user));
    symlinkSync("../dotfiles/claude.json", place.settings.user);
    await run();
    expect(readFileSync(real, "utf8")).toContain("countersign-hook");
  });

  test("replaces the hooks that were pasted by hand", async () => {
    write(
      place.settings.user,
      readFileSync(join(import.meta.dirname, "../../../settings.example.json"), "utf8"),
    );
    await run();
    const hooks = registeredHooks(readSettings(place.settings));
    expect(hooks.map(({ event }) => event)).toEqual(["SessionStart", "Stop", "SessionEnd"]);
    expect(hooks.every(({ command }) => command.includes("countersign-hook"))).toBe(true);
  });

  test("without a POSIX shell the recorded Node is started with a file", async () => {
    const { launcher } = await run("user", false, { ...place, platform: "win32" });
    const [, stop] = registeredHooks(readSettings(place.settings));
    expect(stop).toMatchObject({ command: process.execPath, args: [`${launcher}.cjs`, "stop"] });
    expect((await take()).kind).toBe("removed");
  });

  test("warns of all that keeps the gate from working as meant", async () => {
    write(place.settings.user, '{"enabledPlugins":{"codex@openai-codex":true,"other@m":true}}');
    write(place.settings.project, "{ // comment\n}");
    write(place.settings.local, '{"disableAllHooks":true}');
    expect((await run()).warnings.map(({ kind, path }) => [kind, path])).toEqual([
      ["hooks-disabled", place.settings.local],
      ["settings-unreadable", place.settings.project],
      ["other-gate", place.settings.user],
    ]);
    write(place.settings.project, "{}");
    expect((await run("project")).warnings.map(({ kind }) => kind)).toEqual([
      "hooks-disabled",
      "registered-elsewhere",
      "shared-file",
      "other-gate",
    ]);
  });

  test("two at once register once", async () => {
    write(place.settings.user, "{}");
    const reports = await Promise.all([run(), run(), run()]);
    expect(reports.map(({ kind }) => kind).sort()).toEqual([
      "already-registered",
      "already-registered",
      "registered",
    ]);
    expect(registeredHooks(readSettings(place.settings))).toHaveLength(3);
  });
});

test("settings.example.json registers the three hooks, as written by hand", () => {
  const path = join(import.meta.dirname, "../../../settings.example.json");
  const hooks = registeredHooks(readSettings({ ...place.settings, user: path }));
  expect(hooks.map(({ event, command, timeout }) => [event, command, timeout])).toEqual([
    ["SessionStart", "countersign hook session-start", 30],
    ["Stop", "countersign hook stop", 300],
    ["SessionEnd", "countersign hook session-end", 3],
  ]);
  expect(hooks.every(isOurs)).toBe(true);
});
