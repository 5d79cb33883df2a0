import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import {
  enabledPlugins,
  filesDisablingHooks,
  readSettings,
  registeredHooks,
  type Scope,
  type SettingsPaths,
  settingsPaths,
} from "#claude/settings.ts";

let root: string;
let paths: SettingsPaths;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "countersign-settings-"));
  mkdirSync(join(root, "project", ".claude"), { recursive: true });
  paths = { ...settingsPaths(root, join(root, "project"), "linux"), managed: join(root, "managed.json") };
});
afterEach(() => rmSync(root, { recursive: true }));

const write = (scope: Scope, value: unknown) =>
  writeFileSync(paths[scope], typeof value === "string" ? value : JSON.stringify(value));

test("each scope has its place", () => {
  expect(settingsPaths("/c", "/p", "linux")).toEqual({
    user: "/c/settings.json",
    project: "/p/.claude/settings.json",
    local: "/p/.claude/settings.local.json",
    managed: "/etc/claude-code/managed-settings.json",
  });
});

test("a file is absent, unreadable or read; one bad file hides no other", () => {
  write("user", '\uFEFF{"hooks":{}}');
  write("project", "{ // no\n}");
  mkdirSync(paths.local);
  expect(readSettings(paths).map(({ scope, kind }) => [scope, kind])).toEqual([
    ["user", "read"],
    ["project", "unreadable"],
    ["local", "unreadable"],
    ["managed", "absent"],
  ]);
});

test("an administrator's dropped in files are merged after the managed one", () => {
  const dropped = join(root, "managed-settings.d");
  mkdirSync(join(dropped, "folder.json"), { recursive: true });
  write("managed", { enabledPlugins: { "alpha@mkt": true, "beta@mkt": true } });
  writeFileSync(join(dropped, "20.json"), JSON.stringify({ enabledPlugins: { "alpha@mkt": false } }));
  writeFileSync(join(dropped, "10.json"), "{");
  for (const name of [".hidden.json", "10.json.bak"]) writeFileSync(join(dropped, name), "{");
  const files = readSettings(paths);
  expect(files.slice(3).map(({ scope, path, kind }) => [scope, path, kind])).toEqual([
    ["managed", paths.managed, "read"],
    ["managed", join(dropped, "10.json"), "unreadable"],
    ["managed", join(dropped, "20.json"), "read"],
  ]);
  expect(enabledPlugins(files)).toEqual(["beta@mkt"]);
});

test("the local settings that a repository shares are merged after those of the folder", () => {
  const project = join(root, "project");
  execFileSync("git", ["init", "-q", project]);
  const below = settingsPaths(root, join(project, "below"), "linux");
  mkdirSync(join(project, "below", ".claude"), { recursive: true });
  const locals = () =>
    readSettings(below)
      .filter(({ scope }) => scope === "local")
      .map(({ path, kind }) => [path, kind]);
  expect(locals()).toEqual([[below.local, "absent"]]);
  write("local", { enabledPlugins: { "alpha@mkt": false } });
  writeFileSync(below.local, JSON.stringify({ enabledPlugins: { "alpha@mkt": true, "beta@mkt": true } }));
  expect(locals()).toEqual([
    [below.local, "read"],
    [join(realpathSync(project), ".claude", "settings.local.json"), "read"],
  ]);
  expect(enabledPlugins(readSettings(below))).toEqual(["beta@mkt"]);
  expect(readSettings(paths).filter(({ scope }) => scope === "local")).toHaveLength(1);
});

test("our hooks are listed with scope, command and timeout, whatever else stands around them", () => {
  const own = { type: "command", command: "'/s/launch/countersign-hook' stop", timeout: 300 };
  write("user", {
    hooks: {
      Stop: [{ hooks: [7, { type: "prompt" }, { type: "command", command: "x" }, own] }, null],
      SessionEnd: 3,
    },
  });
  write("local", { hooks: { Stop: [{ hooks: [{ ...own, timeout: "soon" }] }, { command: "flat" }] } });
  expect(registeredHooks(readSettings(paths))).toEqual([
    { scope: "user", path: paths.user, event: "Stop", command: own.command, args: [], timeout: 300 },
    { scope: "local", path: paths.local, event: "Stop", command: own.command, args: [], timeout: 0 },
  ]);
});

test("any value but false disables the hooks, and only an administrator may forbid foreign ones", () => {
  write("user", { disableAllHooks: false, allowManagedHooksOnly: true });
  write("project", { disableAllHooks: "true" });
  write("local", { disableAllHooks: true });
  write("managed", { allowManagedHooksOnly: true });
  expect(filesDisablingHooks(readSettings(paths)).map(({ scope }) => scope)).toEqual([
    "project",
    "local",
    "managed",
  ]);
});

test("the last scope decides about a plugin", () => {
  write("user", { enabledPlugins: { "a@m": true, "b@m": true, "c@m": false } });
  write("project", { enabledPlugins: { "b@m": false } });
  write("local", { enabledPlugins: ["a@m"] });
  expect(enabledPlugins(readSettings(paths))).toEqual(["a@m"]);
});
