import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { beforeEach, expect, test } from "vitest";
import { programNames } from "#base/find-program.ts";
import type { HookCall } from "#commands/hooks/hook-call.ts";
import { lookFromKeeper } from "#commands/watch/look-from-keeper.ts";
import { settingsNews } from "#commands/watch/watched-files.ts";
import type { Locations } from "#runs/locations.ts";
import { listChanges } from "#runs/settings-changes.ts";
import { callCommand } from "#test/call-command.ts";
import { freshLocations } from "#test/state-root.ts";

const APART = { ancestors: [], fromAgentShell: false, terminal: true };

let locations: Locations;
let project: string;
let settings: string;
beforeEach(() => {
  locations = freshLocations();
  project = join(locations.root, "project");
  settings = join(project, ".claude", "settings.json");
  mkdirSync(dirname(settings), { recursive: true });
});

const environment = () => ({
  CLAUDE_CONFIG_DIR: join(locations.root, "claude"),
  CLAUDE_PROJECT_DIR: project,
});

function hookCall(own: NodeJS.ProcessEnv = {}): HookCall {
  return {
    stdin: { kind: "text", text: "" },
    environment: { PATH: "/nowhere", ...environment(), ...own },
    home: locations.root,
    locations,
    askedAt: new Date(),
    signal: new AbortController().signal,
  };
}

const start = () => settingsNews(hookCall(), { cwd: "/elsewhere", by: "session-start", isOn: true });
const stop = (own: NodeJS.ProcessEnv = {}) =>
  settingsNews(hookCall(own), { cwd: "/elsewhere", by: "stop", isOn: true });
const changes = () => listChanges(locations).changes.map(({ change }) => change);

const HOOK = { type: "command", command: "'/x/launch/countersign-hook' stop", timeout: 300 };
function write(value: unknown): void {
  writeFileSync(settings, JSON.stringify(value));
}
const registered = (hook: object = HOOK) => ({ hooks: { Stop: [{ hooks: [hook] }] } });

test("the local settings at the top of the repository are watched from a folder below it", () => {
  mkdirSync(join(locations.root, ".git"));
  write(registered());
  start();
  mkdirSync(join(locations.root, ".claude"));
  writeFileSync(join(locations.root, ".claude", "settings.local.json"), '{"disableAllHooks":true}');
  expect(stop().join("\n")).toContain(join(locations.root, ".claude", "settings.local.json"));
});

test("what is seen for the first time, and what stays, is no news", () => {
  write(registered());
  expect([start(), start(), stop()]).toEqual([[], [], []]);
  write({ ...registered(), model: "another" });
  expect([stop(), changes()]).toEqual([[], []]);
});

test.each([
  ["the hook is taken out", {}, /our Stop hook was taken out/],
  ["the file is taken away", undefined, /our Stop hook was taken out/],
  ["its timeout is another", registered({ ...HOOK, timeout: 1 }), /our Stop hook was changed/],
  [
    "its command is another",
    registered({ ...HOOK, command: "true countersign hook stop" }),
    /hook was changed/,
  ],
  ["it only runs under a condition", registered({ ...HOOK, if: "Bash" }), /our Stop hook was changed/],
  [
    "all hooks are switched off",
    { ...registered(), disableAllHooks: true },
    /disableAllHooks is set to true/,
  ],
  [
    "a variable of ours is set",
    { ...registered(), env: { COUNTERSIGN_NESTED: "1" } },
    /COUNTERSIGN_NESTED is set to "1"/,
  ],
  [
    "another program stands beside the hook",
    { hooks: { Stop: [{ hooks: [HOOK, { type: "command", command: "sh end-it.sh" }] }] } },
    /another program was put beside the gate at Stop/,
  ],
  ["PATH is set", { ...registered(), env: { PATH: "/evil" } }, /PATH is set to sha256/],
  ["it is no JSON any more", "{", /nothing can be read any more/],
])("%s: that is recorded, and said once", (_what, value, told) => {
  write(registered());
  start();
  if (value === undefined) rmSync(settings);
  else if (typeof value === "string") writeFileSync(settings, value);
  else write(value);
  const [line, ...more] = stop();
  expect(more).toEqual([]);
  expect(line).toMatch(told);
  expect(line).toContain(settings);
  expect([stop(), start()]).toEqual([[], []]);
  expect(changes()).toMatchObject([{ kind: "settings", path: settings, by: "stop" }]);
});

test.each([
  ["one hook more", registered(), { hooks: { Stop: [{ hooks: [HOOK, { ...HOOK, timeout: 9 }] }] } }],
  [
    "a program less beside it",
    { hooks: { Stop: [{ hooks: [HOOK, { type: "command", command: "sh notify.sh" }] }] } },
    registered(),
  ],
  ["hooks that are on again", { ...registered(), disableAllHooks: true }, registered()],
])("%s weaken nothing", (_what, before, after) => {
  write(before);
  start();
  write(after);
  expect([stop(), changes()]).toEqual([[], []]);
});

test("where the gate is off nothing begins to be watched, and what was watched still is", () => {
  write(registered());
  const off = () => settingsNews(hookCall(), { cwd: "/elsewhere", by: "session-start", isOn: false });
  expect(off()).toEqual([]);
  expect(existsSync(join(locations.root, "watched"))).toBe(false);
  start();
  write({});
  expect(off()).toHaveLength(1);
});

test("a change that keeps the file's size and sets its time back is seen", () => {
  write(registered());
  utimesSync(settings, 1_000, 1_000);
  start();
  const { size, ino } = statSync(settings);
  write(registered({ ...HOOK, timeout: 301 }));
  utimesSync(settings, 1_000, 1_000);
  expect(statSync(settings)).toMatchObject({ size, ino, mtimeMs: 1_000_000 });
  expect(stop()).toHaveLength(1);
});

test("what was put back before the next stop was seen by the keeper, and is said", () => {
  write(registered());
  start();
  const server = join(locations.servers, "identity");
  lookFromKeeper(server, new Date());
  write({});
  lookFromKeeper(server, new Date());
  lookFromKeeper(server, new Date());
  write(registered());
  lookFromKeeper(server, new Date());
  expect(changes()).toMatchObject([{ by: "keeper", changes: [{ fact: "hooks.Stop", is: null }] }]);
  expect(stop()[0]).toMatch(/our Stop hook was taken out/);
});

test("changes are said in the order in which they came", () => {
  mkdirSync(dirname(locations.userConfig), { recursive: true });
  writeFileSync(locations.userConfig, "{}");
  start();
  const server = join(locations.servers, "identity");
  for (const [index, text] of ['{"maxRounds": 1}', "{}"].entries()) {
    writeFileSync(locations.userConfig, text);
    lookFromKeeper(server, new Date(Date.now() + index));
  }
  expect(stop()[0]).toMatch(/maxRounds is set to 1 .*; .* maxRounds is no longer set/);
});

test("the keeper leaves alone what is being set up, and what no session has confirmed for a day", () => {
  write(registered());
  start();
  const server = join(locations.servers, "identity");
  write({});
  writeFileSync(`${locations.launch}.lock`, "");
  lookFromKeeper(server, new Date());
  expect(changes()).toEqual([]);
  rmSync(`${locations.launch}.lock`);
  lookFromKeeper(server, new Date(Date.now() + 25 * 60 * 60 * 1_000));
  expect(changes()).toEqual([]);
  lookFromKeeper(server, new Date());
  expect(changes()).toHaveLength(1);
});

test("two who see the same change record it once", () => {
  write(registered());
  start();
  const states = join(locations.root, "watched");
  const before = readdirSync(states).map((name) => [name, readFileSync(join(states, name))] as const);
  write({});
  stop();
  for (const [name, bytes] of before) writeFileSync(join(states, name), bytes);
  lookFromKeeper(join(locations.servers, "identity"), new Date());
  expect(changes()).toHaveLength(1);
});

test("where nobody sits in front of the session it is said again to the one who does", () => {
  write(registered());
  start();
  write({});
  expect(stop({ CLAUDE_CODE_SESSION_ATTENDED: "0" })).toHaveLength(1);
  expect(start()).toHaveLength(1);
  expect(start()).toEqual([]);
});

test("the launcher's files, and our own configuration", async () => {
  const program = join(locations.launch, "1.0.0-abc", "stop", "stop.cjs");
  for (const [path, text] of [
    [join(locations.launch, "countersign-hook"), "#!/bin/sh\n"],
    [join(locations.launch, "current"), "1.0.0-abc\n"],
    [program, "ok"],
    [locations.userConfig, '{"gate": "enforce"}'],
  ] as const) {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  }
  start();
  writeFileSync(program, "no");
  expect(stop()[0]).toMatch(/in the launcher's folder .* programs was changed/);
  writeFileSync(join(locations.launch, "countersign-hook"), "#!/bin/true\n");
  expect(stop()[0]).toMatch(/script was changed/);
  writeFileSync(locations.userConfig, '{"gate": "off"}');
  expect(stop()[0]).toMatch(/gate is "off" \(was "enforce"\)/);
});

test("a person's switch is no news, and an agent's is", async () => {
  start();
  await callCommand(locations, ["off"]);
  expect([stop(), changes()]).toEqual([[], []]);
  const descent = () => ({ ...APART, fromAgentShell: true });
  await callCommand(locations, ["on"], { descent });
  expect(stop()[0]).toMatch(/gate is "enforce" \(was "off"\)/);
});

test("a switch without a terminal acts where no session lives, and the next session says so", async () => {
  mkdirSync(dirname(locations.userConfig), { recursive: true });
  writeFileSync(locations.userConfig, "{}");
  start();
  const descent = () => ({ ...APART, terminal: false });
  expect((await callCommand(locations, ["off"], { descent })).stdout).toMatch(/^The gate is off/);
  const off = { cwd: "/elsewhere", by: "session-start", isOn: false } as const;
  expect(settingsNews(hookCall(), off)[0]).toContain('gate is set to "off"');
});

test("a person's remove settles what was changed before, and status shows what was not", async () => {
  write(registered());
  start();
  write({ ...registered(), disableAllHooks: true });
  stop();
  const shown = await callCommand(locations, ["status"], { environment: environment() });
  expect(shown.stdout).toMatch(
    /changed, and not by setup: in .*settings\.json disableAllHooks is set to true/,
  );
  const json = await callCommand(locations, ["status", "--json"], { environment: environment() });
  expect(JSON.parse(json.stdout)).toMatchObject({
    settingsChanges: [{ path: settings, changes: [{ fact: "disableAllHooks", was: null, is: "true" }] }],
  });
  await callCommand(locations, ["remove"], { environment: environment(), cwd: project });
  expect(readFileSync(settings, "utf8")).not.toContain("countersign-hook");
  expect([stop(), start()]).toEqual([[], []]);
  const after = await callCommand(locations, ["status"], { environment: environment() });
  expect(after.stdout).not.toContain("changed, and not by setup");
});

test("a person's setup elsewhere settles what was told of a folder that is gone, and nothing untold", async () => {
  write(registered());
  start();
  write({ ...registered(), disableAllHooks: true });
  stop();
  write({});
  lookFromKeeper(join(locations.servers, "identity"), new Date());
  rmSync(project, { recursive: true });
  expect(changes()).toHaveLength(2);
  await callCommand(locations, ["remove"], { environment: environment(), cwd: "/elsewhere" });
  const open = listChanges(locations).changes.filter(({ settled }) => !settled);
  expect(open).toMatchObject([{ said: false, change: { by: "keeper" } }]);
});

test("a state root that cannot be written is said, and nothing is thrown", () => {
  writeFileSync(join(locations.root, "watched"), "");
  expect(start()[0]).toMatch(/^the settings could not be watched/);
  expect(existsSync(join(locations.root, "settings-changes"))).toBe(false);
});

test("a path that cannot be looked at keeps nothing else from being watched, and is told itself", () => {
  write(registered());
  start();
  const own = join(locations.root, "claude", "settings.json");
  mkdirSync(dirname(own), { recursive: true });
  rmSync(dirname(settings), { recursive: true });
  symlinkSync(".claude", dirname(settings));
  writeFileSync(own, JSON.stringify({ disableAllHooks: true }));
  lookFromKeeper(join(locations.servers, "identity"), new Date());
  lookFromKeeper(join(locations.servers, "identity"), new Date());
  expect(new Set(changes().map(({ path }) => path))).toEqual(
    new Set([own, settings, join(dirname(settings), "settings.local.json")]),
  );
});

test("a file in the place of a settings folder takes the hooks away as its removal does", () => {
  write(registered());
  start();
  rmSync(dirname(settings), { recursive: true });
  writeFileSync(dirname(settings), "");
  expect(stop()[0]).toMatch(/our Stop hook was taken out/);
  expect(stop()).toEqual([]);
});

test("who answers for Codex: a provider, its address, a profile or a variable is told, a trusted folder is not", () => {
  const home = join(locations.root, "codex");
  mkdirSync(home);
  const config = join(home, "config.toml");
  const own = { CODEX_HOME: home };
  const base = 'model = "m"\n[projects."/work"]\ntrust_level = "trusted"\n';
  writeFileSync(config, base);
  expect(stop(own)).toEqual([]);
  writeFileSync(config, `${base}[projects."/more"]\ntrust_level = "trusted"\n`);
  expect(stop(own)).toEqual([]);
  const provider = '\n[model_providers.loop]\nbase_url = "http://127.0.0.1:1/v1"\n';
  writeFileSync(config, `model_provider = "loop"\n${base}${provider}`);
  const [told] = stop(own);
  expect(told).toContain('model_provider is set to "loop"');
  expect(told).toContain("model_providers.loop.base_url is set to sha256");
  expect(told).not.toContain("127.0.0.1");
  writeFileSync(config, `model_provider = "loop"\n${base}${provider.replace(":1/", ":2/")}`);
  expect(stop(own)[0]).toContain("model_providers.loop.base_url is sha256");
  writeFileSync(join(home, ".env"), "OPENAI_BASE_URL=http://127.0.0.1:1\n");
  expect(stop(own)[0]).toContain("variables is set to sha256");
  expect(changes().map(({ kind }) => kind)).toEqual(["reviewer", "reviewer", "reviewer"]);
});

test("another codex or git that PATH leads to first is told, and one that was updated in place is not", () => {
  const folders = ["own", "usual"].map((name) => join(locations.root, name));
  const [own = "", usual = ""] = folders;
  const PATH = folders.join(delimiter);
  const put = (folder: string, name: string, text: string): void => {
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, name), text, { mode: 0o755 });
  };
  const program = (name: string): string => programNames(name)[0] ?? name;
  put(usual, program("codex"), "1");
  put(usual, program("git"), "1");
  expect(stop({ PATH })).toEqual([]);
  put(usual, program("codex"), "2");
  expect(stop({ PATH })).toEqual([]);
  put(own, program("codex"), "3");
  const [line] = stop({ PATH });
  expect(line).toContain("on PATH codex is ");
  expect(changes()).toMatchObject([
    {
      kind: "programs",
      changes: [
        {
          fact: "program.codex",
          was: join(usual, program("codex")),
          is: join(own, program("codex")),
        },
      ],
    },
  ]);
  lookFromKeeper(join(locations.root, "servers", "x"), new Date());
  expect([stop({ PATH }), changes()]).toMatchObject([[], { length: 1 }]);
});
