import { spawn } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { beforeEach, expect, onTestFinished, test } from "vitest";
import { parseJson } from "#base/json.ts";
import { withLock } from "#base/lock.ts";
import { builtFile } from "#commands/installation.ts";
import { HookAnswer } from "#test/gate-world.ts";
import { startHook } from "#test/hook-process.ts";
import { outcomeText, receiptsIn } from "#test/recorded-outcomes.ts";
import { makeRepository, type ScratchRepository } from "#test/scratch-repository.ts";

const SESSION = "5f0e4b1c-0000-4000-8000-000000000000";

let repository: ScratchRepository;
let state: string;
let settings: string;
let env: Readonly<Record<string, string>>;
beforeEach(async () => {
  repository = makeRepository();
  onTestFinished(repository.remove);
  repository.write("README.md", "# A repository\n");
  repository.commit("Begin");
  state = join(repository.beside, "state");
  const config = join(repository.beside, "config");
  settings = join(config, "settings.json");
  mkdirSync(config);
  env = {
    PATH: process.env["PATH"] ?? "",
    HOME: repository.home,
    COUNTERSIGN_HOME: state,
    COUNTERSIGN_CODEX: "/nonexistent/codex",
    COUNTERSIGN_PREWARM: "false",
    CLAUDE_CONFIG_DIR: config,
    CLAUDE_CODE_SESSION_ATTENDED: "1",
  };
  await answer("SessionStart", { source: "startup" });
  repository.write("src/new.js", "export const fresh = 1;\n");
});

function register(timeout: number): void {
  const hook = { type: "command", command: "countersign hook stop", timeout };
  writeFileSync(settings, JSON.stringify({ hooks: { Stop: [{ hooks: [hook] }] } }));
}

/** What the hook says of an event; fails where it says anything else than one object. */
async function answer(event: "SessionStart" | "Stop", fields: object = {}): Promise<HookAnswer> {
  const name = event === "Stop" ? "stop" : "session-start";
  const { stdin, ended } = startHook(name, { env, cwd: repository.root });
  stdin.end(JSON.stringify({ session_id: SESSION, cwd: repository.root, hook_event_name: event, ...fields }));
  const { exitCode, stdout, stderr } = await ended;
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
  return parseJson(stdout, HookAnswer);
}

test("a timeout that leaves no time for a review is named, and what to set instead", async () => {
  register(2);
  const { systemMessage } = await answer("Stop");
  expect(systemMessage).toContain("The review did not end in time");
  expect(systemMessage).toContain(`${settings} gives the Stop hook 2 s`);
  expect(systemMessage).toContain("set its `timeout` to 270 there");
  // On a machine under load the last moment comes before the record does.
  const outcomes = receiptsIn(state).map(({ outcome }) => outcomeText(outcome));
  expect(outcomes).toEqual(systemMessage?.includes("not on record") === true ? [] : ["failed(deadline)"]);
});

test("one that leaves enough is not spoken of", async () => {
  register(60);
  expect((await answer("Stop")).systemMessage).toContain("[codex-missing]");
});

test("a stop that waits in vain for another one of its session is on record, and says so in time", async () => {
  env = { ...env, COUNTERSIGN_DEADLINE_SECONDS: "3" };
  await answer("SessionStart", { source: "resume" });
  const { systemMessage } = await waitingFor(`${SESSION}.stop.lock`);
  expect(systemMessage).toContain("not reviewed [lock-held], let through unsigned");
  expect(systemMessage).toContain("Another process holds a lock");
  expect(receiptsIn(state).map(({ outcome }) => outcomeText(outcome))).toEqual(["failed(lock-held)"]);
});

test("a stop that has to wait because its record cannot be had answers before the host ends it", async () => {
  register(4);
  const { systemMessage } = await waitingFor(`${SESSION}.json.lock`);
  expect(systemMessage).toContain("not on record");
  expect(systemMessage).toContain("gives the Stop hook 4 s");
});

async function waitingFor(lock: string): Promise<HookAnswer> {
  return await withLock(join(state, "sessions", lock), () => answer("Stop"), AbortSignal.abort());
}

test("the time before the hook's own process counts, as the host counts it", async () => {
  register(8);
  const leader = spawn("sh", ["-c", 'sleep 5; "$0" "$1"; true', process.execPath, builtFile("stop")], {
    env: { ...env, CLAUDE_PID: String(process.pid) },
    cwd: repository.root,
    stdio: ["pipe", "pipe", "inherit"],
    detached: true,
  });
  leader.stdin.end(JSON.stringify({ session_id: SESSION, cwd: repository.root, hook_event_name: "Stop" }));
  const { systemMessage } = parseJson(await text(leader.stdout), HookAnswer);
  expect(systemMessage).toContain(`${settings} gives the Stop hook 8 s`);
});
