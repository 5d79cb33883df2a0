import { once } from "node:events";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { beforeEach, expect, onTestFinished, test } from "vitest";
import { SessionId } from "#base/ids.ts";
import { parseShape } from "#base/json.ts";
import { identifyProcess } from "#base/process-identity.ts";
import { takeLease } from "#codex/server/lease.ts";
import { startHook } from "#test/hook-process.ts";
import { makeRepository, type ScratchRepository } from "#test/scratch-repository.ts";

const SESSION = parseShape("5f0e4b1c-0000-4000-8000-000000000000", SessionId);
let repository: ScratchRepository;
let state: string;
let leases: string;
let env: Readonly<Record<string, string>>;

beforeEach(() => {
  repository = makeRepository();
  onTestFinished(repository.remove);
  repository.write("README.md", "# A repository\n");
  repository.commit("Begin");
  state = join(repository.beside, "state");
  leases = join(state, "leases");
  env = {
    PATH: process.env["PATH"] ?? "",
    HOME: repository.home,
    COUNTERSIGN_HOME: state,
    COUNTERSIGN_PREWARM: "false",
    CLAUDE_PID: String(process.pid),
  };
});

async function run(
  name: "session-start" | "session-end",
  more: { readonly cwd: string; readonly env?: Readonly<Record<string, string>> },
): Promise<string> {
  const hook = startHook(name, { env: { ...env, ...more.env }, cwd: more.cwd });
  const event = name === "session-end" ? "SessionEnd" : "SessionStart";
  hook.stdin.end(
    JSON.stringify({ session_id: SESSION, cwd: more.cwd, hook_event_name: event, source: "startup" }),
  );
  const { exitCode, stdout, stderr } = await hook.ended;
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
  return stdout.trim();
}

test("the host's file of variables stays as it is, however often sessions begin and end", async () => {
  const file = join(repository.beside, "variables.sh");
  const text = "export OTHER=1\n";
  writeFileSync(file, text);
  const more = { cwd: repository.root, env: { CLAUDE_ENV_FILE: file } };
  for (const name of ["session-start", "session-start", "session-end", "session-start"] as const) {
    expect(JSON.parse(await run(name, more))).toEqual({});
  }
  expect(readFileSync(file, "utf8")).toBe(text);
});

test("from another folder, and without the variables of a plugin, it drops the lease that the start took", async () => {
  await run("session-start", { cwd: repository.root, env: { CLAUDE_PLUGIN_DATA: join(state, "data") } });
  expect(readdirSync(leases)).toHaveLength(1);
  expect(await run("session-end", { cwd: "/" })).toBe("{}");
  expect(readdirSync(leases)).toEqual([]);
});

test("it asks no server, waits for no lock, and takes a thousand claims of others for what they are", async () => {
  const place = join(state, "servers", "0".repeat(20));
  mkdirSync(place, { recursive: true, mode: 0o700 });
  let asked = 0;
  const silent = createServer(() => {
    asked += 1;
  }).listen(join(place, "s"));
  await once(silent, "listening");
  onTestFinished(() => {
    silent.close();
  });
  const held = ["sessions", "servers"].flatMap((folder) => [
    join(state, folder, `${SESSION}.lock`),
    join(state, folder, `${SESSION}.json.lock`),
  ]);
  const locks = [...held, join(place, "keeper.lock"), join(leases, "lock")];
  mkdirSync(join(state, "sessions"));
  mkdirSync(leases);
  const own = JSON.stringify(identifyProcess(process.pid));
  for (const lock of locks) writeFileSync(lock, own);
  for (let other = 0; other < 1_000; other += 1) writeFileSync(join(leases, `other-${other}.1.x`), own);
  takeLease(leases, SESSION, process.pid);
  const before = readdirSync(leases).length;
  expect(await run("session-end", { cwd: repository.root })).toBe("{}");
  expect(asked).toBe(0);
  expect(locks.map((lock) => readFileSync(lock, "utf8"))).toEqual(locks.map(() => own));
  expect(readdirSync(leases)).toHaveLength(before - 1);
  expect(readdirSync(leases).filter((name) => name.startsWith(SESSION))).toEqual([]);
});

test("where no state is, none is made", async () => {
  expect(await run("session-end", { cwd: repository.root })).toBe("{}");
  expect(existsSync(state)).toBe(false);
});
