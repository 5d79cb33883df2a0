import { execFileSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { parseJson } from "#base/json.ts";
import { ServerRecord } from "#codex/server-record.ts";
import type { FailureKind } from "#gate/failure.ts";
import { FAILURE_TEXTS } from "#gate/failure-texts.ts";
import { type CodexHome, makeCodexHome } from "#test/codex-home.ts";
import { type GateWorld, HookAnswer, makeGateWorld, type WorldSession } from "#test/gate-world.ts";
import { startHook } from "#test/hook-process.ts";
import { type Action, refuse, reviewAnswer, runCommand, usageLimit } from "#test/reviewer-action.ts";
import { eventually, pidsOf } from "#test/shared-server.ts";

let world: GateWorld;
let edits = 0;
/** Kept until the last server has ended. */
const homes: CodexHome[] = [];
beforeAll(async () => {
  world = await makeGateWorld((request) => reviewAnswer(request));
});
beforeEach(() => {
  world.api.play((request) => reviewAnswer(request));
});
afterAll(async () => {
  await world.close();
  for (const home of homes) home.remove();
});

/** A session with a change that a review is due for. */
async function changedSession(env: Readonly<Record<string, string>> = {}): Promise<WorldSession> {
  const session = world.session({ env });
  await session.start();
  edits += 1;
  world.repository.write("src/count.js", `export const count = ${edits};\n`);
  return session;
}

/** The failure of this kind, with its advice, where the user sees it, and on record. */
async function expectVisibleFailure(session: WorldSession, kind: FailureKind): Promise<void> {
  const answer = await session.stop();
  expect(answer).toEqual({ systemMessage: expect.stringContaining(`not reviewed [${kind}]`) });
  expect(answer.systemMessage).toContain(FAILURE_TEXTS[kind].next);
  expect(answer.systemMessage).toContain("unsigned");
  expect(session.outcomes()).toEqual([`failed(${kind})`]);
  expect(session.receipts().at(-1)).toMatchObject({ failure: { kind }, snapshot: expect.anything() });
}

/** A folder for PATH with git and nothing else of the machine. */
function onlyGit(name: string): string {
  const folder = join(world.repository.beside, name);
  mkdirSync(folder, { recursive: true });
  symlinkSync(execFileSync("which", ["git"], { encoding: "utf8" }).trim(), join(folder, "git"));
  return folder;
}

test("without codex the stop goes through and says how to install it", async () => {
  const session = await changedSession({ COUNTERSIGN_CODEX: "", PATH: onlyGit("no-codex") });
  await expectVisibleFailure(session, "codex-missing");
});

test("a codex that is too old is named with both versions", async () => {
  const path = onlyGit("old-codex");
  writeFileSync(join(path, "codex"), "#!/bin/sh\necho codex-cli 0.42.0\n", { mode: 0o755 });
  const session = await changedSession({ COUNTERSIGN_CODEX: "", PATH: path });
  await expectVisibleFailure(session, "codex-too-old");
  expect(session.receipts().at(-1)?.failure).toMatchObject({ version: "0.42.0", needed: "0.118.0" });
});

test("a codex that nobody has signed in to says how to", async () => {
  const home = makeCodexHome({ url: world.api.url });
  homes.push(home);
  const config = join(home.codexHome, "config.toml");
  const text = readFileSync(config, "utf8").replace(
    "requires_openai_auth = false",
    "requires_openai_auth = true",
  );
  writeFileSync(config, text);
  world.api.play(({ headers }) =>
    refuse(headers.authorization === undefined ? 401 : 500, { message: "no key" }),
  );
  const session = await changedSession({ HOME: home.home, CODEX_HOME: home.codexHome });
  await expectVisibleFailure(session, "not-signed-in");
});

const RESET = Math.floor(Date.parse("2035-01-02T03:00:00Z") / 1_000);
test.each<readonly [string, FailureKind, Action]>([
  ["a refused sign-in", "not-signed-in", refuse(401, { message: "bad key" })],
  ["a used-up plan", "usage-limit", usageLimit(RESET)],
  ["a rate limit", "rate-limit", refuse(429, { message: "slow down" })],
  ["a provider in trouble", "provider-overloaded", refuse(500, { message: "oops" })],
  ["a refused request", "request-refused", refuse(400, { message: "no" })],
  ["an answer that is cut off", "stream-cut", { kind: "cut", text: '{"request_id":' }],
])("%s lets the stop through and says what to do", async (_name, kind, action) => {
  const session = await changedSession();
  world.api.play(() => action);
  await expectVisibleFailure(session, kind);
});

test("a model that never answers is given up at the deadline, and its turn is ended", async () => {
  const session = await changedSession({ COUNTERSIGN_DEADLINE_SECONDS: "10" });
  const before = world.api.requests.length;
  world.api.play(() => ({ kind: "silent" }));
  await expectVisibleFailure(session, "deadline");
  expect(world.api.requests).toHaveLength(before + 1);
  await world.api.idle();
});

test("a server that is killed in mid-turn lets the stop through, and the next stop has a new one", async () => {
  const session = await changedSession();
  const before = world.api.requests.length;
  world.api.play(() => ({ kind: "silent" }));
  const stopped = expectVisibleFailure(session, "server-died");
  await world.api.requested(before + 1);
  for (const pid of serverPids()) process.kill(pid, "SIGKILL");
  await stopped;
  world.api.play((request) => reviewAnswer(request));
  expect((await session.stop()).systemMessage).toContain("signed by");
});

/** The app-servers of this world, as their own records name them. */
function serverPids(): readonly number[] {
  const servers = join(world.state, "servers");
  return readdirSync(servers, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith("server.json"))
    .map((name) => parseJson(readFileSync(join(servers, name), "utf8"), ServerRecord).process.pid);
}

test("onFailure block holds a stop back once for each session and class", async () => {
  const path = onlyGit("blocking");
  const blocking = { COUNTERSIGN_ON_FAILURE: "block" };
  const session = await changedSession(blocking);
  const without = { COUNTERSIGN_CODEX: "", PATH: path, ...blocking };
  const stop = {
    session_id: session.id,
    cwd: world.repository.root,
    hook_event_name: "Stop",
    prompt_id: "p",
  };
  const held = await world.hook("stop", stop, without);
  expect(held.decision).toBe("block");
  expect(held.reason).toContain("held back once");
  expect(held.systemMessage).toContain("npm install -g @openai/codex");
  expect((await world.hook("stop", stop, without)).decision).toBeUndefined();

  world.api.play(() => refuse(500, { message: "oops" }));
  expect((await session.stop()).decision).toBe("block");
  expect((await session.stop()).decision).toBeUndefined();

  const other = await changedSession(blocking);
  expect((await other.stop()).decision).toBe("block");
});

test("a hook that the host ends answers, ends its turn and leaves no command behind", async () => {
  const session = await changedSession();
  const before = world.api.requests.length;
  const sleep = `sleep 97.${process.pid}`;
  world.api.play((request) =>
    request.outputs.length === 0 ? runCommand(request, sleep, 250) : { kind: "silent" },
  );
  const cwd = world.repository.root;
  const { stdin, kill, ended } = startHook("stop", { env: world.env, cwd });
  stdin.end(JSON.stringify({ session_id: session.id, cwd, hook_event_name: "Stop", prompt_id: "p" }));
  await world.api.requested(before + 2);
  expect(pidsOf(sleep)).not.toEqual([]);
  kill("SIGTERM");
  const { exitCode, stdout, stderr } = await ended;
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
  expect(parseJson(stdout, HookAnswer)).toEqual({
    systemMessage: expect.stringContaining("[turn-interrupted]"),
  });
  await world.api.idle();
  await eventually(() => pidsOf(sleep).length === 0);
  expect(session.outcomes()).toEqual(["failed(turn-interrupted)"]);
});

test("after a hook that was killed in mid-review the next stop reviews the change", async () => {
  const session = await changedSession();
  const before = world.api.requests.length;
  world.api.play(() => ({ kind: "silent" }));
  const cwd = world.repository.root;
  const { stdin, kill, ended } = startHook("stop", { env: world.env, cwd });
  stdin.end(JSON.stringify({ session_id: session.id, cwd, hook_event_name: "Stop", prompt_id: "p" }));
  await world.api.requested(before + 1);
  kill("SIGKILL");
  expect((await ended).stdout).toBe("");
  world.api.play((request) => reviewAnswer(request));
  expect((await session.stop()).systemMessage).toContain("signed by");
  expect(session.outcomes()).toEqual(["allowed"]);
});
