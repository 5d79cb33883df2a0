import { readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { parseJson } from "#base/json.ts";
import { HookAnswer } from "#test/gate-world.ts";
import { startHook } from "#test/hook-process.ts";
import { receiptsIn } from "#test/recorded-outcomes.ts";
import { makeRepository } from "#test/scratch-repository.ts";

function world() {
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
  return { repository, state, hook, outcomes: () => receiptsIn(state).map(({ outcome }) => outcome) };
}

test("without its private store a session's stop fails for nothing of git's, and finds what is unchanged", async () => {
  const { repository, state, hook, outcomes } = world();
  await hook("session-start");
  rmSync(join(state, "objects"), { recursive: true });
  expect(await hook("stop")).toEqual({});
  repository.write("a.txt", "a\nmine\nmore\n");
  rmSync(join(state, "objects"), { recursive: true });
  await hook("session-start", "resume");
  await hook("stop");
  expect(outcomes()).toMatchObject([
    { kind: "skipped", why: "unchanged" },
    { kind: "failed", class: "codex-missing" },
  ]);
});

test("objects that a power cut left empty fail one session's stop no more than those that are gone", async () => {
  const { repository, state, hook, outcomes } = world();
  await hook("session-start");
  repository.write("folder/b.txt", "b\n");
  await hook("stop");
  const objects = join(state, "objects");
  const torn = readdirSync(objects, { recursive: true, encoding: "utf8" })
    .filter((name) => /objects\/[0-9a-f]{2}\/[0-9a-f]{38}$/.test(name))
    .map((name) => join(objects, name));
  expect(torn.length).toBeGreaterThan(3);
  for (const path of torn) {
    rmSync(path);
    writeFileSync(path, "");
  }
  await hook("stop");
  repository.write("folder/b.txt", "b\nmore\n");
  await hook("stop");
  expect(outcomes()).toMatchObject(Array.from({ length: 3 }, () => ({ class: "codex-missing" })));
  expect(torn.filter((path) => statSync(path, { throwIfNoEntry: false })?.size === 0)).toEqual([]);
});
