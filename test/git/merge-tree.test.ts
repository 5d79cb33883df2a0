import { existsSync, renameSync, rmSync, truncateSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { mergeTree } from "#git/merge-tree.ts";
import { never, pathsOf, summary, watchRepository } from "./watched-repository.ts";

describe("mergeTree", () => {
  test("keeps the named paths as the baseline has them, and moves the rest on", async () => {
    const watched = await watchRepository();
    for (const name of ["a", "b", "gone"]) watched.write(`${name}.txt`, `${name}\n`);
    watched.commit("one");
    const baseline = await watched.snapshot();
    watched.write("a.txt", "A\n");
    watched.write("b.txt", "B\n");
    watched.write("new.txt", "new\n");
    rmSync(join(watched.root, "gone.txt"));
    const snapshot = await watched.snapshot();
    const kept = ["b.txt", "new.txt", "gone.txt"];
    const merged = await mergeTree(watched.store, baseline, snapshot, kept, never());
    expect(summary(await watched.change(baseline, merged))).toEqual(["modified a.txt"]);
    expect(summary(await watched.change(merged, snapshot))).toEqual([
      "modified b.txt",
      "deleted gone.txt",
      "added new.txt",
    ]);
    expect(merged.head).toBe(snapshot.head);
    expect(existsSync(join(watched.store.indexes, merged.tree))).toBe(true);
  });

  test("nothing kept is the snapshot, everything kept is the baseline's tree", async () => {
    const watched = await watchRepository();
    watched.write("a.txt", "a\n");
    const baseline = await watched.snapshot();
    renameSync(join(watched.root, "a.txt"), join(watched.root, "b.txt"));
    const snapshot = await watched.snapshot();
    expect(await mergeTree(watched.store, baseline, snapshot, [], never())).toEqual(snapshot);
    const both = await mergeTree(watched.store, baseline, snapshot, ["a.txt", "b.txt"], never());
    expect(both.tree).toBe(baseline.tree);
  });

  test("opaque entries of kept paths are the baseline's", async () => {
    const watched = await watchRepository();
    for (const name of ["kept.bin", "moved.bin"]) truncateSync(watched.write(name, ""), 16 * 1024 * 1024);
    const baseline = await watched.snapshot();
    for (const name of ["kept.bin", "moved.bin"]) truncateSync(watched.write(name, ""), 17 * 1024 * 1024);
    const snapshot = await watched.snapshot();
    const merged = await mergeTree(watched.store, baseline, snapshot, ["kept.bin"], never());
    expect(merged.opaque).toEqual([baseline.opaque[0], snapshot.opaque[1]]);
  });

  test("a kept file wins over a folder of the same name, and the other way round", async () => {
    const watched = await watchRepository();
    watched.write("thing", "file\n");
    const file = await watched.snapshot();
    rmSync(join(watched.root, "thing"));
    watched.write("thing/inner.txt", "inner\n");
    const folder = await watched.snapshot();
    const keptFile = await mergeTree(watched.store, file, folder, ["thing"], never());
    const keptFolder = await mergeTree(watched.store, folder, file, ["thing/inner.txt"], never());
    expect(pathsOf(watched, keptFile)).toEqual(["thing"]);
    expect(pathsOf(watched, keptFolder)).toEqual(["thing/inner.txt"]);
  });

  test("works on after git has pruned the baseline, and the result can be compared", async () => {
    const watched = await watchRepository();
    watched.commit("zero");
    watched.write("folder/a.txt", "a\n");
    watched.write("folder/b.txt", "b\n");
    watched.commit("one");
    const baseline = await watched.snapshot();
    watched.write("folder/a.txt", "A\n");
    watched.write("folder/b.txt", "B\n");
    watched.git("add", "--all");
    watched.git("commit", "-q", "--amend", "-m", "other");
    watched.git("reflog", "expire", "--expire=now", "--all");
    watched.git("prune", "--expire=now");
    const snapshot = await watched.snapshot();
    const merged = await mergeTree(watched.store, baseline, snapshot, ["folder/b.txt"], never());
    const change = await watched.change(merged, snapshot);
    expect(change.files).toMatchObject([{ path: "folder/b.txt", baselineLost: true }]);
  });
});
