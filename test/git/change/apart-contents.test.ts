import { utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, describe, expect, test } from "vitest";
import { apartContents } from "#git/change/apart-contents.ts";
import type { Snapshot } from "#git/snapshot/snapshot.ts";
import { never, type WatchedRepository, watchRepository } from "#test/watched-repository.ts";

let watched: WatchedRepository;
let baseline: Snapshot;
beforeEach(async () => {
  watched = await watchRepository();
  watched.write("a.js", "one\n");
  watched.write("dirty.js", "one\n");
  watched.commit("Begin");
  watched.write("dirty.js", "edited before\n");
  baseline = await watched.snapshot();
});

/** What is told, as `where path`, of work since the baseline; `later` as if it had begun only then. */
async function told(at = 0): Promise<readonly string[]> {
  const snapshot = await watched.snapshot();
  const found = await apartContents(watched, { baseline, snapshot, at }, never());
  return found.map(({ where, path }) => `${where} ${path}`);
}

describe("told is", () => {
  test("what was committed and undone in the work tree", async () => {
    watched.write("a.js", "two\n");
    watched.git("commit", "-qm", "Two", "a.js");
    expect(await told()).toEqual([]);
    watched.write("a.js", "one\n");
    expect(await told()).toEqual(["HEAD a.js"]);
  });

  test("a file that a commit adds or takes away, and the work tree does not", async () => {
    const blob = watched.git("hash-object", "-w", watched.write("b.js", "b\n"));
    watched.git("update-index", "--add", "--cacheinfo", `100644,${blob},c.js`);
    watched.git("rm", "-q", "--cached", "a.js");
    const commit = watched.git("commit-tree", "-m", "c", "-p", "HEAD", watched.git("write-tree"));
    watched.git("update-ref", "HEAD", commit);
    expect(await told()).toEqual(expect.arrayContaining(["HEAD a.js", "HEAD c.js"]));
  });

  test("what was staged and undone", async () => {
    watched.write("a.js", "two\n");
    watched.git("add", "a.js");
    expect(await told()).toEqual([]);
    watched.write("a.js", "one\n");
    expect(await told()).toEqual(["the index a.js"]);
  });

  test("what was stashed, and what another branch holds, packed or not", async () => {
    watched.git("checkout", "-q", "-b", "other");
    watched.write("a.js", "two\n");
    watched.git("commit", "-qam", "Two");
    watched.git("checkout", "-q", "main");
    expect(await told()).toContain("other a.js");
    watched.git("pack-refs", "--all");
    expect(await told()).toContain("other a.js");
    watched.write("a.js", "three\n");
    watched.git("stash", "-q");
    expect(await told()).toContain("stash a.js");
  });
});

describe("not told is", () => {
  test("a user's work of before, whether or not it is staged", async () => {
    watched.git("add", "dirty.js");
    watched.write("dirty.js", "one\n");
    expect(await told()).toEqual([]);
  });

  test("what is committed as it stands, in parts too", async () => {
    watched.write("a.js", "two\n");
    watched.write("b.js", "two\n");
    watched.git("add", "b.js");
    watched.git("commit", "-qm", "A part");
    expect(await told()).toEqual([]);
    watched.commit("The rest");
    expect(await told()).toEqual([]);
  });

  test("a branch that another work tree has checked out", async () => {
    const other = join(watched.beside, "linked");
    watched.git("worktree", "add", "-q", "-b", "linked", other);
    writeFileSync(join(other, "a.js"), "two\n");
    watched.gitIn(other, "commit", "-qam", "Two");
    expect(await told()).toEqual([]);
  });

  test("what nobody wrote since, and a repository without a commit", async () => {
    watched.git("branch", "old");
    utimesSync(join(watched.root, ".git", "index"), 1, 1);
    expect(await told(Date.now() + 60_000)).toEqual([]);
    watched = await watchRepository();
    baseline = await watched.snapshot();
    watched.write("a.js", "one\n");
    watched.git("add", "-A");
    expect(await told()).toEqual([]);
  });
});
