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
import { withWatchLock } from "#runs/watched.ts";
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

test("the local settings at the top of the repository are watched from a folder below it", async () => {
  mkdirSync(join(locations.root, ".git"));
  write(registered());
  await start();
  mkdirSync(join(locations.root, ".claude"));
  writeFileSync(join(locations.root, ".claude", "settings.local.json"), '{"disableAllHooks":true}');
  expect((await stop()).join("\n")).toContain(join(locations.root, ".claude", "settings.local.json"));
});

test("what is seen for the first time, and what stays, is no news", async () => {
  write(registered());
  expect([await start(), await start(), await stop()]).toEqual([[], [], []]);
  write({ ...registered(), model: "another" });
  expect([await stop(), changes()]).toEqual([[], []]);
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
])("%s: that is recorded, and said once", async (_what, value, told) => {
  write(registered());
  await start();
  if (value === undefined) rmSync(settings);
  else if (typeof value === "string") writeFileSync(settings, value);
  else write(value);
  const [line, ...more] = await stop();
  expect(more).toEqual([]);
  expect(line).toMatch(told);
  expect(line).toContain(settings);
  expect([await stop(), await start()]).toEqual([[], []]);
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
])("%s weaken nothing", async (_what, before, after) => {
  write(before);
  await start();
  write(after);
  expect([await stop(), changes()]).toEqual([[], []]);
});

test("where the gate is off nothing begins to be watched, and what was watched still is", async () => {
  write(registered());
  const off = () => settingsNews(hookCall(), { cwd: "/elsewhere", by: "session-start", isOn: false });
  expect(await off()).toEqual([]);
  expect(existsSync(join(locations.root, "watched"))).toBe(false);
  await start();
  write({});
  expect(await off()).toHaveLength(1);
});

test("a change that keeps the file's size and sets its time back is seen", async () => {
  write(registered());
  utimesSync(settings, 1_000, 1_000);
  await start();
  const { size, ino } = statSync(settings);
  write(registered({ ...HOOK, timeout: 301 }));
  utimesSync(settings, 1_000, 1_000);
  expect(statSync(settings)).toMatchObject({ size, ino, mtimeMs: 1_000_000 });
  expect(await stop()).toHaveLength(1);
});

test("what was put back before the next stop was seen by the keeper, and is said", async () => {
  write(registered());
  await start();
  const server = join(locations.servers, "identity");
  await lookFromKeeper(server, new Date());
  write({});
  await lookFromKeeper(server, new Date());
  await lookFromKeeper(server, new Date());
  write(registered());
  await lookFromKeeper(server, new Date());
  expect(changes()).toMatchObject([{ by: "keeper", changes: [{ fact: "hooks.Stop", is: null }] }]);
  expect((await stop())[0]).toMatch(/our Stop hook was taken out/);
});

test("changes are said in the order in which they came", async () => {
  mkdirSync(dirname(locations.userConfig), { recursive: true });
  writeFileSync(locations.userConfig, "{}");
  await start();
  const server = join(locations.servers, "identity");
  for (const [index, text] of ['{"maxRounds": 1}', "{}"].entries()) {
    writeFileSync(locations.userConfig, text);
    await lookFromKeeper(server, new Date(Date.now() + index));
  }
  expect((await stop())[0]).toMatch(/maxRounds is set to 1 .*; .* maxRounds is no longer set/);
});

test("nobody looks at what a person's command is changing: the keeper looks later, a stop soon goes on", async () => {
  write(registered());
  await start();
  const server = join(locations.servers, "identity");
  await withWatchLock(locations, new AbortController().signal, async () => {
    write({});
    await lookFromKeeper(server, new Date());
    expect(await stop()).toEqual([]);
  });
  expect(changes()).toEqual([]);
  await lookFromKeeper(server, new Date());
  expect(changes()).toMatchObject([{ by: "keeper" }]);
});

test("the keeper does not look at what no session has confirmed for a day", async () => {
  write(registered());
  await start();
  const server = join(locations.servers, "identity");
  write({});
  await lookFromKeeper(server, new Date(Date.now() + 25 * 60 * 60 * 1_000));
  expect(changes()).toEqual([]);
  await lookFromKeeper(server, new Date());
  expect(changes()).toHaveLength(1);
});

test("two who see the same change record it once", async () => {
  write(registered());
  await start();
  const states = join(locations.root, "watched");
  const before = readdirSync(states).map((name) => [name, readFileSync(join(states, name))] as const);
  write({});
  await stop();
  for (const [name, bytes] of before) writeFileSync(join(states, name), bytes);
  await lookFromKeeper(join(locations.servers, "identity"), new Date());
  expect(changes()).toHaveLength(1);
});

test("where nobody sits in front of the session it is said again to the one who does", async () => {
  write(registered());
  await start();
  write({});
  expect(await stop({ CLAUDE_CODE_SESSION_ATTENDED: "0" })).toHaveLength(1);
  expect(await start()).toHaveLength(1);
  expect(await start()).toEqual([]);
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
  await start();
  writeFileSync(program, "no");
  expect((await stop())[0]).toMatch(/in the launcher's folder .* programs was changed/);
  writeFileSync(join(locations.launch, "countersign-hook"), "#!/bin/true\n");
  expect((await stop())[0]).toMatch(/script was changed/);
  writeFileSync(locations.userConfig, '{"gate": "off"}');
  expect((await stop())[0]).toMatch(/gate is "off" \(was "enforce"\)/);
});

test("a person's switch is no news, and an agent's is", async () => {
  await start();
  await callCommand(locations, ["off"]);
  expect([await stop(), changes()]).toEqual([[], []]);
  const descent = () => ({ ...APART, fromAgentShell: true });
  await callCommand(locations, ["on"], { descent });
  expect((await stop())[0]).toMatch(/gate is "enforce" \(was "off"\)/);
});

test("what nobody had seen before a person's switch is told, and the switch is not", async () => {
  mkdirSync(dirname(locations.userConfig), { recursive: true });
  writeFileSync(locations.userConfig, "{}");
  await start();
  writeFileSync(locations.userConfig, '{"maxRounds": 1}');
  await callCommand(locations, ["off"]);
  const [line] = await stop();
  expect(line).toMatch(/maxRounds is set to 1 \(/);
  expect(line).not.toContain("gate is");
  expect(changes()).toMatchObject([{ by: "command" }]);
});

test("a switch without a terminal acts where no session lives, and the next session says so", async () => {
  mkdirSync(dirname(locations.userConfig), { recursive: true });
  writeFileSync(locations.userConfig, "{}");
  await start();
  const descent = () => ({ ...APART, terminal: false });
  expect((await callCommand(locations, ["off"], { descent })).stdout).toMatch(/^The gate is off/);
  const off = { cwd: "/elsewhere", by: "session-start", isOn: false } as const;
  expect((await settingsNews(hookCall(), off))[0]).toContain('gate is set to "off"');
});

test("a person's remove settles what was changed before, and status shows what was not", async () => {
  write(registered());
  await start();
  write({ ...registered(), disableAllHooks: true });
  await stop();
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
  expect([await stop(), await start()]).toEqual([[], []]);
  const after = await callCommand(locations, ["status"], { environment: environment() });
  expect(after.stdout).not.toContain("changed, and not by setup");
});

test("a person's setup elsewhere settles what was told of a folder that is gone, and nothing untold", async () => {
  write(registered());
  await start();
  write({ ...registered(), disableAllHooks: true });
  await stop();
  write({});
  await lookFromKeeper(join(locations.servers, "identity"), new Date());
  rmSync(project, { recursive: true });
  expect(changes()).toHaveLength(2);
  await callCommand(locations, ["remove"], { environment: environment(), cwd: "/elsewhere" });
  const open = listChanges(locations).changes.filter(({ settled }) => !settled);
  expect(open).toMatchObject([{ said: false, change: { by: "keeper" } }]);
});

test("a state root that cannot be written is said, and nothing is thrown", async () => {
  writeFileSync(join(locations.root, "watched"), "");
  expect((await start())[0]).toMatch(/^the settings could not be watched/);
  expect(existsSync(join(locations.root, "settings-changes"))).toBe(false);
});

test("a path that cannot be looked at keeps nothing else from being watched, and is told itself", async () => {
  write(registered());
  await start();
  const own = join(locations.root, "claude", "settings.json");
  mkdirSync(dirname(own), { recursive: true });
  rmSync(dirname(settings), { recursive: true });
  symlinkSync(".claude", dirname(settings));
  writeFileSync(own, JSON.stringify({ disableAllHooks: true }));
  await lookFromKeeper(join(locations.servers, "identity"), new Date());
  await lookFromKeeper(join(locations.servers, "identity"), new Date());
  expect(new Set(changes().map(({ path }) => path))).toEqual(
    new Set([own, settings, join(dirname(settings), "settings.local.json")]),
  );
});

test("a file in the place of a settings folder takes the hooks away as its removal does", async () => {
  write(registered());
  await start();
  rmSync(dirname(settings), { recursive: true });
  writeFileSync(dirname(settings), "");
  expect((await stop())[0]).toMatch(/our Stop hook was taken out/);
  expect(await stop()).toEqual([]);
});

test("who answers for Codex: a provider, its address, a profile or a variable is told, a trusted folder is not", async () => {
  const home = join(locations.root, "codex");
  mkdirSync(home);
  const config = join(home, "config.toml");
  const own = { CODEX_HOME: home };
  const base = 'model = "m"\n[projects."/work"]\ntrust_level = "trusted"\n';
  writeFileSync(config, base);
  expect(await stop(own)).toEqual([]);
  writeFileSync(config, `${base}[projects."/more"]\ntrust_level = "trusted"\n`);
  expect(await stop(own)).toEqual([]);
  const provider = '\n[model_providers.loop]\nbase_url = "http://127.0.0.1:1/v1"\n';
  writeFileSync(config, `model_provider = "loop"\n${base}${provider}`);
  const [told] = await stop(own);
  expect(told).toContain('model_provider is set to "loop"');
  expect(told).toContain("model_providers.loop.base_url is set to sha256");
  expect(told).not.toContain("127.0.0.1");
  writeFileSync(config, `model_provider = "loop"\n${base}${provider.replace(":1/", ":2/")}`);
  expect((await stop(own))[0]).toContain("model_providers.loop.base_url is sha256");
  writeFileSync(join(home, ".env"), "OPENAI_BASE_URL=http://127.0.0.1:1\n");
  expect((await stop(own))[0]).toContain("variables is set to sha256");
  expect(changes().map(({ kind }) => kind)).toEqual(["reviewer", "reviewer", "reviewer"]);
});

test("another codex or git that PATH leads to first is told, and one that was updated in place is not", async () => {
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
  expect(await stop({ PATH })).toEqual([]);
  put(usual, program("codex"), "2");
  expect(await stop({ PATH })).toEqual([]);
  put(own, program("codex"), "3");
  const [line] = await stop({ PATH });
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
  await lookFromKeeper(join(locations.root, "servers", "x"), new Date());
  expect([await stop({ PATH }), changes()]).toMatchObject([[], { length: 1 }]);
});
