import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { expect, test } from "vitest";
import type { ObjectId } from "#base/ids.ts";
import { restoreTree } from "#git/snapshot/whole-tree.ts";
import { pruneStore } from "#git/store/prune-store.ts";
import { gitState } from "#test/scratch-repository.ts";
import {
  never,
  pathsOf,
  summary,
  type WatchedRepository,
  watchRepository,
} from "#test/watched-repository.ts";

/** As if all that is there by now were old. */
function prune({ store }: WatchedRepository, needed: readonly ObjectId[], dryRun = false) {
  return pruneStore(store, { needed, before: new Date(Date.now() + 60_000), dryRun }, never());
}

function looseIn({ store }: WatchedRepository): number {
  return readdirSync(store.objects, { recursive: true, encoding: "utf8" }).filter((name) =>
    /^[0-9a-f]{2}.[0-9a-f]{38}$/.test(name),
  ).length;
}

async function withFiveStates(): Promise<{ watched: WatchedRepository; states: readonly ObjectId[] }> {
  const watched = await watchRepository();
  watched.write("kept.txt", "kept\n");
  watched.commit("one");
  const states: ObjectId[] = [];
  for (const text of ["a", "b", "c", "d", "e"]) {
    watched.write("folder/changing.txt", `${text}\n`);
    states.push((await watched.snapshot()).tree);
  }
  return { watched, states };
}

test("what a needed tree holds stays, and the rest goes; the user's repository is not touched", async () => {
  const { watched, states } = await withFiveStates();
  const [first, , third] = states;
  if (first === undefined || third === undefined) throw new Error("no states");
  const before = gitState(watched.root);
  const all = looseIn(watched);
  const would = await prune(watched, [first, third], true);
  expect(looseIn(watched)).toBe(all);
  // Of three states: the file, its folder, the tree and the index.
  expect(await prune(watched, [first, third])).toEqual(would);
  expect(would.files).toBe(12);
  expect(looseIn(watched)).toBe(all - 9);
  expect(readdirSync(watched.store.indexes).sort()).toEqual([first, third].sort());
  for (const tree of [first, third]) {
    expect(watched.inStore("ls-tree", "-r", "--name-only", tree)).toBe("folder/changing.txt\nkept.txt");
    expect(watched.inStore("show", `${tree}:folder/changing.txt`)).toBe(tree === first ? "a" : "c");
  }
  expect(gitState(watched.root)).toBe(before);
});

test("what is young stays, whoever needs it: a snapshot of it may be on its way to the record", async () => {
  const { watched, states } = await withFiveStates();
  const before = new Date(Date.now() - 60_000);
  expect(await pruneStore(watched.store, { needed: [], before, dryRun: false }, never())).toEqual({
    files: 0,
    bytes: 0,
  });
  expect(readdirSync(watched.store.indexes).sort()).toEqual([...states].sort());
});

test("git makes an object young again that it would write once more", async () => {
  const { watched } = await withFiveStates();
  const old = new Date(Date.now() - 7 * 24 * 60 * 60 * 1000);
  const blob = watched.inStore("hash-object", join(watched.root, "folder/changing.txt"));
  const path = join(watched.store.objects, blob.slice(0, 2), blob.slice(2));
  utimesSync(path, old, old);
  const between = new Date();
  await watched.snapshot();
  await pruneStore(watched.store, { needed: [], before: between, dryRun: false }, never());
  expect(existsSync(path)).toBe(true);
});

test("a tree that is met again makes its kept index young again", async () => {
  const { watched } = await withFiveStates();
  const { tree } = await watched.snapshot();
  await delay(20);
  const between = new Date();
  await delay(20);
  expect((await watched.snapshot()).tree).toBe(tree);
  await pruneStore(watched.store, { needed: [], before: between, dryRun: false }, never());
  expect(readdirSync(watched.store.indexes)).toEqual([tree]);
});

test("a change can be read after pruning as it could before", async () => {
  const watched = await watchRepository();
  watched.write("a.txt", "one\n");
  watched.commit("one");
  watched.write("a.txt", "two\n");
  const from = await watched.snapshot();
  watched.write("between.txt", "seen once\n");
  await watched.snapshot();
  watched.write("between.txt", "");
  watched.write("b.txt", "new\n");
  const to = await watched.snapshot();
  await prune(watched, [from.tree, to.tree]);
  expect(summary(await watched.change(from, to))).toEqual(["added b.txt", "added between.txt"]);
  expect(pathsOf(watched, to)).toEqual(["a.txt", "b.txt", "between.txt"]);
});

test("a tree that is in no store any more can be written again from its index after pruning", async () => {
  const watched = await watchRepository();
  watched.write("a.txt", "only in the snapshot\n");
  const { tree } = await watched.snapshot();
  // As where the user's repository had it until git pruned it.
  rmSync(join(watched.store.objects, tree.slice(0, 2), tree.slice(2)));
  await prune(watched, [tree]);
  await restoreTree(watched.store, tree, never());
  expect(watched.inStore("show", `${tree}:a.txt`)).toBe("only in the snapshot");
});

test("what a killed git and a killed hook left behind goes", async () => {
  const watched = await watchRepository();
  watched.write("a.txt", "a\n");
  const { tree } = await watched.snapshot();
  const left = [
    join(watched.store.objects, tree.slice(0, 2), "tmp_obj_abc123"),
    join(watched.store.scratch, "e2b7d3f0.patch"),
  ];
  for (const path of left) writeFileSync(path, "left");
  expect(await prune(watched, [tree])).toEqual({ files: 2, bytes: 8 });
  expect(left.filter((path) => existsSync(path))).toEqual([]);
});

test("of a store no link is followed", async () => {
  const watched = await watchRepository();
  const outside = join(watched.beside, "outside");
  writeFileSync(outside, "mine");
  mkdirSync(join(watched.beside, "folder"));
  writeFileSync(join(watched.beside, "folder", "a".repeat(38)), "mine");
  symlinkSync(outside, join(watched.store.scratch, "link"));
  symlinkSync(join(watched.beside, "folder"), join(watched.store.objects, "ff"));
  await prune(watched, []);
  renameSync(watched.store.indexes, join(watched.beside, "indexes"));
  symlinkSync(join(watched.beside, "indexes"), watched.store.indexes);
  writeFileSync(join(watched.beside, "indexes", "b".repeat(40)), "mine");
  expect(await prune(watched, [])).toEqual({ files: 0, bytes: 0 });
  expect(readdirSync(join(watched.beside, "indexes"))).toEqual(["b".repeat(40)]);
  expect(readFileSync(outside, "utf8")).toBe("mine");
  expect(readdirSync(join(watched.beside, "folder"))).toHaveLength(1);
});
