import { existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, expect, onTestFinished, test } from "vitest";
import { type HookAnswer, runHook } from "#test/gate-world.ts";
import { type MarkingPrograms, makeMarkingPrograms } from "#test/marking-programs.ts";
import { makeRepository, type ScratchRepository } from "#test/scratch-repository.ts";

let repository: ScratchRepository;
let programs: MarkingPrograms;
let state: string;
let env: Readonly<Record<string, string>>;
beforeEach(() => {
  repository = makeRepository();
  onTestFinished(repository.remove);
  programs = makeMarkingPrograms(repository.beside, ["git", "codex"]);
  state = join(repository.beside, "state");
  env = {
    PATH: programs.folder,
    HOME: repository.home,
    COUNTERSIGN_HOME: state,
    CLAUDE_PID: String(process.pid),
    CLAUDE_CODE_SESSION_ATTENDED: "1",
  };
});

function configure(config: object): void {
  const folder = join(repository.home, ".config", "countersign");
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "config.json"), JSON.stringify(config));
}

/** A whole session with a change in it, as its host would call the hooks. */
async function session(own: Readonly<Record<string, string>> = {}): Promise<readonly HookAnswer[]> {
  const common = { session_id: "s1", cwd: repository.root };
  const call = (name: "session-start" | "stop" | "session-end", input: object) =>
    runHook(name, JSON.stringify({ ...common, ...input }), { ...env, ...own }, repository.root);
  const begun = await call("session-start", { hook_event_name: "SessionStart", source: "startup" });
  repository.write("src/new.js", "export const fresh = 1;\n");
  const stopped = await call("stop", { hook_event_name: "Stop" });
  const ended = await call("session-end", { hook_event_name: "SessionEnd", reason: "other" });
  return [begun, stopped, ended];
}

/** All that stays is the session's own small file, by which its stops know that the gate is off. */
function nothingHappened(answers: readonly HookAnswer[]): void {
  expect(answers).toEqual([{}, {}, {}]);
  expect(programs.marks()).toEqual([]);
  const left = readdirSync(state, { recursive: true, encoding: "utf8" }).sort();
  expect(left).toEqual(["leases", "sessions", join("sessions", "s1.json")]);
}

test("a gate that is off in the user's configuration starts nothing and records nothing", async () => {
  configure({ gate: "off" });
  nothingHappened(await session());
});

test("a gate that is off for this repository starts nothing and records nothing", async () => {
  configure({ repositories: { [`${repository.root}/**`]: "off", [repository.root]: "off" } });
  nothingHappened(await session());
});

test("a gate that is off for sessions without a person starts nothing in one", async () => {
  configure({ headless: "off" });
  nothingHappened(await session({ CLAUDE_CODE_SESSION_ATTENDED: "0" }));
});

test("where the gate is off nothing is decided, also of a session that began outside of any repository", async () => {
  configure({ repositories: { [repository.root]: "off" } });
  const common = { session_id: "s1", cwd: repository.beside, prompt_id: "p1" };
  const call = async (name: "session-start" | "stop", input: object) =>
    await runHook(name, JSON.stringify({ ...common, ...input }), env, repository.beside);
  await call("session-start", { hook_event_name: "SessionStart", source: "startup" });
  expect(await call("stop", { hook_event_name: "Stop", cwd: repository.root })).toEqual({});
  expect(existsSync(join(state, "receipts"))).toBe(false);
});

test("a gate that is on asks git and codex, so that the tests above can fail", async () => {
  const [, stopped] = await session();
  expect(stopped?.systemMessage).toContain("not reviewed");
  expect(programs.marks().some((mark) => mark.startsWith("git "))).toBe(true);
  expect(programs.marks()).toContain("codex --version");
  expect(existsSync(join(state, "receipts"))).toBe(true);
});

test("a project cannot switch the gate off", async () => {
  writeFileSync(join(repository.root, ".countersign.json"), '{"gate": "off"}');
  const [begun] = await session();
  expect(begun?.systemMessage).toContain("which a project may not");
  expect(programs.marks()).not.toEqual([]);
});
