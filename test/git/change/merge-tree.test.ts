import { existsSync, renameSync, rmSync, truncateSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { parseJson } from "#base/json.ts";
import { mergeTree } from "#git/change/merge-tree.ts";
import { fingerprintOf } from "#git/snapshot/fingerprint.ts";
import { Snapshot } from "#git/snapshot/snapshot.ts";
import { addSubmodule, commitIn, makeNested, writeFiles } from "#test/nested-repositories.ts";
import { never, pathsOf, summary, watchRepository } from "#test/watched-repository.ts";

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

  test("files in nested repositories are kept one by one, also where the repository is new or gone", async () => {
    const watched = await watchRepository();
    const one = makeNested(watched, "deep/one", { "a.ts": "a\n", "b.ts": "b\n" });
    makeNested(watched, "deep/one/more", { "a.ts": "a\n", "b.ts": "b\n" });
    makeNested(watched, "two", {});
    writeFiles(join(watched.root, "two"), { "t.ts": "t\n", "u.ts": "u\n" });
    const baseline = await watched.snapshot();
    writeFiles(one, { "a.ts": "A\n", "b.ts": "B\n", "more/a.ts": "A\n", "more/b.ts": "B\n" });
    rmSync(join(watched.root, "two"), { recursive: true });
    makeNested(watched, "three", { "m.ts": "m\n", "n.ts": "n\n" });
    watched.write("c.ts", "c\n");
    const snapshot = await watched.snapshot();
    const kept = ["deep/one/a.ts", "deep/one/more/b.ts", "two/t.ts", "three/n.ts"];
    const merged = await mergeTree(watched.store, baseline, snapshot, kept, never());
    expect(summary(await watched.change(baseline, merged))).toEqual([
      "added c.ts",
      "modified deep/one/b.ts",
      "modified deep/one/more/a.ts",
      "added three/m.ts",
      "deleted two/u.ts",
    ]);
    const due = await watched.change(merged, snapshot);
    expect(summary(due)).toEqual([
      "modified deep/one/a.ts",
      "modified deep/one/more/b.ts",
      "added three/n.ts",
      "deleted two/t.ts",
    ]);
    expect(due.opaque).toEqual([]);
    expect(fingerprintOf(merged)).not.toBe(fingerprintOf(snapshot));
    expect(parseJson(JSON.stringify(merged), Snapshot)).toEqual(merged);
  });

  test("files in submodules are kept, clean or not; the commit moves on unless it is named", async () => {
    const watched = await watchRepository();
    const clean = addSubmodule(watched, "clean", { "a.ts": "a\n" });
    const dirty = addSubmodule(watched, "dirty", { "b.ts": "b\n" });
    const whole = addSubmodule(watched, "whole", { "c.ts": "c\n" });
    const baseline = await watched.snapshot();
    for (const sub of [clean, dirty, whole]) {
      writeFiles(sub, { "new.ts": "new\n", "other.ts": "other\n" });
      commitIn(watched, sub);
    }
    watched.commit("move");
    writeFiles(dirty, { "b.ts": "B\n" });
    const snapshot = await watched.snapshot();
    const kept = ["clean/new.ts", "dirty/b.ts", "whole"];
    const merged = await mergeTree(watched.store, baseline, snapshot, kept, never());
    const due = await watched.change(merged, snapshot);
    expect(summary(due)).toEqual([
      "added clean/new.ts",
      "modified dirty/b.ts",
      "modified whole",
      "added whole/new.ts",
      "added whole/other.ts",
    ]);
    expect(due.opaque).toEqual([]);
  });

  test("a repository whose files are not known on one side stays whole, its commit too", async () => {
    const watched = await watchRepository();
    const sub = addSubmodule(watched, "sub", { "a.ts": "a\n" });
    writeFiles(sub, { "a.ts": "A\n" });
    const taken = await watched.snapshot();
    const opaque = taken.opaque.map(({ path, kind, state }) => ({ path, kind, state }));
    const baseline = { ...taken, opaque };
    writeFiles(sub, { "new.ts": "new\n" });
    commitIn(watched, sub);
    watched.commit("move");
    const snapshot = await watched.snapshot();
    const merged = await mergeTree(watched.store, baseline, snapshot, ["sub/new.ts"], never());
    expect(merged).toMatchObject({ tree: baseline.tree, opaque });
  });

  test("a folder that became a repository stays whole, and so does one that ceased to be one", async () => {
    const watched = await watchRepository();
    watched.write("lib/a.ts", "a\n");
    watched.write("lib/b.ts", "b\n");
    const plain = await watched.snapshot();
    makeNested(watched, "lib", { "a.ts": "A\n", "b.ts": "B\n" });
    const nested = await watched.snapshot();
    const kept = ["lib/a.ts"];
    const stillPlain = await mergeTree(watched.store, plain, nested, kept, never());
    const stillNested = await mergeTree(watched.store, nested, plain, kept, never());
    expect(stillPlain).toMatchObject({ tree: plain.tree, opaque: plain.opaque });
    expect(stillNested).toMatchObject({ tree: nested.tree, opaque: nested.opaque });
  });

  test("what is opaque in a nested repository stays opaque", async () => {
    const watched = await watchRepository();
    const nested = makeNested(watched, "nested", { "a.ts": "a\n" });
    const baseline = await watched.snapshot();
    writeFiles(nested, { "a.ts": "A\n", "giant.bin": "" });
    truncateSync(join(nested, "giant.bin"), 16 * 1024 * 1024);
    const snapshot = await watched.snapshot();
    const merged = await mergeTree(watched.store, baseline, snapshot, ["nested/giant.bin"], never());
    const due = await watched.change(merged, snapshot);
    expect(due).toMatchObject({ files: [], opaque: [{ path: "nested/giant.bin", kind: "giant" }] });
  });
});
