import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { emptyTree, mergeBase, readRevision } from "#git/revision.ts";
import { never, watchRepository } from "#test/watched-repository.ts";

test("names a commit with its tree, and nothing for what is none", async () => {
  const watched = await watchRepository();
  expect(await readRevision(watched.repository, "HEAD", never())).toBeUndefined();
  watched.write("a.txt", "a\n");
  const commit = watched.commit("one");
  const named = { commit, tree: watched.git("rev-parse", "HEAD^{tree}") };
  expect(await readRevision(watched.repository, "HEAD", never())).toEqual(named);
  expect(await readRevision(watched.repository, "main", never())).toEqual(named);
  for (const none of ["no-such-branch", "--all", "-n", "", named.tree, "HEAD^"]) {
    expect(await readRevision(watched.repository, none, never())).toBeUndefined();
  }
});

test("knows what was checked out at a time", async () => {
  const watched = await watchRepository();
  const commits = ["one", "two", "three"].map((message) => watched.commit(message));
  const log = join(watched.repository.gitDirectory, "logs", "HEAD");
  const lines = readFileSync(log, "utf8").trimEnd().split("\n");
  const dated = lines.map((line, day) => line.replace(/> \d+ /, `> ${Date.UTC(2026, 0, day + 1) / 1000} `));
  writeFileSync(log, `${dated.join("\n")}\n`);
  const at = async (time: string) =>
    (await readRevision(watched.repository, `HEAD@{${time}}`, never()))?.commit;
  expect(await at("2026-01-02T12:00:00.000Z")).toBe(commits[1]);
  expect(await at("2026-01-01T12:00:00.000Z")).toBe(commits[0]);
  expect(await at("2025-12-01T12:00:00.000Z")).toBe(commits[0]);
  expect(await at("2026-02-01T12:00:00.000Z")).toBe(commits[2]);
});

test("finds where two branches went separate ways, if they ever were one", async () => {
  const watched = await watchRepository();
  const base = watched.commit("base");
  watched.git("switch", "--quiet", "-c", "side");
  const side = await readRevision(watched.repository, watched.commit("side"), never());
  watched.git("switch", "--quiet", "main");
  watched.commit("main");
  expect(side && (await mergeBase(watched.repository, side.commit, never()))).toBe(base);
  watched.git("switch", "--quiet", "--orphan", "alone");
  watched.commit("alone");
  expect(side && (await mergeBase(watched.repository, side.commit, never()))).toBeUndefined();
});

test("the empty tree is git's own", async () => {
  const watched = await watchRepository();
  expect(await emptyTree(watched.store, never())).toBe("4b825dc642cb6eb9a060e54bf8d69288fbee4904");
});
