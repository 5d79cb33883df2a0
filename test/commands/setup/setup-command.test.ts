import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import * as z from "zod/mini";
import { parseJson } from "#base/json.ts";
import { type Call, UsageFault } from "#commands/command.ts";
import { removeCommand } from "#commands/setup/remove-command.ts";
import { setup } from "#commands/setup/setup.ts";
import { nextText, scopeOption, setupPlace, setupText } from "#commands/setup/setup-command.ts";
import { locationsOf } from "#runs/locations.ts";
import { readRequests } from "#runs/sessions/requests.ts";
import { makeSetupStage, type SetupStage } from "#test/setup-stage.ts";

let stage: SetupStage;
let printed: string;

beforeEach(() => {
  stage = makeSetupStage();
  printed = "";
  mkdirSync(join(stage.root, "project"));
});
afterEach(() => stage.remove());

/** A call in a home of its own, in a project folder. */
function call(more: Partial<Call> = {}): Call {
  const output = {
    write: (text: string) => {
      printed += text;
    },
    isTerminal: false,
  };
  return {
    environment: {
      CLAUDE_CONFIG_DIR: join(stage.root, "config"),
      COUNTERSIGN_HOME: join(stage.root, "state"),
    },
    home: stage.root,
    platform: "linux",
    cwd: join(stage.root, "project"),
    now: new Date("2026-01-02T03:04:05.678Z"),
    stdout: output,
    stderr: output,
    stdinIsTerminal: true,
    readStdin: async () => new Uint8Array(),
    descent: () => ({ ancestors: [], fromAgentShell: false, terminal: true }),
    signal: new AbortController().signal,
    words: [],
    positionals: [],
    flags: new Set(),
    texts: new Map(),
    lists: new Map(),
    ...more,
  };
}

const register = (dryRun = false) =>
  setup(
    { scope: "user", dryRun, launcher: stage.launcher, at: call().now },
    setupPlace(call()),
    call().signal,
  );

test("a reviewer that is not there is named; with one that is, the proof is what comes next", () => {
  const done = { command: "countersign", dryRun: false };
  expect(nextText({ kind: "not-usable", why: "No codex. Install it." }, done)).toBe(
    "Note: no reviewer yet. No codex. Install it.\n",
  );
  const found = { kind: "found", path: "/usr/bin/codex", version: "0.169.0" } as const;
  expect(nextText(found, done)).toBe("`countersign doctor --prove` shows that they hold a stop back.\n");
  expect(nextText(found, { ...done, dryRun: true })).toBe("");
});

test("the place follows CLAUDE_CONFIG_DIR, the state root and the folder", () => {
  const { settings, launchDirectory } = setupPlace(call());
  expect([settings.user, settings.local, launchDirectory]).toEqual([
    stage.place.settings.user,
    stage.place.settings.local,
    stage.place.launchDirectory,
  ]);
  const bare = setupPlace(call({ environment: {} }));
  expect(bare.settings.user).toBe(join(stage.root, ".claude", "settings.json"));
});

test.each([
  [undefined, undefined],
  ["user", "user"],
  ["project", "project"],
  ["local", "local"],
])("--scope %s is %s", (given, expected) => {
  expect(scopeOption(call({ texts: new Map(given === undefined ? [] : [["scope", given]]) }))).toBe(expected);
});

test("another scope is named in the refusal", () => {
  expect(() => scopeOption(call({ texts: new Map([["scope", "managed"]]) }))).toThrow(UsageFault);
});

test("a person reads what was done, and where the old settings are", async () => {
  stage.write(stage.place.settings.user, '{"disableAllHooks":true}');
  expect(setupText(await register(true))).toContain("+++ ");
  const report = await register();
  expect(setupText(report)).toContain(
    `registered in ${stage.place.settings.user}. The old settings are kept in`,
  );
  expect(setupText(report)).toContain("Note: ");
  expect(setupText(await register())).toMatch(
    /stays as it is, and run this version \(1\.0\.0-[0-9a-f]{12}\)/,
  );
});

test("an upgrade names the build that the hooks run, and the one before", async () => {
  stage.write(stage.place.settings.user, "{}");
  await register();
  const newer = (dryRun: boolean) =>
    setup(
      { scope: "user", dryRun, launcher: { ...stage.launcher, version: "1.3.0" }, at: call().now },
      setupPlace(call()),
      call().signal,
    );
  const named = /run 1\.3\.0-[0-9a-f]{12}.*; before it was 1\.0\.0-[0-9a-f]{12}\.\n/;
  const dry = await newer(true);
  expect(dry).toMatchObject({ kind: "would-register", diff: "" });
  expect(setupText(dry)).toMatch(/would run 1\.3\.0-[0-9a-f]{12}; now they run 1\.0\.0-[0-9a-f]{12}\.\n/);
  expect(setupText(dry)).toContain("nothing was written");
  const text = setupText(await newer(false));
  expect(text).toMatch(named);
  expect(text).toContain("in sessions that run too");
  expect(setupText(await newer(true))).toContain("and run this version (1.3.0-");
});

test("removing tells the file, the copy and the launcher", async () => {
  stage.write(stage.place.settings.user, '{"model":"x"}');
  await register();
  expect(await removeCommand.run(call({ flags: new Set(["dry-run"]) }))).toBe(0);
  expect(printed).toContain("nothing was written");
  printed = "";
  await removeCommand.run(call());
  expect(printed).toContain(`gone from ${stage.place.settings.user}`);
  expect(printed).toContain("The launcher is gone too");
  expect(readFileSync(stage.place.settings.user, "utf8")).toBe('{"model":"x"}');
  printed = "";
  await removeCommand.run(call({ flags: new Set(["json"]) }));
  const Report = z.looseObject({
    schema: z.literal("countersign/remove/1"),
    kind: z.literal("nothing-registered"),
  });
  expect(parseJson(printed, Report)["launcher"]).toBe("absent");
});

const requests = () => {
  const { environment, home, platform } = call();
  return readRequests(locationsOf(environment, home, platform)).requests;
};

test("a removal from a terminal leaves its trace, a dry run none", async () => {
  await register();
  await removeCommand.run(call({ words: ["remove", "--dry-run"], flags: new Set(["dry-run"]) }));
  expect(requests()).toEqual([]);
  await removeCommand.run(call({ words: ["remove"] }));
  expect(requests()).toMatchObject([
    {
      request: { ask: { kind: "remove" }, by: "terminal", words: ["remove"], session: null },
      answers: [{ session: null, outcome: "done", detail: "removed" }],
    },
  ]);
});

test("a removal that could not be done says so in its trace too", async () => {
  stage.write(stage.place.settings.user, "{");
  await expect(removeCommand.run(call())).rejects.toThrow(UsageFault);
  expect(requests()).toMatchObject([{ answers: [{ outcome: "refused" }] }]);
});

test("under an agent nothing is removed: it is only asked for", async () => {
  await register();
  const before = readFileSync(stage.place.settings.user, "utf8");
  const agent = call({ words: ["remove"], environment: { ...call().environment, CLAUDECODE: "1" } });
  expect(await removeCommand.run(agent)).toBe(0);
  expect(printed).toMatch(
    /^Filed: remove\. The gate is off for this session from the next stop on, if the transcript/,
  );
  printed = "";
  await removeCommand.run({ ...agent, flags: new Set(["json"]) });
  expect(JSON.parse(printed)).toMatchObject({ schema: "countersign/remove/1", kind: "filed" });
  expect(readFileSync(stage.place.settings.user, "utf8")).toBe(before);
  expect(requests()).toMatchObject([
    { request: { ask: { kind: "remove" }, by: "agent-shell", words: ["remove"] }, answers: [] },
    { request: { ask: { kind: "remove" } }, answers: [] },
  ]);
});
