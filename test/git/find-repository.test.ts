import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test, vi } from "vitest";
import { findRepository } from "#git/find-repository.ts";
import { never, watchRepository } from "#test/watched-repository.ts";

test("from the top, from below, and through a link: real paths", async () => {
  const { root, beside, write } = await watchRepository();
  write("below/a.txt", "a\n");
  symlinkSync(root, join(beside, "link"));
  const expected = {
    root,
    gitDirectory: join(root, ".git"),
    commonDirectory: join(root, ".git"),
    objectFormat: "sha1",
  };
  for (const folder of [root, join(root, "below"), join(beside, "link/below")]) {
    expect(await findRepository(folder, never())).toEqual(expected);
  }
});

test("a linked worktree shares a folder with its repository", async () => {
  const { root, beside, git, commit } = await watchRepository();
  commit("one");
  git("worktree", "add", "-q", join(beside, "linked"));
  expect(await findRepository(join(beside, "linked"), never())).toMatchObject({
    root: join(beside, "linked"),
    gitDirectory: join(root, ".git/worktrees/linked"),
    commonDirectory: join(root, ".git"),
  });
});

test("sha256", async () => {
  const { repository } = await watchRepository({ objectFormat: "sha256" });
  expect(repository.objectFormat).toBe("sha256");
});

test("no work tree: outside, bare, inside .git", async () => {
  const { root, beside, gitIn } = await watchRepository();
  mkdirSync(join(beside, "bare"));
  gitIn(join(beside, "bare"), "init", "-q", "--bare");
  for (const folder of [beside, join(beside, "bare"), join(root, ".git")]) {
    expect(await findRepository(folder, never())).toBeUndefined();
  }
});

test("a GIT_DIR of the caller does not lead astray", async () => {
  const { root, beside } = await watchRepository();
  vi.stubEnv("GIT_DIR", join(beside, "elsewhere"));
  vi.stubEnv("GIT_WORK_TREE", beside);
  expect(await findRepository(root, never())).toMatchObject({ root });
});

test("a folder that is gone, and a broken configuration, are faults", async () => {
  const { root, beside } = await watchRepository();
  await expect(findRepository(join(beside, "gone"), never())).rejects.toMatchObject({
    failure: { kind: "git-failed" },
  });
  writeFileSync(join(root, ".git/config"), "[broken");
  await expect(findRepository(root, never())).rejects.toMatchObject({
    failure: { kind: "git-failed", detail: expect.stringContaining("bad config") },
  });
});
