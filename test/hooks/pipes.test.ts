import { execFileSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { parseJson } from "#base/json.ts";
import { HookAnswer, type HookName } from "#test/gate-world.ts";
import { startHook } from "#test/hook-process.ts";
import { runCountersign } from "#test/run-countersign.ts";
import { makeRepository } from "#test/scratch-repository.ts";

// Windows has no named pipes among its files.
test.skipIf(process.platform === "win32")(
  "no hook waits for a pipe that stands in the place of a file",
  async () => {
    const repository = makeRepository();
    onTestFinished(repository.remove);
    repository.write("a.txt", "a\n");
    repository.commit("Begin");
    const { root, home, beside } = repository;
    const transcript = join(beside, "session.jsonl");
    mkdirSync(join(beside, "session", "subagents"), { recursive: true });
    mkdirSync(join(root, ".claude"));
    mkdirSync(join(home, ".claude"));
    const pipes = [
      transcript,
      join(beside, "session", "subagents", "agent-1.jsonl"),
      join(root, ".countersign.json"),
      join(root, ".claude", "settings.json"),
      join(home, ".claude", "settings.json"),
    ];
    for (const pipe of pipes) execFileSync("mkfifo", [pipe]);
    const env = {
      PATH: process.env["PATH"] ?? "",
      HOME: home,
      COUNTERSIGN_HOME: join(beside, "state"),
      COUNTERSIGN_CODEX: "/nonexistent/codex",
      CLAUDE_CODE_SESSION_ATTENDED: "1",
    };
    const hook = async (name: HookName): Promise<HookAnswer> => {
      const running = startHook(name, { env, cwd: root });
      onTestFinished(() => running.kill("SIGKILL"));
      running.stdin.end(JSON.stringify({ session_id: "s1", cwd: root, transcript_path: transcript }));
      const { stdout } = await running.ended;
      return parseJson(stdout, HookAnswer);
    };
    await hook("session-start");
    const agent = { CLAUDECODE: "1", CLAUDE_CODE_SESSION_ID: "s1" };
    expect((await runCountersign(["off"], { ...env, ...agent }, root)).stdout).toContain("Filed: off.");
    repository.write("a.txt", "b\n");
    expect((await hook("stop")).systemMessage).toContain("the agent ran `countersign off`");
  },
);
