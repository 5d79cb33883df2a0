import { rmSync } from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { parseJson } from "#base/json.ts";
import { HookAnswer } from "#test/gate-world.ts";
import { startHook } from "#test/hook-process.ts";
import { receiptsIn } from "#test/recorded-outcomes.ts";
import { makeRepository } from "#test/scratch-repository.ts";

test("without its private store a session's stop fails for nothing of git's, and finds what is unchanged", async () => {
  const repository = makeRepository();
  onTestFinished(repository.remove);
  repository.write("a.txt", "a\n");
  repository.commit("Begin");
  repository.write("a.txt", "a\nmine\n");
  const state = join(repository.beside, "state");
  const env = {
    PATH: process.env["PATH"] ?? "",
    HOME: repository.home,
    COUNTERSIGN_HOME: state,
    COUNTERSIGN_CODEX: "/nonexistent/codex",
    COUNTERSIGN_PREWARM: "false",
    CLAUDE_CODE_SESSION_ATTENDED: "1",
  };
  const hook = async (name: "session-start" | "stop", source = "startup"): Promise<HookAnswer> => {
    const { stdin, ended } = startHook(name, { env, cwd: repository.root });
    stdin.end(JSON.stringify({ session_id: "s-1", cwd: repository.root, source }));
    return parseJson((await ended).stdout, HookAnswer);
  };
  await hook("session-start");
  rmSync(join(state, "objects"), { recursive: true });
  expect(await hook("stop")).toEqual({});
  repository.write("a.txt", "a\nmine\nmore\n");
  rmSync(join(state, "objects"), { recursive: true });
  await hook("session-start", "resume");
  await hook("stop");
  expect(receiptsIn(state).map(({ outcome }) => outcome)).toMatchObject([
    { kind: "skipped", why: "unchanged" },
    { kind: "failed", class: "codex-missing" },
  ]);
});
