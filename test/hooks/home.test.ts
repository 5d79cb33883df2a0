import { chmodSync, chownSync, existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { execa } from "execa";
import { describe, expect, onTestFinished, test } from "vitest";
import { parseJson } from "#base/json.ts";
import { builtFile } from "#commands/installation.ts";
import { HookAnswer } from "#test/gate-world.ts";
import { startHook } from "#test/hook-process.ts";
import { makeRepository, type ScratchRepository } from "#test/scratch-repository.ts";

/** A user of whom the system knows no home, as a container may run any. Only root can become one. */
const UNKNOWN = 54_321;

describe.runIf(process.getuid?.() === 0 && process.platform === "linux")("a user without a home", () => {
  function begin(): ScratchRepository {
    const repository = makeRepository();
    onTestFinished(repository.remove);
    repository.write("a.txt", "a\n");
    repository.commit("Begin");
    chmodSync(join(repository.root, ".."), 0o755);
    // Git takes no repository of somebody else's.
    for (const folder of [".", ".git"]) chownSync(join(repository.root, folder), UNKNOWN, UNKNOWN);
    return repository;
  }

  async function stop(repository: ScratchRepository, own: Readonly<Record<string, string>>) {
    const env = { PATH: process.env["PATH"] ?? "", COUNTERSIGN_CODEX: "/nonexistent/codex", ...own };
    const hook = startHook("stop", { env, cwd: repository.root, uid: UNKNOWN });
    hook.stdin.end(JSON.stringify({ session_id: "s1", cwd: repository.root, hook_event_name: "Stop" }));
    const { exitCode, stdout, stderr } = await hook.ended;
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
    return parseJson(stdout, HookAnswer);
  }

  test("is told where the state cannot be written", async () => {
    const { systemMessage = "" } = await stop(begin(), {});
    expect(systemMessage).toContain("state could not be written");
    expect(systemMessage).not.toContain("mistake");
  });

  test("has the gate where a state folder is named", async () => {
    const repository = begin();
    const state = join(repository.beside, "state");
    mkdirSync(state);
    chownSync(state, UNKNOWN, UNKNOWN);
    const { systemMessage } = await stop(repository, { COUNTERSIGN_HOME: state });
    expect(systemMessage).toContain("no baseline");
    expect(existsSync(join(state, "sessions", "s1.json"))).toBe(true);
  });

  test.each(["", "rel"])("HOME=%j makes no folder in the repository", async (HOME) => {
    const repository = begin();
    const { systemMessage } = await stop(repository, { HOME });
    expect(systemMessage).toContain("state could not be written");
    expect([".local", ".config", "rel"].filter((name) => existsSync(join(repository.root, name)))).toEqual(
      [],
    );
  });

  test("is answered by the command line too", async () => {
    const repository = begin();
    const asked = await execa(process.execPath, [builtFile("countersign"), "status", "--json"], {
      cwd: repository.root,
      env: { PATH: process.env["PATH"] ?? "" },
      extendEnv: false,
      uid: UNKNOWN,
      reject: false,
    });
    expect(asked.stderr).not.toContain("SystemError");
    expect(asked.stdout).toContain("countersign/status/");
  });
});
