import { mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { Change } from "#git/change/change.ts";
import { mergeTree } from "#git/change/merge-tree.ts";
import { readPaths } from "#git/change/read-paths.ts";
import { readTexts } from "#git/change/read-texts.ts";
import type { Snapshot } from "#git/snapshot/snapshot.ts";
import { makeNested } from "#test/nested-repositories.ts";
import { never, summary, type WatchedRepository, watch, watchRepository } from "#test/watched-repository.ts";

const LINES = Array.from({ length: 20 }, (_, i) => `line ${i}\n`).join("");

type Round = { readonly before: Snapshot; readonly after: Snapshot; readonly change: Change };

/** Takes a snapshot, makes the edit, takes another, and reads the change between them. */
async function around(watched: WatchedRepository, edit: () => void): Promise<Round> {
  const before = await watched.snapshot();
  edit();
  const after = await watched.snapshot();
  return { before, after, change: await watched.change(before, after) };
}

/** Returns the new text of each changed file, by its path. */
async function newTexts(watched: WatchedRepository, change: Change): Promise<Record<string, string>> {
  const blobs = change.files.flatMap(({ newBlob }) => (newBlob === undefined ? [] : [newBlob]));
  const texts = await readTexts(watched.store, blobs, never());
  const pairs = change.files.flatMap(({ path, newBlob }): [string, string][] => {
    const text = newBlob === undefined ? undefined : texts.get(newBlob);
    return text === undefined ? [] : [[path, text]];
  });
  return Object.fromEntries(pairs);
}

describe("repositories of odd kinds", () => {
  test("without a commit", async () => {
    const watched = await watchRepository();
    watched.write("a.txt", "a\n");
    const { change, after } = await around(watched, () => {
      watched.write("a.txt", "A\n");
      watched.write("b.txt", "b\n");
    });
    expect(after.head).toBeNull();
    expect(await newTexts(watched, change)).toEqual({ "a.txt": "A\n", "b.txt": "b\n" });
    expect(await readPaths(watched.store, after.tree, ["b.txt"], never())).toEqual(
      new Map([["b.txt", "b\n"]]),
    );
  });

  test("a linked worktree beside the main one, and one inside it, which is no part of it", async () => {
    const main = await watchRepository();
    main.write("a.txt", "a\n");
    main.commit("one");
    main.git("worktree", "add", "-q", join(main.beside, "linked"));
    const linked = await watch(main, join(main.beside, "linked"));
    const { change } = await around(linked, () => {
      writeFileSync(join(linked.root, "a.txt"), "in the worktree\n");
      main.write("a.txt", "in the main one\n");
    });
    expect(await newTexts(linked, change)).toEqual({ "a.txt": "in the worktree\n" });
    const inside = join(main.root, "trees/inner");
    const added = await around(main, () => {
      main.git("worktree", "add", "-q", inside);
      writeFileSync(join(inside, "a.txt"), "inner\n");
    });
    expect(added.change).toEqual({ files: [], opaque: [], rules: [] });
    const edited = await around(await watch(main, inside), () =>
      writeFileSync(join(inside, "a.txt"), "again\n"),
    );
    expect(await newTexts(main, edited.change)).toEqual({ "a.txt": "again\n" });
  });

  test("a sparse checkout", async () => {
    const watched = await watchRepository();
    for (const path of ["in/a.txt", "out/b.txt"]) watched.write(path, "x\n");
    watched.commit("one");
    watched.git("sparse-checkout", "set", "--cone", "--sparse-index", "in");
    const { change } = await around(watched, () => {
      watched.write("in/a.txt", "A\n");
      watched.write("out/c.txt", "c\n");
    });
    expect(summary(change)).toEqual(["modified in/a.txt", "added out/c.txt"]);
    expect(await newTexts(watched, change)).toEqual({ "in/a.txt": "A\n", "out/c.txt": "c\n" });
  });
});

describe("names", () => {
  test("that differ in case only, renamed and side by side", async () => {
    const watched = await watchRepository();
    watched.write("Dir/File.txt", LINES);
    watched.write("plain.txt", "x\n");
    watched.commit("one");
    const { change } = await around(watched, () => {
      mkdirSync(join(watched.root, "dir"));
      renameSync(join(watched.root, "Dir/File.txt"), join(watched.root, "dir/file.txt"));
      watched.write("dir/file.txt", `${LINES}more\n`);
      watched.write("PLAIN.txt", "X\n");
    });
    expect(change.files).toMatchObject([
      { kind: "added", path: "PLAIN.txt" },
      { kind: "renamed", oldPath: "Dir/File.txt", path: "dir/file.txt" },
    ]);
    expect(await newTexts(watched, change)).toEqual({ "PLAIN.txt": "X\n", "dir/file.txt": `${LINES}more\n` });
  });

  test("that differ in case only, where git is told that case does not count", async ({ skip }) => {
    const watched = await watchRepository();
    watched.write("File.txt", LINES);
    watched.write("plain.txt", "x\n");
    watched.write("Dir/inner.txt", "x\n");
    watched.commit("one");
    watched.write("probe", "");
    watched.write("PROBE", "");
    skip(!readdirSync(watched.root).includes("PROBE"), "case does not count on this file system");
    watched.git("config", "core.ignoreCase", "true");
    const { change } = await around(watched, () => {
      renameSync(join(watched.root, "File.txt"), join(watched.root, "file.txt"));
      watched.write("PLAIN.txt", "planted\n");
      watched.write("dir/planted.txt", "planted\n");
    });
    expect(summary(change)).toEqual(["added PLAIN.txt", "added dir/planted.txt", "renamed file.txt"]);
  });

  test("that are not UTF-8, in the tree and inside a nested repository", async () => {
    const watched = await watchRepository();
    const nested = makeNested(watched, "nested", {});
    const named = (folder: string, end: string) => Buffer.from(`${folder}/caf\xe9${end}`, "latin1");
    writeFileSync(named(watched.root, ".txt"), "a\n");
    writeFileSync(named(nested, ".txt"), "n\n");
    const { change, before, after } = await around(watched, () => {
      writeFileSync(named(watched.root, ".txt"), "A\n");
      renameSync(named(nested, ".txt"), named(nested, "2.txt"));
    });
    expect(change.opaque).toEqual([]);
    expect(change.files).toMatchObject([
      { kind: "modified", path: "caf\\xe9.txt" },
      { kind: "renamed", path: "nested/caf\\xe92.txt", oldPath: "nested/caf\\xe9.txt" },
    ]);
    expect(change.files[0]?.patch).toContain("-a\n+A\n");
    expect(await newTexts(watched, change)).toEqual({ "caf\\xe9.txt": "A\n", "nested/caf\\xe92.txt": "n\n" });
    const kept = ["nested/caf\\xe92.txt", "nested/caf\\xe9.txt"];
    const merged = await mergeTree(watched.store, before, after, kept, never());
    expect(summary(await watched.change(merged, after))).toEqual(["renamed nested/caf\\xe92.txt"]);
  });

  test("of a nested repository that is not UTF-8 itself: it is watched as a whole", async () => {
    const watched = await watchRepository();
    const folder = Buffer.from(`${watched.root}/d\xe9p`, "latin1");
    const nested = makeNested(watched, "plain", {});
    renameSync(nested, folder);
    const inside = Buffer.concat([folder, Buffer.from("/x.txt")]);
    const { change } = await around(watched, () => writeFileSync(inside, "x\n"));
    expect(change).toMatchObject({ files: [], opaque: [{ path: "d\\xe9p", kind: "nested-repository" }] });
  });
});

describe("what git turns contents into", () => {
  test("line ends by attribute and by configuration: the text is what git would commit", async () => {
    const watched = await watchRepository();
    watched.write(".gitattributes", "*.txt text\n*.bat text eol=crlf\n*.raw -text\n");
    for (const path of ["a.txt", "b.bat", "c.raw", "d.md"]) watched.write(path, "one\r\n");
    watched.git("config", "core.autocrlf", "true");
    watched.commit("one");
    const { change } = await around(watched, () => {
      for (const path of ["a.txt", "b.bat", "c.raw", "d.md"]) watched.write(path, "one\r\ntwo\r\n");
    });
    expect(await newTexts(watched, change)).toEqual({
      "a.txt": "one\ntwo\n",
      "b.bat": "one\ntwo\n",
      "c.raw": "one\r\ntwo\r\n",
      "d.md": "one\ntwo\n",
    });
    for (const file of change.files) expect(file.patch).toMatch(/@@ -1 \+1,2 @@\n one\r?\n\+two\r?\n$/);
  });

  test("other line ends alone are no change where git commits the same, and one where it does not", async () => {
    const watched = await watchRepository();
    watched.write(".gitattributes", "*.txt text\n*.raw -text\n");
    for (const path of ["a.txt", "c.raw"]) watched.write(path, "one\n");
    watched.commit("one");
    const { change } = await around(watched, () => {
      for (const path of ["a.txt", "c.raw"]) watched.write(path, "one\r\n");
    });
    expect(summary(change)).toEqual(["modified c.raw"]);
  });

  test("an encoding of the work tree, a filter, an ident: the text is the committed one", async () => {
    const watched = await watchRepository();
    watched.write(".gitattributes", "*.u16 working-tree-encoding=UTF-16LE\n*.up filter=up\n*.id ident\n");
    watched.git("config", "filter.up.clean", "tr a-z A-Z");
    watched.git("config", "filter.up.smudge", "cat");
    const { change } = await around(watched, () => {
      watched.write("a.u16", Buffer.from("wide\n", "utf16le"));
      watched.write("b.up", "shout\n");
      watched.write("c.id", "$Id: 1234 $\n");
    });
    expect(await newTexts(watched, change)).toEqual({
      "a.u16": "wide\n",
      "b.up": "SHOUT\n",
      "c.id": "$Id$\n",
    });
    for (const file of change.files) expect(file.patch).toContain("@@ -0,0 +1 @@\n+");
  });

  test("pointers of Git LFS where its filter is not installed", async () => {
    const watched = await watchRepository();
    const pointer = (digit: string) =>
      `version https://git-lfs.github.com/spec/v1\noid sha256:${digit.repeat(64)}\nsize 12\n`;
    watched.write(".gitattributes", "*.bin filter=lfs diff=lfs merge=lfs -text\n");
    watched.write("a.bin", pointer("1"));
    watched.commit("one");
    const { change } = await around(watched, () => {
      watched.write("a.bin", pointer("2"));
      watched.write("new.bin", Buffer.from("\0content itself"));
    });
    expect(change.files).toMatchObject([
      { path: "a.bin", binary: false },
      { path: "new.bin", binary: true },
    ]);
    expect(change.files[0]?.patch).toContain(
      `-oid sha256:${"1".repeat(64)}\n+oid sha256:${"2".repeat(64)}\n`,
    );
    expect((await newTexts(watched, change))["a.bin"]).toBe(pointer("2"));
  });

  test("inside a nested repository its own attributes count, not those around it", async () => {
    const watched = await watchRepository();
    watched.write(".gitattributes", "*.txt text\n");
    makeNested(watched, "nested", { ".gitattributes": "*.txt -text\n", "a.txt": "one\r\n" });
    const { change } = await around(watched, () => {
      watched.write("a.txt", "two\r\n");
      watched.write("nested/a.txt", "two\r\n");
    });
    expect(await newTexts(watched, change)).toEqual({ "a.txt": "two\n", "nested/a.txt": "two\r\n" });
    rmSync(join(watched.root, "nested/.gitattributes"));
  });
});
