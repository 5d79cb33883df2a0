import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { checkChanges } from "#commands/doctor/check-changes.ts";
import { checkHooks } from "#commands/doctor/check-hooks.ts";
import { markChange, recordChange } from "#runs/settings-changes.ts";
import { type ExaminedStage, examinedStage } from "#test/examined.ts";

const USER = "home/.claude/settings.json";
const PROJECT = "project/.claude/settings.json";
const LAUNCHER = "/state/launch/countersign-hook";

const stopHook = (changes: object = {}) => ({
  type: "command",
  command: `${LAUNCHER} stop`,
  timeout: 300,
  ...changes,
});

/** Settings with all three hooks; what is given goes into the Stop entry. */
function registered(changes: object = {}, more: object = {}): object {
  const group = (hook: object) => [{ hooks: [hook] }];
  return {
    hooks: {
      SessionStart: group({ type: "command", command: `${LAUNCHER} session-start`, timeout: 30 }),
      Stop: group(stopHook(changes)),
      SessionEnd: group({ type: "command", command: `${LAUNCHER} session-end`, timeout: 3 }),
    },
    ...more,
  };
}

async function found(stage: ExaminedStage) {
  const [hooks, ...more] = await checkHooks(stage.examined);
  return { ...hooks, detail: hooks?.detail.join("\n") ?? "", more };
}

test("registered in one scope", async () => {
  const stage = examinedStage();
  const path = stage.write(USER, registered());
  expect(await found(stage)).toEqual({
    id: "hooks",
    state: "ok",
    what: "Registered: user",
    detail: `user: ${path} registers\n  SessionStart (30 s): ${LAUNCHER} session-start\n  Stop (300 s): ${LAUNCHER} stop\n  SessionEnd (3 s): ${LAUNCHER} session-end`,
    next: null,
    more: [],
  });
});

test("registered nowhere", async () => {
  const stage = examinedStage();
  stage.write(USER, { hooks: { Stop: [{ hooks: [{ type: "command", command: "notify" }] }] } });
  expect(await found(stage)).toMatchObject({ state: "broken", next: "Run `countersign setup`." });
});

test("a Stop entry that is gone leaves nothing to take out", async () => {
  const stage = examinedStage();
  const start = { type: "command", command: `${LAUNCHER} session-start` };
  stage.write(USER, { hooks: { SessionStart: [{ hooks: [start] }] } });
  const what = "No Stop hook of ours runs, so that nothing is reviewed: none is registered";
  expect(await found(stage)).toMatchObject({ state: "broken", what, next: "Run `countersign setup`." });
});

test.each([
  ["by any file", registered(), { disableAllHooks: true }],
  ["by its own", registered({}, { disableAllHooks: true }), {}],
])("registered and switched off %s", async (_how, user, project) => {
  const stage = examinedStage();
  stage.write(USER, user);
  stage.write(PROJECT, project);
  const hooks = await found(stage);
  expect(hooks).toMatchObject({ state: "broken", what: expect.stringContaining("switched off by") });
  expect(hooks.detail).toContain("disableAllHooks is true");
});

test.each([["yes"], [1], [null]])(
  "a file in which that is %j is ignored by the host, with the hooks that it registers",
  async (value) => {
    const stage = examinedStage();
    const path = stage.write(USER, registered({}, { disableAllHooks: value }));
    stage.write(PROJECT, { disableAllHooks: false });
    const hooks = await found(stage);
    expect(hooks).toMatchObject({
      state: "broken",
      what: expect.stringContaining("No Stop hook of ours runs"),
    });
    expect(hooks.detail).toContain("Claude Code ignores the whole file");
    stage.write(PROJECT, registered());
    expect(await found(stage)).toMatchObject({ what: expect.not.stringContaining(path) });
  },
);

test("a later scope switches them on again", async () => {
  const stage = examinedStage();
  stage.write(USER, registered({}, { disableAllHooks: true }));
  stage.write("project/.claude/settings.local.json", { disableAllHooks: false });
  expect(await found(stage)).toMatchObject({ state: "ok" });
});

test.each([
  ["is no more than nothing", { timeout: 0 }, "broken", "a timeout must be more than 0"],
  ["ends a review before its deadline", { timeout: 60 }, "warning", "Stop (60 s)"],
  ["is left to the host", { timeout: undefined }, "ok", "Stop (no timeout, so 600 s)"],
])("a timeout that %s", async (_what, changes, state, detail) => {
  const stage = examinedStage();
  stage.write(USER, registered(changes));
  const hooks = await found(stage);
  expect(hooks).toMatchObject({ state });
  expect(hooks.detail).toContain(detail);
});

test.each([
  ["asynchronous", { async: true }, "its answer comes too late"],
  ["asynchronous and waking", { asyncRewake: true }, "its answer comes too late"],
  ["conditional", { if: "Bash(git *)" }, "never runs at a stop"],
  ["of another type", { type: "prompt" }, 'not "command"'],
  ["of no type", { type: undefined }, "its type is missing"],
])("a Stop hook that is %s is no gate", async (_what, changes, why) => {
  const stage = examinedStage();
  stage.write(USER, registered(changes));
  const hooks = await found(stage);
  expect(hooks).toMatchObject({ state: "broken", what: expect.stringContaining(why) });
  expect(hooks.detail).toContain(why);
});

test("equal commands of two scopes run once, different ones both", async () => {
  const stage = examinedStage();
  stage.write(USER, registered({ timeout: 280 }));
  stage.write(PROJECT, registered());
  const once = await found(stage);
  expect(once).toMatchObject({ state: "ok", what: "Registered: project" });
  expect(once.detail).toContain(
    "Stop (280 s): /state/launch/countersign-hook stop [does not run by this entry]",
  );
  stage.write(PROJECT, registered({ command: "countersign hook stop" }));
  expect(await found(stage)).toMatchObject({
    state: "warning",
    what: expect.stringContaining("several different Stop hooks"),
  });
});

test("a file that cannot be read is named, and a missing event too", async () => {
  const stage = examinedStage();
  stage.write(USER, { hooks: { Stop: [{ hooks: [stopHook()] }] } });
  const project = stage.write(PROJECT, "{ // a comment\n}");
  const hooks = await found(stage);
  expect(hooks).toMatchObject({ state: "warning" });
  expect(hooks.what).toContain("SessionStart and SessionEnd missing; a settings file cannot be read");
  expect(hooks.detail).toContain(`project: ${project} cannot be read`);
});

test("a file that cannot be read is to be mended before setup, which would refuse it", async () => {
  const stage = examinedStage();
  stage.write(USER, "{");
  const next = "Mend the file that cannot be read; then run `countersign setup`.";
  expect(await found(stage)).toMatchObject({ state: "broken", next });
});

test("a record that cannot be read is not called a change", async () => {
  const stage = examinedStage();
  const path = stage.write("state/settings-changes/0123456789abcdef0123.json", "{");
  const what = "Records of changes to what the gate hangs on cannot be read";
  const detail = [`a record of a change cannot be read: ${path}`];
  expect(await checkChanges(stage.examined)).toMatchObject([
    { id: "changes", state: "warning", what, detail },
  ]);
});

test("settings above the folder do not count, and that is said", async () => {
  const stage = examinedStage();
  stage.write("project/.git/HEAD", "ref: refs/heads/main\n");
  mkdirSync(join(stage.root, "project/src"));
  const above = stage.write(PROJECT, registered());
  const cwd = join(stage.root, "project/src");
  const [hooks] = await checkHooks({ ...stage.examined, cwd });
  expect(hooks).toMatchObject({
    state: "broken",
    detail: [`${above} does not count for sessions that start in ${cwd}`],
  });
});

test("variables that only hooks get and that move the records are seen", async () => {
  const stage = examinedStage();
  stage.write(USER, registered({}, { env: { COUNTERSIGN_HOME: "/elsewhere", LANG: "C" } }));
  const { more } = await found(stage);
  expect(more).toMatchObject([
    {
      id: "places",
      state: "broken",
      detail: [`hooks use /elsewhere, this shell ${join(stage.root, "state")}`],
    },
  ]);
});

test("what was changed without setup is told until setup was run", async () => {
  const stage = examinedStage();
  expect(await checkChanges(stage.examined)).toEqual([]);
  const id = "0123456789abcdef0123";
  const change = {
    id,
    kind: "settings",
    path: "/home/u/.claude/settings.json",
    changes: [{ fact: "hooks.Stop", was: "a", is: null }],
    since: "2026-01-02T11:00:00.000Z",
    at: "2026-01-02T11:30:00.000Z",
    by: "keeper",
    sessions: [],
  } satisfies Parameters<typeof recordChange>[1];
  expect(recordChange(stage.examined.locations, change)).toBe(true);
  expect(await checkChanges(stage.examined)).toMatchObject([
    { id: "changes", state: "warning", detail: [expect.stringContaining("our Stop hook was taken out")] },
  ]);
  markChange(stage.examined.locations, id, "settled");
  expect(await checkChanges(stage.examined)).toEqual([]);
});
