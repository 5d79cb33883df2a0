import { mkdirSync, renameSync, rmSync, symlinkSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { digestOf } from "#base/digest.ts";
import { parseJson } from "#base/json.ts";
import type { Change } from "#git/change/change.ts";
import { readChange } from "#git/change/read-change.ts";
import { readPaths } from "#git/change/read-paths.ts";
import { readTexts } from "#git/change/read-texts.ts";
import { fingerprintOf } from "#git/snapshot/fingerprint.ts";
import { Snapshot } from "#git/snapshot/snapshot.ts";
import { takeSnapshot } from "#git/snapshot/take-snapshot.ts";
import { openObjectStore } from "#git/store/object-store.ts";
import { addSubmodule, amendAndPrune, commitIn, makeNested, writeFiles } from "#test/nested-repositories.ts";
import { gitState } from "#test/scratch-repository.ts";
import { never, summary, type WatchedRepository, watchRepository } from "#test/watched-repository.ts";

const LINES = Array.from({ length: 30 }, (_, i) => `line ${i}\n`).join("");
const NOTHING = { files: [], opaque: [], rules: [] };

async function withCommit(): Promise<WatchedRepository> {
  const watched = await watchRepository();
  watched.write("a.txt", "a\n");
  watched.commit("one");
  return watched;
}

/** Returns the change that the edit makes; no `.git`, inner ones included, may differ for looking. */
async function changeBy(watched: WatchedRepository, edit: () => void): Promise<Change> {
  const before = await watched.snapshot();
  edit();
  const state = gitState(watched.root);
  const change = await watched.change(before, await watched.snapshot());
  expect(gitState(watched.root)).toBe(state);
  return change;
}

function withoutInner(snapshot: Snapshot): Snapshot {
  return { ...snapshot, opaque: snapshot.opaque.map(({ path, kind, state }) => ({ path, kind, state })) };
}

describe("a nested repository", () => {
  test("edits in it are files under its path, patch and all", async () => {
    const watched = await withCommit();
    const nested = makeNested(watched, "deep/nested", {
      "src/x.ts": "x\n",
      "gone.ts": LINES,
      "same.ts": "same\n",
    });
    const change = await changeBy(watched, () => {
      writeFiles(nested, { "src/x.ts": "X\n", "src/new.ts": "new\n" });
      rmSync(join(nested, "gone.ts"));
      watched.write("a.txt", "A\n");
    });
    expect(summary(change)).toEqual([
      "modified a.txt",
      "deleted deep/nested/gone.ts",
      "added deep/nested/src/new.ts",
      "modified deep/nested/src/x.ts",
    ]);
    expect(change).toMatchObject({ opaque: [], rules: [] });
    expect(change.files[3]?.patch).toMatch(
      /^diff --git a\/deep\/nested\/src\/x\.ts b\/deep\/nested\/src\/x\.ts\nindex .*\n--- a\/deep\/nested\/src\/x\.ts\n\+\+\+ b\/deep\/nested\/src\/x\.ts\n@@ -1 \+1 @@\n-x\n\+X\n$/,
    );
  });

  test("what was edited and then committed in it is the same change", async () => {
    const watched = await withCommit();
    const nested = makeNested(watched, "nested", { "x.ts": "x\n" });
    const before = await watched.snapshot();
    writeFiles(nested, { "x.ts": "X\n" });
    const edited = await watched.snapshot();
    commitIn(watched, nested);
    const committed = await watched.snapshot();
    expect(await watched.change(before, committed)).toEqual(await watched.change(before, edited));
    expect(await watched.change(edited, committed)).toEqual(NOTHING);
  });

  test("a new one is all its files, a removed one too", async () => {
    const watched = await withCommit();
    const bare = await watched.snapshot();
    const nested = makeNested(watched, "nested", {});
    writeFiles(nested, { "x.ts": "x\n", "dir/y.ts": "y\n" });
    const there = await watched.snapshot();
    rmSync(nested, { recursive: true });
    const gone = await watched.snapshot();
    expect(summary(await watched.change(bare, there))).toEqual([
      "added nested/dir/y.ts",
      "added nested/x.ts",
    ]);
    const removal = await watched.change(there, gone);
    expect(summary(removal)).toEqual(["deleted nested/dir/y.ts", "deleted nested/x.ts"]);
    expect(removal.files[1]?.patch).toContain("-x\n");
    expect(removal.opaque).toEqual([]);
  });

  test("one that is removed with all that only it had is named as opaque", async () => {
    const watched = await withCommit();
    const nested = makeNested(watched, "nested", { "x.ts": "x\n" });
    const change = await changeBy(watched, () => {
      rmSync(nested, { recursive: true });
      watched.write("a.txt", "A\n");
    });
    expect(summary(change)).toEqual(["modified a.txt"]);
    expect(change.opaque).toMatchObject([{ path: "nested", kind: "nested-repository" }]);
  });

  test("the same where not even the kept index is left", async () => {
    const watched = await withCommit();
    const nested = makeNested(watched, "nested", { "x.ts": "x\n" });
    const change = await changeBy(watched, () => {
      rmSync(nested, { recursive: true });
      rmSync(join(watched.store.directory, "nested"), { recursive: true });
      watched.write("a.txt", "A\n");
    });
    expect(summary(change)).toEqual(["modified a.txt"]);
    expect(change.opaque).toMatchObject([{ path: "nested", kind: "nested-repository" }]);
  });

  test("a commit in it that git has pruned comes back from its kept index", async () => {
    const watched = await withCommit();
    const nested = makeNested(watched, "nested", { "dir/kept.ts": "kept\n" });
    writeFiles(nested, { "dir/lost.ts": "lost\n" });
    commitIn(watched, nested);
    const change = await changeBy(watched, () => {
      writeFiles(nested, { "dir/lost.ts": "other\n", "dir/kept.ts": "edited\n" });
      amendAndPrune(watched, nested);
    });
    expect(change.opaque).toEqual([]);
    expect(change.files).toMatchObject([
      { path: "nested/dir/kept.ts", baselineLost: false },
      { path: "nested/dir/lost.ts", baselineLost: true },
    ]);
    expect(change.files[0]?.patch).toContain("-kept\n+edited\n");
    expect(change.files[1]?.patch).toContain("+other\n");
  });

  test("one in another, and what is opaque in it", async () => {
    const watched = await withCommit();
    const inner = makeNested(watched, "r1", { "one.ts": "1\n" });
    makeNested(watched, "r1/r2", { "two.ts": "2\n" });
    const before = await watched.snapshot();
    writeFiles(inner, { "r2/two.ts": "II\n", "r2/giant.bin": "" });
    truncateSync(join(inner, "r2/giant.bin"), 16 * 1024 * 1024);
    const after = await watched.snapshot();
    const change = await watched.change(before, after);
    expect(summary(change)).toEqual(["modified r1/r2/two.ts"]);
    expect(change.opaque).toMatchObject([{ path: "r1/r2/giant.bin", kind: "giant" }]);
  });

  test("a file that moves out of it is renamed, and one that moves between two as well", async () => {
    const watched = await withCommit();
    const one = makeNested(watched, "one", { "x.ts": LINES, "y.ts": `${LINES}y\n` });
    const two = makeNested(watched, "two", { "z.ts": "z\n" });
    const change = await changeBy(watched, () => {
      renameSync(join(one, "x.ts"), join(watched.root, "x.ts"));
      renameSync(join(one, "y.ts"), join(two, "y.ts"));
    });
    expect(change.files).toMatchObject([
      { kind: "renamed", oldPath: "one/y.ts", path: "two/y.ts" },
      { kind: "renamed", oldPath: "one/x.ts", path: "x.ts" },
    ]);
  });

  test("files that become a repository, or cease to be one, have not changed for that", async () => {
    const watched = await withCommit();
    watched.write("lib/x.ts", "x\n");
    const plain = await watched.snapshot();
    makeNested(watched, "lib", {});
    const nested = await watched.snapshot();
    rmSync(join(watched.root, "lib/.git"), { recursive: true });
    watched.write("lib/x.ts", "X\n");
    const again = await watched.snapshot();
    expect(nested.opaque).toMatchObject([{ path: "lib", kind: "nested-repository" }]);
    expect((await watched.change(plain, nested)).files).toEqual([]);
    expect(summary(await watched.change(nested, again))).toEqual(["modified lib/x.ts"]);
  });

  test("a folder with a name that is hard to print, a store with one that is hard to list", async () => {
    const scratch = await withCommit();
    const store = await openObjectStore(scratch.repository, join(scratch.beside, 'a:"b\\ü'), never());
    const nested = makeNested(scratch, 'odd "dir/ü :x', { "x.ts": "x\n" });
    const before = await takeSnapshot(scratch.repository, store, never());
    writeFiles(nested, { "x.ts": "X\n", "caf\u00e9.ts": "new\n" });
    const after = await takeSnapshot(scratch.repository, store, never());
    const change = await readChange(store, before, after, never());
    expect(change.opaque).toEqual([]);
    expect(summary(change)).toEqual(['added odd "dir/ü :x/café.ts', 'modified odd "dir/ü :x/x.ts']);
    expect(change.files[1]?.patch).toContain("-x\n+X\n");
  });

  test("a rule that hides files in it is told, in a new one by comparison with the rules around it", async () => {
    const watched = await withCommit();
    const nested = makeNested(watched, "nested", { "x.ts": "x\n" });
    const hide = (folder: string) => writeFileSync(join(folder, ".git/info/exclude"), "*.evil\n");
    const before = await watched.snapshot();
    hide(nested);
    const after = await watched.snapshot();
    expect(await watched.change(before, after)).toEqual({ ...NOTHING, rules: ["excludes"] });
    hide(makeNested(watched, "plotted", {}));
    expect(await watched.change(after, await watched.snapshot())).toEqual({
      ...NOTHING,
      rules: ["excludes"],
    });
  });

  test("with more files than anybody reviews it stays one opaque entry", async () => {
    const watched = await withCommit();
    const before = await watched.snapshot();
    const nested = makeNested(watched, "nested", {});
    for (let i = 0; i <= 5000; i++) writeFileSync(join(nested, `f${i}.txt`), "x\n");
    const after = await watched.snapshot();
    const change = await watched.change(before, after);
    expect(change.files).toEqual([]);
    expect(change.opaque).toMatchObject([{ path: "nested", kind: "nested-repository" }]);
    expect(JSON.stringify(after).length).toBeLessThan(2000);
    writeFileSync(join(nested, "f7.txt"), "X\n");
    expect(summary(await watched.change(after, await watched.snapshot()))).toEqual([
      "modified nested/f7.txt",
    ]);
  });

  test("of the other object format it stays opaque", async () => {
    const watched = await withCommit();
    const nested = join(watched.root, "nested");
    mkdirSync(nested);
    watched.gitIn(nested, "init", "-q", "--object-format=sha256");
    const change = await changeBy(watched, () => writeFiles(nested, { "x.ts": "x\n" }));
    expect(change.files).toEqual([]);
    expect(change.opaque).toMatchObject([{ path: "nested", kind: "nested-repository" }]);
  });
});

describe("a submodule", () => {
  test("edits in a clean one are against the commit that the tree names", async () => {
    const watched = await withCommit();
    const sub = addSubmodule(watched, "libs/sub", { "x.ts": "x\n", "same.ts": "same\n" });
    const change = await changeBy(watched, () => writeFiles(sub, { "x.ts": "X\n", "new.ts": "new\n" }));
    expect(summary(change)).toEqual(["added libs/sub/new.ts", "modified libs/sub/x.ts"]);
    expect(change.files[1]?.patch).toContain("-x\n+X\n");
    expect(change).toMatchObject({ opaque: [], rules: [] });
  });

  test("a rule that hides all that was done in it is told", async () => {
    const watched = await withCommit();
    const sub = addSubmodule(watched, "libs/sub", { "x.ts": "x\n" });
    const rules = join(watched.root, ".git/modules/libs/sub/info");
    const before = await watched.snapshot();
    writeFileSync(join(rules, "exclude"), "*.evil\n");
    writeFiles(sub, { "new.evil": "evil\n" });
    const hidden = await watched.snapshot();
    expect(await watched.change(before, hidden)).toEqual({ ...NOTHING, rules: ["excludes"] });
    expect(await watched.change(hidden, await watched.snapshot())).toEqual(NOTHING);
    writeFileSync(join(rules, "attributes"), "*.ts filter=hide\n");
    watched.gitIn(sub, "config", "filter.hide.clean", "sed s/evil/x/");
    writeFiles(sub, { "x.ts": "evil\n" });
    const filtered = await watched.snapshot();
    expect(await watched.change(hidden, filtered)).toEqual({ ...NOTHING, rules: ["attributes", "filters"] });
    commitIn(watched, sub);
    watched.commit("moved");
    expect((await watched.change(filtered, await watched.snapshot())).rules).toEqual([]);
  });

  test("a link in its place is no submodule, wherever it leads", async () => {
    const watched = await withCommit();
    const sub = addSubmodule(watched, "libs/sub", { "x.ts": "x\n" });
    const copy = join(watched.beside, "copy");
    watched.git("clone", "--quiet", sub, copy);
    const before = await watched.snapshot();
    rmSync(sub, { recursive: true });
    symlinkSync(copy, sub);
    const change = await watched.change(before, await watched.snapshot());
    expect(summary(change)).toContain("type-changed libs/sub");
  });

  test("another commit in it shows the files between, with what is not committed", async () => {
    const watched = await withCommit();
    const sub = addSubmodule(watched, "sub", { "x.ts": "x\n", "y.ts": "y\n" });
    const before = await watched.snapshot();
    writeFiles(sub, { "x.ts": "X\n" });
    const moved = commitIn(watched, sub);
    writeFiles(sub, { "y.ts": "Y\n" });
    const here = await watched.snapshot();
    expect(summary(await watched.change(before, here))).toEqual(["modified sub/x.ts", "modified sub/y.ts"]);
    watched.git("add", "sub");
    const staged = await watched.change(before, await watched.snapshot());
    expect(summary(staged)).toEqual(["modified sub", "modified sub/x.ts", "modified sub/y.ts"]);
    expect(staged.files[0]).toMatchObject({ oldMode: "160000", newMode: "160000", newBlob: moved });
    expect(staged.files[0]?.patch).toMatch(
      /^diff --git a\/sub b\/sub\nindex .*\n--- a\/sub\n\+\+\+ b\/sub\n@@ -1 \+1 @@\n-Subproject commit [0-9a-f]{40}\n\+Subproject commit [0-9a-f]{40}\n$/,
    );
    expect(staged.opaque).toEqual([]);
  });

  test("between two commits, clean at both", async () => {
    const watched = await withCommit();
    const sub = addSubmodule(watched, "sub", { "x.ts": "x\n" });
    const change = await changeBy(watched, () => {
      writeFiles(sub, { "x.ts": "X\n" });
      commitIn(watched, sub);
      watched.commit("move");
    });
    expect(summary(change)).toEqual(["modified sub", "modified sub/x.ts"]);
    expect(change.opaque).toEqual([]);
  });

  test("a new one, with one inside", async () => {
    const watched = await withCommit();
    const change = await changeBy(watched, () => {
      const sub = addSubmodule(watched, "sub", { "x.ts": "x\n" });
      watched.gitIn(sub, "submodule", "--quiet", "add", join(watched.beside, "origin of sub"), "again");
      commitIn(watched, sub);
      watched.commit("again");
    });
    expect(summary(change)).toEqual([
      "added .gitmodules",
      "added sub",
      "added sub/.gitmodules",
      "added sub/again",
      "added sub/again/x.ts",
      "added sub/x.ts",
    ]);
    expect(change.opaque).toEqual([]);
  });

  test("another commit of one that was never fetched is told, and that its files were not seen", async () => {
    const watched = await withCommit();
    const link = (commit: string) =>
      watched.git("update-index", "--add", "--cacheinfo", `160000,${commit},sub`);
    mkdirSync(join(watched.root, "sub"));
    link("1".repeat(40));
    const change = await changeBy(watched, () => link("2".repeat(40)));
    expect(summary(change)).toEqual(["modified sub"]);
    expect(change.opaque).toMatchObject([{ path: "sub", kind: "submodule" }]);
  });

  test("one whose repository is gone, and whose baseline was only a commit", async () => {
    const watched = await withCommit();
    const sub = addSubmodule(watched, "sub", { "x.ts": "x\n" });
    const change = await changeBy(watched, () => {
      rmSync(join(watched.root, ".git/modules/sub"), { recursive: true });
      writeFiles(sub, { "x.ts": "X\n" });
    });
    expect(change.files).toEqual([]);
    expect(change.opaque).toMatchObject([{ path: "sub", kind: "submodule" }]);
  });

  test("one that gives way to a file hides nothing else", async () => {
    const watched = await withCommit();
    const nested = makeNested(watched, "nested", { "y.ts": "y\n" });
    const sub = addSubmodule(watched, "sub", { "x.ts": "x\n" });
    const change = await changeBy(watched, () => {
      rmSync(sub, { recursive: true });
      watched.write("sub", "file\n");
      writeFiles(nested, { "y.ts": "Y\n" });
    });
    expect(summary(change)).toEqual(["modified nested/y.ts", "type-changed sub"]);
    expect(change.files[1]?.patch).toContain("+file\n");
  });

  test("one whose files are taken into the tree around it has not changed for that", async () => {
    const watched = await withCommit();
    const sub = addSubmodule(watched, "sub", { "x.ts": "x\n", "y.ts": "y\n" });
    const change = await changeBy(watched, () => {
      watched.git("rm", "-q", "--cached", "sub");
      rmSync(join(sub, ".git"));
      writeFiles(sub, { "y.ts": "Y\n" });
    });
    expect(summary(change)).toEqual(["deleted sub", "modified sub/y.ts"]);
    expect(change.opaque).toEqual([]);
  });
});

describe("records", () => {
  test("a snapshot survives its file, and one of an earlier version is read", async () => {
    const watched = await withCommit();
    const nested = makeNested(watched, "r1", { "x.ts": "x\n" });
    makeNested(watched, "r1/r2", { "y.ts": "y\n" });
    const before = await watched.snapshot();
    expect(parseJson(JSON.stringify(before), Snapshot)).toEqual(before);
    const earlier = withoutInner(before);
    expect(parseJson(JSON.stringify(earlier), Snapshot)).toEqual(earlier);
    expect(fingerprintOf(earlier)).toBe(fingerprintOf(before));
    expect(await watched.change(earlier, before)).toEqual(NOTHING);
    writeFiles(nested, { "x.ts": "X\n" });
    const change = await watched.change(earlier, await watched.snapshot());
    expect(change).toMatchObject({ files: [], opaque: [{ path: "r1", kind: "nested-repository" }] });
  });

  test("the state is that of an earlier version, however deep", async () => {
    const watched = await withCommit();
    makeNested(watched, "r1", { "x.ts": "x\n" });
    makeNested(watched, "r1/r2", { "y.ts": "y\n" });
    const snapshot = await watched.snapshot();
    const inner = snapshot.opaque[0]?.inner;
    expect(inner?.opaque).toMatchObject([{ path: "r2", inner: { opaque: [] } }]);
    expect(snapshot.opaque[0]?.state).toBe(`repository ${digestOf(inner && withoutInner(inner))}`);
  });

  test("texts of inner files are read through the store of the tree around them", async () => {
    const watched = await withCommit();
    const nested = makeNested(watched, "r1", { "committed.ts": "committed\n" });
    const deep = makeNested(watched, "r1/r2", { "deep.ts": "deep\n" });
    const change = await changeBy(watched, () => {
      writeFiles(nested, { "committed.ts": "edited\n" });
      writeFiles(deep, { "deep.ts": "deeper\n" });
    });
    const blobs = change.files.flatMap(({ oldBlob, newBlob }) => [oldBlob, newBlob]);
    const wanted = blobs.filter((blob) => blob !== undefined);
    const texts = await readTexts(watched.store, wanted, never());
    expect([...texts.values()]).toEqual(["committed\n", "edited\n", "deep\n", "deeper\n"]);
    const inner = (await watched.snapshot()).opaque[0]?.inner;
    if (inner === undefined) throw new Error("no inner snapshot");
    const paths = await readPaths(watched.store, inner.tree, ["committed.ts"], never());
    expect([...paths]).toEqual([["committed.ts", "edited\n"]]);
  });
});
