import { spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, chownSync, existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { execPath } from "node:process";
import { Readable } from "node:stream";
import { beforeEach, expect, onTestFinished, test } from "vitest";
import { parseJson } from "#base/json.ts";
import { builtFile } from "#commands/installation.ts";
import { HookAnswer, type HookName } from "#test/gate-world.ts";
import { type HookProcess, startHook } from "#test/hook-process.ts";
import { makeRepository, type ScratchRepository } from "#test/scratch-repository.ts";

let repository: ScratchRepository;
let state: string;
let env: Readonly<Record<string, string>>;
beforeEach(() => {
  repository = makeRepository();
  onTestFinished(repository.remove);
  repository.write("README.md", "# A repository\n");
  repository.commit("Begin");
  state = join(repository.beside, "state");
  env = {
    PATH: process.env["PATH"] ?? "",
    HOME: repository.home,
    COUNTERSIGN_HOME: state,
    COUNTERSIGN_CODEX: "/nonexistent/codex",
    COUNTERSIGN_PREWARM: "false",
    CLAUDE_CODE_SESSION_ATTENDED: "1",
  };
});

const SESSION = "5f0e4b1c-0000-4000-8000-000000000000";

function started(name: HookName, own: Readonly<Record<string, string>> = {}): HookProcess {
  return startHook(name, { env: { ...env, ...own }, cwd: repository.root });
}

/** One JSON object, exit code 0, nothing beside it: what a host can read. */
async function answerOf({ ended }: HookProcess): Promise<HookAnswer> {
  const { exitCode, stdout, stderr } = await ended;
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
  return parseJson(stdout, HookAnswer);
}

async function hook(
  name: HookName,
  stdin: string,
  own: Readonly<Record<string, string>> = {},
): Promise<HookAnswer> {
  const process = started(name, own);
  process.stdin.end(stdin);
  return await answerOf(process);
}

function input(event: string, changes: Readonly<Record<string, unknown>> = {}): string {
  return JSON.stringify({ session_id: SESSION, cwd: repository.root, hook_event_name: event, ...changes });
}

function stop(own: Readonly<Record<string, string>> = {}): Promise<HookAnswer> {
  return hook("stop", input("Stop"), own);
}

function receiptNames(): readonly string[] {
  const receipts = join(state, "receipts");
  if (!existsSync(receipts)) return [];
  return readdirSync(receipts, { recursive: true, encoding: "utf8" }).filter((name) =>
    name.endsWith(".json"),
  );
}

function unreadable(): readonly (readonly [string, string])[] {
  return [
    ["nothing", ""],
    ["no JSON", "Stop!"],
    ["JSON that is cut off", input("Stop").slice(0, -1)],
    ["JSON of another kind", "[1, 2]"],
    ["two objects", `${input("Stop")}${input("Stop")}`],
    ["bytes that are no text", "\u0000\u0001{}"],
    ["no cwd", input("Stop", { cwd: undefined })],
    ["a cwd that is relative", input("Stop", { cwd: "work" })],
    ["no session", input("Stop", { session_id: undefined })],
    ["a session that climbs out of a folder", input("Stop", { session_id: "../../x" })],
    ["a session that is no text", input("Stop", { session_id: { $ne: "" } })],
    ["another event", input("SessionStart")],
    ["an event that nobody knows", input("PreToolUse")],
    ["5 MB of no JSON", "}".repeat(5_000_000)],
  ];
}

test("every stdin that cannot be used is said, recorded and let through", async () => {
  for (const [name, stdin] of unreadable()) {
    const before = receiptNames().length;
    const answer = await hook("stop", stdin);
    expect(answer, name).toEqual({ systemMessage: expect.stringContaining("[bad-input]") });
    expect(receiptNames(), name).toHaveLength(before + 1);
  }
  expect(existsSync(join(repository.beside, "x.json"))).toBe(false);
});

test("the other hooks answer such stdin too", async () => {
  for (const [name, stdin] of unreadable()) {
    const begun = await hook("session-start", stdin.replace('"Stop"', '"SessionStart"').replace(/^$/, "-"));
    if (name === "another event" || name === "two objects") continue;
    if (begun.systemMessage !== undefined) expect(begun.systemMessage, name).toContain("could not be read");
    expect(await hook("session-end", stdin), name).toEqual({});
  }
});

test("5 MB of good input are read", async () => {
  const answer = await hook("stop", input("Stop", { last_assistant_message: "x".repeat(5_000_000) }));
  expect(answer.systemMessage).toContain("had no baseline");
});

test("a pipe that stays open after the whole input costs nothing", async () => {
  const process = started("stop");
  process.stdin.write(input("Stop"));
  expect((await answerOf(process)).systemMessage).toContain("had no baseline");
});

test("nor does one after 5 MB in which every chunk may be the end", async () => {
  const process = started("stop");
  process.stdin.write(input("Stop", { last_assistant_message: "}".repeat(5_000_000) }));
  expect((await answerOf(process)).systemMessage).toContain("had no baseline");
});

test.each([
  ["nothing", ""],
  ["half an object", '{"session_id":'],
])("a pipe that stays open after %s is given up", async (_name, text) => {
  const process = started("stop");
  process.stdin.write(text);
  expect((await answerOf(process)).systemMessage).toContain("stdin stayed open");
});

test("input without an end is given up", async () => {
  const process = started("stop");
  const endless = new Readable({
    read() {
      this.push("x".repeat(65_536));
    },
  });
  endless.pipe(process.stdin);
  expect((await answerOf(process)).systemMessage).toContain("[bad-input]");
  endless.destroy();
});

/** Runs the hook into a pipe by these shell words, and returns its exit code; the input is whole. */
async function exitCodeInto(words: string): Promise<string> {
  const script = `{ ${words} "$0" "$1"; echo "$?" >&2; } | sleep 60`;
  const shell = spawn("sh", ["-c", script, execPath, builtFile("stop")], {
    env: { ...env },
    cwd: repository.root,
    stdio: ["pipe", "ignore", "pipe"],
    detached: true,
  });
  onTestFinished(() => {
    process.kill(-(shell.pid ?? 0), "SIGKILL");
  });
  shell.stdin.end(input("Stop"));
  const [code] = await once(shell.stderr, "data");
  return String(code).trim();
}

test("a full pipe that nobody reads holds no hook", async () => {
  expect(await exitCodeInto("head -c 65536 /dev/zero;")).toBe("0");
});

test("nor does a stdout that is closed", async () => {
  expect(await exitCodeInto("exec >&-;")).toBe("0");
});

test("a cwd that does not exist is let through visibly", async () => {
  const cwd = join(repository.beside, "gone");
  const answer = await hook("stop", input("Stop", { cwd }));
  expect(answer).toEqual({ systemMessage: expect.stringContaining("in no git repository") });
});

test.each(["session-start", "stop", "session-end"] as const)(
  "%s does nothing in a nested agent",
  async (name) => {
    expect(await hook(name, "no JSON at all", { COUNTERSIGN_NESTED: "1" })).toEqual({});
    expect(existsSync(state)).toBe(false);
  },
);

function configure(path: "user" | "project", text: string): void {
  const folder = path === "user" ? join(repository.home, ".config", "countersign") : repository.root;
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, path === "user" ? "config.json" : ".countersign.json"), text);
}

test.each(["user", "project"] as const)(
  "a torn %s configuration leaves the gate on and is said",
  async (whose) => {
    configure(whose, '{"gate": "off"');
    const begun = await hook("session-start", input("SessionStart", { source: "startup" }));
    expect(begun.systemMessage).toContain("cannot be read as configuration");
    repository.write("src/new.js", "export const fresh = 1;\n");
    expect((await stop()).systemMessage).toContain("[codex-missing]");
  },
);

test("a key that nobody knows is named with the nearest one, and the others count", async () => {
  configure("user", '{"maxRound": 2, "messages": "verbose"}');
  const begun = await hook("session-start", input("SessionStart", { source: "startup" }));
  expect(begun.systemMessage).toContain('did you mean "maxRounds"?');
  expect((await stop()).systemMessage).toContain("nothing to review since");
});

test("a torn session record is set aside, and the next stop takes a baseline and says so", async () => {
  await hook("session-start", input("SessionStart", { source: "startup" }));
  writeFileSync(join(state, "sessions", `${SESSION}.json`), '{"schema":');
  const answer = await stop();
  expect(answer.systemMessage).toContain("could not be read and was set aside");
  expect(answer.systemMessage).toContain("had no baseline");
  const names = readdirSync(join(state, "sessions"));
  expect(names.filter((name) => name.startsWith(`${SESSION}.json.corrupt-`))).toHaveLength(1);
  repository.write("src/new.js", "export const fresh = 1;\n");
  expect((await stop()).systemMessage).toContain("[codex-missing]");
});

test("a file in the place of the state root is said at each stop", async () => {
  writeFileSync(state, "not a folder");
  const begun = await hook("session-start", input("SessionStart", { source: "startup" }));
  expect(begun.systemMessage).toContain("start is not on record");
  expect(begun.systemMessage).toContain("state could not be written");
  for (const stopped of [await stop(), await stop()]) {
    expect(stopped).toEqual({ systemMessage: expect.stringContaining("not on record") });
    expect(stopped.systemMessage).toContain("state could not be written");
  }
  expect((await hook("stop", "no JSON")).systemMessage).toContain("state could not be written");
  expect(await hook("session-end", input("SessionEnd"))).toEqual({});
});

/** Root may write everywhere, so there the hooks run as somebody else. */
const SOMEBODY = process.getuid?.() === 0 ? { uid: 65_534 } : {};

test("a state root that may not be written is said at each stop", async () => {
  mkdirSync(state);
  chmodSync(state, 0o555);
  if (SOMEBODY.uid !== undefined) chownSync(state, SOMEBODY.uid, SOMEBODY.uid);
  chmodSync(join(repository.root, ".."), 0o755);
  for (const _ of [1, 2]) {
    const process = startHook("stop", { env, cwd: repository.root, ...SOMEBODY });
    process.stdin.end(input("Stop"));
    const stopped = await answerOf(process);
    expect(stopped).toEqual({ systemMessage: expect.stringContaining("not on record") });
    expect(stopped.systemMessage).toContain("state could not be written");
  }
});
