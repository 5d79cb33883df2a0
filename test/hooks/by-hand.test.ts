import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { builtFile } from "#commands/installation.ts";
import { shellQuoted } from "#commands/setup/launcher-script.ts";
import { locationsOf } from "#runs/locations.ts";
import { readRequests } from "#runs/sessions/requests.ts";
import { readSession } from "#runs/sessions/session-file.ts";
import { makeRepository, type ScratchRepository } from "#test/scratch-repository.ts";
import { sessionId } from "#test/session-values.ts";

const ID = sessionId("played-1");

let repository: ScratchRepository;
beforeAll(() => {
  repository = makeRepository();
  repository.write("a.txt", "a\n");
  repository.commit("Begin");
});
afterAll(() => {
  repository.remove();
});

const state = () => locationsOf({ COUNTERSIGN_HOME: join(repository.beside, "state") }, "/", "linux");
const baseline = () => {
  const read = readSession(state(), ID);
  return read.kind === "session" ? read.session.baseline?.snapshot.tree : undefined;
};

/** A shell stands for the host. The hook, then a write, then whatever `again` does with the same hook. */
function play(again: (hook: string) => string): string {
  const input = JSON.stringify({ session_id: ID, cwd: repository.root, source: "startup" });
  const program = [process.execPath, builtFile("session-start")].map(shellQuoted).join(" ");
  const hook = `printf %s ${shellQuoted(input)} | ${program}`;
  const script = `export CLAUDE_PID=$$\n${hook}\necho changed > a.txt\n${again(hook)}\n:`;
  return execFileSync("/bin/sh", ["-c", script], {
    env: {
      PATH: process.env["PATH"],
      HOME: repository.home,
      COUNTERSIGN_HOME: join(repository.beside, "state"),
      COUNTERSIGN_CODEX: "/nonexistent/codex",
    },
    cwd: repository.root,
    encoding: "utf8",
  });
}

test("a second start of a session that is known keeps its baseline, whatever it is said to be", () => {
  expect(
    play((hook) => hook)
      .trim()
      .split("\n"),
  ).toEqual(["{}", "{}"]);
  const first = baseline();
  expect(first).toBeDefined();
  play((hook) => hook);
  expect(baseline()).toBe(first);
  expect(readRequests(state()).requests).toEqual([]);
});

test.runIf(process.platform === "linux")(
  "a hook that the agent's shell runs does nothing, and is on record once",
  () => {
    const inShell = (hook: string): string =>
      `AI_AGENT=claude-code_2-1-330_agent sh -c ${shellQuoted(`env -u AI_AGENT sh -c ${shellQuoted(hook)}; :`)}; :`;
    const asHost = (hook: string): string => `export CLAUDE_PID=$$; ${hook}`;
    const printed = play((hook) => `${inShell(hook)}\n${inShell(asHost(hook))}`);
    expect(printed.match(/not run by Claude Code but in the agent's shell/g)).toHaveLength(2);
    const { requests } = readRequests(state());
    expect(requests).toMatchObject([
      {
        request: { ask: { kind: "hook", event: "SessionStart", about: ID }, by: "agent-shell", session: ID },
        answers: [],
      },
    ]);
  },
);
