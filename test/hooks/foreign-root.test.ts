import { chmodSync, chownSync, lstatSync, mkdirSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { parseJson } from "#base/json.ts";
import { HookAnswer } from "#test/gate-world.ts";
import { startHook } from "#test/hook-process.ts";
import { runCountersign } from "#test/run-countersign.ts";
import { makeRepository } from "#test/scratch-repository.ts";

const NOBODY = 65_534;

/** A repository, and a state root that was there before with these modes. */
function stage(mode: number) {
  const repository = makeRepository();
  onTestFinished(repository.remove);
  repository.write("a.txt", "a\n");
  repository.commit("Begin");
  const state = join(repository.beside, "state");
  mkdirSync(state);
  chmodSync(state, mode);
  const env = {
    PATH: process.env["PATH"] ?? "",
    HOME: repository.home,
    COUNTERSIGN_HOME: state,
    COUNTERSIGN_CODEX: "/nonexistent/codex",
    COUNTERSIGN_PREWARM: "false",
    CLAUDE_CODE_SESSION_ATTENDED: "1",
  };
  const hook = async (name: "session-start" | "stop"): Promise<HookAnswer> => {
    const { stdin, ended } = startHook(name, { env, cwd: repository.root });
    stdin.end(JSON.stringify({ session_id: "s-1", cwd: repository.root }));
    const { exitCode, stdout, stderr } = await ended;
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
    return parseJson(stdout, HookAnswer);
  };
  return { repository, state, env, hook };
}

function modesBelow(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => !path.includes("/objects/") && (lstatSync(path).mode & 0o077) !== 0);
}

// Windows has no umask and no modes.
test.skipIf(process.platform === "win32")(
  "with umask 0 and an open root, all is closed to others",
  async () => {
    const { state, hook } = stage(0o777);
    const before = process.umask(0);
    try {
      await hook("session-start");
      await hook("stop");
    } finally {
      process.umask(before);
    }
    expect(lstatSync(state).mode & 0o777).toBe(0o700);
    expect(readdirSync(state)).toContain("receipts");
    expect(modesBelow(state)).toEqual([]);
  },
);

test.runIf(process.getuid?.() === 0)(
  "another user's state root is said, and neither read nor written",
  async () => {
    const { repository, state, env, hook } = stage(0o777);
    chownSync(state, NOBODY, NOBODY);
    for (const name of ["session-start", "stop"] as const) {
      expect((await hook(name)).systemMessage).toMatch(/not reviewed.*state belongs to another user/);
    }
    const off = await runCountersign(["off"], env, repository.root);
    expect(off).toMatchObject({ exitCode: 2, stderr: expect.stringContaining("belongs to another user") });
    expect(readdirSync(state)).toEqual([]);
  },
);
