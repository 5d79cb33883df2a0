import { chmodSync, cpSync, mkdirSync, rmSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, onTestFinished, test, vi } from "vitest";
import { ObjectId } from "#base/ids.ts";
import { differencesBetween } from "#git/clone/differences-between.ts";
import { folderTree } from "#git/clone/folder-tree.ts";
import { searchHistory } from "#git/clone/search-history.ts";
import { opened } from "#test/clone/opened.ts";
import { makeRepository, type ScratchRepository } from "#test/scratch-repository.ts";

const signal = new AbortController().signal;
const ignore = [".orphaned_at", ".in_use"];

function repository(): ScratchRepository {
  const scratch = makeRepository();
  onTestFinished(scratch.remove);
  vi.stubEnv("HOME", scratch.home);
  vi.stubEnv("XDG_CONFIG_HOME", join(scratch.home, ".config"));
  onTestFinished(() => {
    vi.unstubAllEnvs();
  });
  return scratch;
}

async function filesOf(folder: string) {
  const read = await folderTree(folder, { ignore }, signal);
  if (read.kind !== "read") throw new Error(JSON.stringify(read));
  return read;
}

async function compare(scratch: ScratchRepository, folder: string, commit: string, path: string) {
  const clone = await opened(scratch.root);
  const { files, tree } = await filesOf(folder);
  const against = ObjectId.parse(commit);
  const differences = await differencesBetween(clone, files, { commit: against, path, ignore }, signal);
  const wanted = [{ path, tree, claimed: null, copy: { files, ignore } }];
  const [match] = await searchHistory(clone, { wanted }, signal);
  return { differences, match };
}

test("what was added, removed and changed is told, and whether it is younger than the rest", async () => {
  const scratch = repository();
  for (const name of ["a", "b", "c", "deep/d"]) scratch.write(`p/${name}`, name);
  const commit = scratch.commit("one");
  const copy = join(scratch.beside, "copy");
  cpSync(join(scratch.root, "p"), copy, { recursive: true });
  for (const name of ["a", "b", "c", "deep/d"]) utimesSync(join(copy, name), 1_760_000_000, 1_760_000_000);
  writeFileSync(join(copy, "b"), "other");
  rmSync(join(copy, "c"));
  writeFileSync(join(copy, "deep/e"), "new");
  chmodSync(join(copy, "deep/d"), 0o755);
  const { differences, match } = await compare(scratch, copy, commit, "p");
  expect(differences).toEqual({
    kind: "compared",
    against: commit,
    files: [
      { path: "b", how: "changed" },
      { path: "c", how: "removed" },
      { path: "deep/d", how: "changed" },
      { path: "deep/e", how: "added" },
    ],
    younger: false,
  });
  expect(match).toMatchObject({ kind: "not-found", whole: true });
  chmodSync(join(copy, "deep/d"), 0o644);
  const again = await compare(scratch, copy, commit, "p");
  expect(again.differences).toMatchObject({ younger: true });
  expect((await compare(scratch, copy, commit, "none")).differences).toEqual({ kind: "no-folder" });
});

test("line ends and ids that a checkout makes are no difference, others are", async () => {
  const scratch = repository();
  scratch.write(".gitattributes", "*.bat eol=crlf\n*.id ident\n*.bin -text\n");
  scratch.write("p/run.bat", "one\ntwo\n");
  scratch.write("p/mixed.bat", "one\r\ntwo\n");
  scratch.write("p/x.id", "$Id$ and $Id: a b c $\n");
  scratch.write("p/plain.sh", "#!/bin/sh\n");
  scratch.write("p/x.bin", "a\nb\n");
  const commit = scratch.commit("one");
  rmSync(join(scratch.root, "p"), { recursive: true });
  scratch.git("checkout", "--quiet", "--", "p");
  const copy = join(scratch.beside, "copy");
  cpSync(join(scratch.root, "p"), copy, { recursive: true });
  const { differences, match } = await compare(scratch, copy, commit, "p");
  expect(differences).toMatchObject({ files: [] });
  expect(match).toMatchObject({ kind: "found", commit, isHead: true, filtered: true, times: null });
  writeFileSync(join(copy, "plain.sh"), "#!/bin/sh\r\n");
  writeFileSync(join(copy, "x.bin"), "a\r\nb\r\n");
  const edited = await compare(scratch, copy, commit, "p");
  expect(edited.differences).toMatchObject({
    files: [
      { path: "plain.sh", how: "changed" },
      { path: "x.bin", how: "changed" },
    ],
  });
  expect(edited.match).toMatchObject({ kind: "not-found" });
  writeFileSync(join(scratch.home, ".gitconfig"), "[core]\n\tautocrlf = true\n");
  const byUser = await compare(scratch, copy, commit, "p");
  expect(byUser.differences).toMatchObject({ files: [{ path: "x.bin", how: "changed" }] });
});

test("an older version that was checked out with other line ends is found", async () => {
  const scratch = repository();
  scratch.write(".gitattributes", "* text eol=crlf\n");
  scratch.write("p/code.js", "one\n");
  const first = scratch.commit("one");
  const copy = join(scratch.beside, "copy");
  mkdirSync(copy);
  writeFileSync(join(copy, "code.js"), "one\r\n");
  for (const text of ["two", "three"]) {
    scratch.write("p/code.js", `${text}\n`);
    scratch.commit(text);
  }
  const { match } = await compare(scratch, copy, first, "p");
  expect(match).toMatchObject({ kind: "found", commit: first, isHead: false, filtered: true });
});

test("links that leave the folder are what they lead to, or nothing", async () => {
  const scratch = repository();
  const link = (path: string, target: string) => {
    mkdirSync(dirname(join(scratch.root, path)), { recursive: true });
    symlinkSync(target, join(scratch.root, path));
  };
  chmodSync(scratch.write("shared/run.sh", "run"), 0o755);
  scratch.write("shared/deep/file", "file");
  scratch.write("p/own", "own");
  scratch.write("p/.orphaned_at", "1");
  scratch.write("p/.in_use/1", "1");
  link("p/inside", "own");
  link("p/dangling", "nothing");
  link("p/run.sh", "../shared/run.sh");
  link("p/folder", "../shared");
  link("p/twice", "../chain");
  link("chain", "shared/deep/file");
  link("p/out", "/etc/passwd");
  link("p/far", "../../outside");
  link("p/top", "..");
  link("p/lost", "../lost");
  const commit = scratch.commit("one");
  const copy = join(scratch.beside, "copy");
  mkdirSync(join(copy, "folder/deep"), { recursive: true });
  writeFileSync(join(copy, "own"), "own");
  symlinkSync("own", join(copy, "inside"));
  symlinkSync("nothing", join(copy, "dangling"));
  for (const path of ["run.sh", "folder/run.sh"]) writeFileSync(join(copy, path), "run", { mode: 0o755 });
  for (const path of ["twice", "folder/deep/file"]) writeFileSync(join(copy, path), "file");
  const { differences, match } = await compare(scratch, copy, commit, "p");
  expect(differences).toMatchObject({ files: [] });
  expect(match).toMatchObject({ kind: "found", filtered: true, commit });
  writeFileSync(join(copy, "folder/deep/file"), "evil");
  const edited = await compare(scratch, copy, commit, "p");
  expect(edited.differences).toMatchObject({ files: [{ path: "folder/deep/file", how: "changed" }] });
});

test("a folder that moved is found where it is", async () => {
  const scratch = repository();
  scratch.write("plugins/a/code.js", "code");
  const first = scratch.commit("one");
  scratch.git("mv", "plugins/a", "a");
  scratch.write("a/code.js", "newer");
  scratch.commit("two");
  const copy = join(scratch.beside, "copy");
  mkdirSync(copy);
  writeFileSync(join(copy, "code.js"), "code");
  const { match } = await compare(scratch, copy, first, "a");
  expect(match).toMatchObject({ kind: "found", commit: first, path: "plugins/a", isHead: false });
});
