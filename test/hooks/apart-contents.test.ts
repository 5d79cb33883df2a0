import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type HookAnswer, runHook } from "#test/gate-world.ts";
import { makeRepository, type ScratchRepository } from "#test/scratch-repository.ts";

let repository: ScratchRepository;
beforeAll(() => {
  repository = makeRepository();
  repository.write("a.js", "one\n");
  repository.commit("Begin");
});
afterAll(() => {
  repository.remove();
});

function call(name: "session-start" | "stop", attended = "1"): Promise<HookAnswer> {
  const env = {
    PATH: process.env["PATH"] ?? "",
    HOME: repository.home,
    COUNTERSIGN_HOME: join(repository.beside, "state"),
    COUNTERSIGN_CODEX: "/nonexistent/codex",
    CLAUDE_PID: String(process.pid),
    CLAUDE_CODE_SESSION_ATTENDED: attended,
  };
  const input = { session_id: `s${attended}`, cwd: repository.root, source: "startup" };
  return runHook(name, JSON.stringify(input), env, repository.root);
}

test("a commit that the work tree does not show is told, once where somebody reads it", async () => {
  await call("session-start");
  await call("session-start", "0");
  repository.write("a.js", "evil\n");
  repository.git("commit", "-qam", "Work");
  repository.write("a.js", "one\n");
  const told = "HEAD holds other contents of 1 file than the work tree, and nobody reviewed them: a.js";
  for (const again of [true, true]) {
    expect((await call("stop", "0")).systemMessage?.includes(told)).toBe(again);
  }
  expect((await call("stop")).systemMessage).toContain(told);
  expect(await call("stop")).toEqual({});
});
