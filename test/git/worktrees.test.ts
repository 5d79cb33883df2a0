import { rmSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { findRepository } from "#git/find-repository.ts";
import { workTrees } from "#git/worktrees.ts";
import { never, watchRepository } from "#test/watched-repository.ts";

test("names the main tree and every linked one that is there, from whichever it is asked", async () => {
  const watched = await watchRepository();
  watched.commit("one");
  const [near, far, gone] = ["near", "far", "gone"].map((name) => join(watched.beside, name));
  for (const folder of [near, far, gone]) watched.git("worktree", "add", "--quiet", `${folder}`);
  rmSync(`${gone}`, { recursive: true });
  const expected = [watched.root, far, near];
  expect(workTrees(watched.repository).toSorted()).toEqual(expected.toSorted());
  const linked = await findRepository(`${near}`, never());
  expect(linked && workTrees(linked).toSorted()).toEqual(expected.toSorted());
});

test("follows a worktree whose pointer is relative", async () => {
  const watched = await watchRepository();
  watched.commit("one");
  const linked = join(watched.beside, "linked");
  watched.git("worktree", "add", "--quiet", linked);
  watched.write(".git/worktrees/linked/gitdir", "../../../../beside/linked/.git\n");
  expect(workTrees(watched.repository)).toContain(linked);
});

test("a repository without linked worktrees has its own tree", async () => {
  const watched = await watchRepository();
  expect(workTrees(watched.repository)).toEqual([watched.root]);
});

test("passes over what is no worktree among git's own files", async () => {
  const watched = await watchRepository();
  watched.write(".git/worktrees/.DS_Store", "x\n");
  watched.write(".git/worktrees/folder/gitdir/x", "x\n");
  watched.write(".git/worktrees/nul/gitdir", "/a\0b/.git\n");
  symlinkSync("gitdir", join(watched.write(".git/worktrees/loop/x", ""), "../gitdir"));
  expect(workTrees(watched.repository)).toEqual([watched.root]);
});

test("a repository that a forged pointer calls a worktree stays in the snapshot", async () => {
  const watched = await watchRepository();
  watched.commit("one");
  const nested = join(watched.root, "nested");
  watched.git("init", "--quiet", nested);
  watched.write(".git/worktrees/forged/gitdir", `${nested}/.git\n`);
  watched.write("nested/hidden.txt", "hidden\n");
  expect(workTrees(watched.repository)).toContain(nested);
  expect((await watched.snapshot()).opaque.map(({ path }) => path)).toEqual(["nested"]);
});

test("a linked worktree inside the repository is no part of its snapshot", async () => {
  const watched = await watchRepository();
  watched.commit("one");
  const before = await watched.snapshot();
  watched.git("worktree", "add", "--quiet", join(watched.root, ".trees", "inside"));
  watched.write(".trees/inside/a.txt", "a\n");
  expect(await watched.snapshot()).toEqual(before);
});
