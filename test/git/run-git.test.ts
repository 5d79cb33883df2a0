import { existsSync, readFileSync, renameSync, rmSync } from "node:fs";
import { delimiter, join } from "node:path";
import { describe, expect, test, vi } from "vitest";
import { identifyProcess, isAlive } from "#base/process-identity.ts";
import { anyFolder } from "#git/git-place.ts";
import { askGit, runGit, streamGit } from "#git/run-git.ts";
import { makeMarkingPrograms } from "#test/marking-programs.ts";
import { never, watchRepository } from "#test/watched-repository.ts";

describe("answers", () => {
  test("bytes, not text", async () => {
    const { root, git } = await watchRepository();
    git("config", "odd.value", "a");
    const output = await runGit(anyFolder(root), { arguments: ["config", "-z", "odd.value"] }, never());
    expect([...output]).toEqual([97, 0]);
  });

  test("an exit code is a fault with git's words, on one line", async () => {
    const { root } = await watchRepository();
    const command = { arguments: ["rev-parse", "--verify", "nothing"] };
    await expect(runGit(anyFolder(root), command, never())).rejects.toMatchObject({
      failure: {
        kind: "git-failed",
        command: "git rev-parse",
        exitCode: 128,
        detail: "fatal: Needed a single revision",
      },
    });
    expect((await askGit(anyFolder(root), command, never())).exitCode).toBe(128);
  });

  test("no git on the path", async () => {
    const { root } = await watchRepository();
    vi.stubEnv("PATH", root);
    await expect(runGit(anyFolder(root), { arguments: ["version"] }, never())).rejects.toMatchObject({
      failure: { kind: "git-missing" },
    });
  });

  test("the caller's GIT_* variables are not passed on", async () => {
    const { root } = await watchRepository();
    vi.stubEnv("GIT_CONFIG_COUNT", "1");
    vi.stubEnv("GIT_CONFIG_KEY_0", "odd.value");
    vi.stubEnv("GIT_CONFIG_VALUE_0", "leaked");
    const answer = await askGit(anyFolder(root), { arguments: ["config", "odd.value"] }, never());
    expect(answer.exitCode).toBe(1);
  });

  test("what a partial clone lacks is fetched by no program of the repository's configuration", async () => {
    const { root, git, write, commit, beside } = await watchRepository();
    write("a.txt", "a\n");
    commit("one");
    const blob = git("rev-parse", "HEAD:a.txt");
    const { folder, marks } = makeMarkingPrograms(beside, ["remote"]);
    git("config", "remote.origin.url", `ext::${join(folder, "remote")}`);
    git("config", "remote.origin.promisor", "true");
    git("config", "protocol.ext.allow", "always");
    git("config", "core.repositoryFormatVersion", "1");
    git("config", "extensions.partialClone", "origin");
    rmSync(join(root, ".git", "objects", blob.slice(0, 2), blob.slice(2)));
    const command = { arguments: ["cat-file", "-p", blob] };
    expect((await askGit(anyFolder(root), command, never())).exitCode).not.toBe(0);
    expect(marks()).toEqual([]);
    expect(() => git("cat-file", "-p", blob)).toThrow();
    expect(marks()).not.toEqual([]);
  });

  test("a `git` that lies in the repository is not taken, whatever PATH says", async () => {
    const { root, beside } = await watchRepository();
    const { folder, marks } = makeMarkingPrograms(beside, ["git"]);
    renameSync(join(folder, "git"), join(root, "git"));
    vi.stubEnv("PATH", [".", "", ...(process.env["PATH"] ?? "").split(delimiter)].join(delimiter));
    const output = await runGit(anyFolder(root), { arguments: ["rev-parse", "--show-toplevel"] }, never());
    expect(output.toString().trim()).toBe(root);
    expect(marks()).toEqual([]);
  });

  test("git killed by a signal is a fault, not an empty answer", async () => {
    const { root, git } = await watchRepository();
    git("config", "alias.die", "!kill -9 $PPID");
    await expect(runGit(anyFolder(root), { arguments: ["die"] }, never())).rejects.toMatchObject({
      failure: { kind: "git-failed" },
    });
  });
});

describe("streams", () => {
  test("a reader's own error is thrown, and git ends, even one that fails of it", async () => {
    const { root, git } = await watchRepository();
    git("config", "alias.endless", "!yes; exit 3");
    const read = async (chunks: AsyncIterable<Uint8Array>) => {
      for await (const _chunk of chunks) throw new Error("enough");
    };
    await expect(streamGit(anyFolder(root), { arguments: ["endless"], read }, never())).rejects.toThrow(
      "enough",
    );
  });

  test("git's failure is told, whatever the reader made of it", async () => {
    const { root } = await watchRepository();
    const read = async (chunks: AsyncIterable<Uint8Array>) => {
      for await (const _chunk of chunks);
      throw new Error("short");
    };
    const command = { arguments: ["rev-parse", "--verify", "nothing"], read };
    await expect(streamGit(anyFolder(root), command, never())).rejects.toThrow(/^git-failed: git rev-parse/);
  });
});

describe("an end from outside", () => {
  test("takes git's children with it, and does not wait for them", async () => {
    const { root, beside, git } = await watchRepository();
    const pidFile = join(beside, "pid");
    git(
      "config",
      "alias.hang",
      `!echo $$ > ${pidFile}.new && mv ${pidFile}.new ${pidFile} && sleep 600; true`,
    );
    const stop = new AbortController();
    const running = runGit(anyFolder(root), { arguments: ["hang"] }, stop.signal);
    await vi.waitUntil(() => existsSync(pidFile), { timeout: 50_000 });
    const child = identifyProcess(Number(readFileSync(pidFile, "utf8")));
    stop.abort();
    await expect(running).rejects.toMatchObject({ failure: { kind: "git-timed-out", command: "git hang" } });
    await vi.waitUntil(() => child !== undefined && !isAlive(child), { timeout: 50_000 });
  });

  test("before the start, nothing is waited for", async () => {
    const { root } = await watchRepository();
    const command = { arguments: ["version"] };
    await expect(runGit(anyFolder(root), command, AbortSignal.abort())).rejects.toMatchObject({
      failure: { kind: "git-timed-out" },
    });
  });
});
