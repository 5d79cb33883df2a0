import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import {
  layDown,
  refusalOf,
  refuseRun,
  takeBack,
  takeOver,
  workerOf,
} from "#commands/thread/background/handover.ts";
import { workerEnvironment } from "#commands/thread/background/start-worker.ts";
import type { ThreadRequest } from "#commands/thread/turn/thread-request.ts";
import { newRun } from "#runs/records/begin-run.ts";
import type { RunName } from "#runs/records/run-files.ts";
import { callCommand } from "#test/call-command.ts";
import { thisProcess } from "#test/run-values.ts";
import { freshLocations } from "#test/state-root.ts";

const REQUEST: ThreadRequest = {
  schema: "countersign/thread-request/1",
  kind: "turn",
  prompt: "a secret plan",
  cwd: "/work/project",
  model: null,
  effort: null,
  write: false,
  mcpServers: [],
  timeoutSeconds: 60,
  resumes: null,
  name: null,
  target: null,
  focus: null,
  asker: { by: "terminal", session: null },
  background: true,
};

async function laidDown(): Promise<RunName> {
  const run = await newRun(freshLocations(), new Date());
  await layDown(run, REQUEST);
  return run;
}

test("one worker takes a run over, and nobody after it", async () => {
  const run = await laidDown();
  expect(statSync(join(run.folder, "request.json")).mode & 0o077).toBe(0);
  expect(takeOver(run, thisProcess())).toEqual(REQUEST);
  expect(workerOf(run)).toEqual(thisProcess());
  // What was asked does not lie about in a second place.
  for (const name of readdirSync(run.folder)) {
    expect(readFileSync(join(run.folder, name), "utf8")).not.toContain(REQUEST.prompt);
  }
  expect(() => takeOver(run, thisProcess())).toThrow(/takes no worker/);
  expect(takeBack(run)).toBe(false);
});

test("what was taken back is nobody's", async () => {
  const run = await laidDown();
  expect(takeBack(run)).toBe(true);
  expect(() => takeOver(run, thisProcess())).toThrow(/does not wait for one/);
  expect(existsSync(join(run.folder, "worker.json"))).toBe(false);
});

test("why a run was not begun is there to be read", async () => {
  const run = await laidDown();
  expect(refusalOf(run)).toBeUndefined();
  refuseRun(run, { text: "no", choices: ["yes"] });
  expect(refusalOf(run)).toEqual({ text: "no", choices: ["yes"] });
});

test("by hand nobody can be the worker of a run that waits for none", async () => {
  const locations = freshLocations();
  const run = await newRun(locations, new Date());
  const called = await callCommand(locations, ["thread", "work", run.id]);
  expect(called).toMatchObject({ code: 2, stderr: expect.stringContaining("it does not wait for one") });
  expect((await callCommand(locations, ["thread", "work", "../x"])).stderr).toContain(
    "nobody has to type this",
  );
  expect((await callCommand(locations, ["thread", "work"])).code).toBe(2);
  expect(readdirSync(run.folder)).toEqual([]);
});

test("a worker gets what Codex needs and what names our places, and nothing else of a shell", () => {
  const environment = workerEnvironment({
    PATH: "/bin",
    HOME: "/home/user",
    OPENAI_API_KEY: "key",
    CODEX_HOME: "/home/user/.codex",
    COUNTERSIGN_HOME: "/state",
    COUNTERSIGN_CODEX: "/usr/bin/codex",
    XDG_STATE_HOME: "/home/user/state",
    CLAUDE_CODE_MESSAGING_TOKEN: "secret",
    ANTHROPIC_API_KEY: "secret",
    AWS_SECRET_ACCESS_KEY: "secret",
    SSH_AUTH_SOCK: "/tmp/agent",
    UNSET: undefined,
  });
  expect(environment).toEqual({
    PATH: "/bin",
    HOME: "/home/user",
    OPENAI_API_KEY: "key",
    CODEX_HOME: "/home/user/.codex",
    COUNTERSIGN_HOME: "/state",
    COUNTERSIGN_CODEX: "/usr/bin/codex",
    XDG_STATE_HOME: "/home/user/state",
  });
});

test("a guard that stands over it stands over its worker too", () => {
  const environment = workerEnvironment({ HOME: "/home/user", COUNTERSIGN_NESTED: "of a run" });
  expect(environment["COUNTERSIGN_NESTED"]).toBe("of a run");
});
