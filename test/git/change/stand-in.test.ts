import { rmSync } from "node:fs";
import { join } from "node:path";
import { afterEach, expect, test, vi } from "vitest";
import { standInFor } from "#git/change/stand-in.ts";
import * as runGit from "#git/run-git.ts";
import { openObjectStore } from "#git/store/object-store.ts";
import { amendAndPrune, commitIn, makeNested, writeFiles } from "#test/nested-repositories.ts";
import { never, summary, type WatchedRepository, watchRepository } from "#test/watched-repository.ts";

afterEach(() => {
  vi.restoreAllMocks();
});

async function loseStore({ repository, store }: WatchedRepository): Promise<void> {
  rmSync(store.directory, { recursive: true });
  await openObjectStore(repository, store.directory, never());
}

test("a snapshot whose tree is there needs none, and no git process", async () => {
  const watched = await watchRepository();
  watched.write("a.txt", "a\n");
  const taken = await watched.snapshot();
  const asked = vi.spyOn(runGit, "runGit");
  expect(await standInFor(watched.store, taken, never())).toBeUndefined();
  expect(asked).not.toHaveBeenCalled();
});

test("one of a clean work tree needs none when the store was removed: the user's repository has it", async () => {
  const watched = await watchRepository();
  watched.write("a.txt", "a\n");
  watched.commit("one");
  const taken = await watched.snapshot();
  await loseStore(watched);
  const asked = vi.spyOn(runGit, "runGit");
  expect(await standInFor(watched.store, taken, never())).toBeUndefined();
  expect(asked).toHaveBeenCalledOnce();
});

test("when the store was removed the commit of that time stands in, and the rest is shown again", async () => {
  const watched = await watchRepository();
  watched.write("a.txt", "a\n");
  const head = watched.commit("one");
  watched.write("before.txt", "before\n");
  const taken = await watched.snapshot();
  watched.write("after.txt", "after\n");
  watched.commit("two");
  await loseStore(watched);
  const now = await watched.snapshot();
  await expect(watched.change(taken, now)).rejects.toThrow("failed to unpack tree");
  const standIn = await standInFor(watched.store, taken, never());
  expect(standIn?.commit).toBe(head);
  const change = await watched.change(standIn?.snapshot ?? taken, now);
  expect(summary(change)).toEqual(["added after.txt", "added before.txt"]);
});

test("of a tree without its index one folder that is gone is enough", async () => {
  const watched = await watchRepository();
  watched.write("a.txt", "a\n");
  const head = watched.commit("one");
  watched.write("folder/before.txt", "before\n");
  const taken = await watched.snapshot();
  const folder = watched.inStore("rev-parse", `${taken.tree}:folder`);
  rmSync(join(watched.store.objects, folder.slice(0, 2), folder.slice(2)));
  expect(await standInFor(watched.store, taken, never())).toBeUndefined();
  rmSync(join(watched.store.indexes, taken.tree));
  const standIn = await standInFor(watched.store, taken, never());
  expect(standIn?.commit).toBe(head);
  const change = await watched.change(standIn?.snapshot ?? taken, await watched.snapshot());
  expect(summary(change)).toEqual(["added folder/before.txt"]);
});

test.each(["without a commit", "whose commit was pruned"])(
  "a snapshot %s is counted from nothing",
  async (which) => {
    const watched = await watchRepository();
    watched.write("a.txt", "a\n");
    if (which !== "without a commit") watched.commit("one");
    watched.write("b.txt", "b\n");
    const taken = await watched.snapshot();
    if (which !== "without a commit") {
      watched.write("c.txt", "c\n");
      amendAndPrune(watched, watched.root);
    }
    await loseStore(watched);
    const standIn = await standInFor(watched.store, taken, never());
    expect(standIn?.commit).toBeNull();
    const change = await watched.change(standIn?.snapshot ?? taken, await watched.snapshot());
    expect(summary(change)).toEqual(expect.arrayContaining(["added a.txt", "added b.txt"]));
  },
);

test("a repository inside is counted from its own commit, and only where something changed in it", async () => {
  const watched = await watchRepository();
  const nested = makeNested(watched, "nested", { "a.txt": "a\n" });
  const still = makeNested(watched, "still", { "s.txt": "s\n" });
  writeFiles(nested, { "before.txt": "before\n" });
  writeFiles(still, { "before.txt": "before\n" });
  const taken = await watched.snapshot();
  writeFiles(nested, { "after.txt": "after\n" });
  commitIn(watched, nested);
  await loseStore(watched);
  const now = await watched.snapshot();
  const standIn = await standInFor(watched.store, taken, never());
  const change = await watched.change(standIn?.snapshot ?? taken, now);
  expect(summary(change)).toEqual(["added nested/after.txt", "added nested/before.txt"]);
  expect(change.opaque).toEqual([]);
});
