import {
  appendFileSync,
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { execaSync } from "execa";
import { expect, onTestFinished, test } from "vitest";
import { ObjectId } from "#base/ids.ts";
import { cloneState } from "#git/clone/clone-state.ts";
import { openClone } from "#git/clone/open-clone.ts";
import { searchHistory } from "#git/clone/search-history.ts";
import { makeRepository } from "#test/scratch-repository.ts";

const signal = new AbortController().signal;

async function stateOf(directory: string) {
  const opening = await openClone(directory, signal);
  try {
    return await cloneState(opening, signal);
  } finally {
    if (opening.kind === "open") opening.clone.close();
  }
}

async function standing(directory: string) {
  const state = await stateOf(directory);
  if (state.kind !== "clone") throw new Error(JSON.stringify(state));
  return state;
}

/** An upstream with three commits, and a clone of it. */
function upstreamAndClone(...words: readonly string[]) {
  const scratch = makeRepository();
  onTestFinished(scratch.remove);
  scratch.write("plugins/alpha/code.js", "alpha 1\n");
  scratch.write("kept.txt", "kept\n");
  scratch.commit("one");
  scratch.write("plugins/alpha/code.js", "alpha 2\n");
  const head = scratch.commit("two");
  const clone = join(scratch.beside, "clone");
  scratch.git("clone", "--quiet", ...words, `file://${scratch.root}`, clone);
  const git = (...args: readonly string[]) => scratch.gitIn(clone, ...args);
  return { scratch, clone, git, head };
}

/** Everything below a folder with its bytes and times. */
function everything(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .sort()
    .map((name) => {
      const path = join(folder, name);
      const stats = lstatSync(path, { bigint: true });
      const content = stats.isFile() ? readFileSync(path, "latin1") : "";
      return `${name} ${stats.mode} ${stats.mtimeNs} ${stats.ctimeNs} ${content}`;
    });
}

test("a fresh clone stands as its remote did", async () => {
  const { scratch, clone, head } = upstreamAndClone();
  expect(await stateOf(clone)).toEqual({
    kind: "clone",
    directory: clone,
    head,
    branch: "main",
    tracking: { name: "origin/main", commit: head },
    ahead: 0,
    behind: 0,
    fetchedAt: statSync(join(clone, ".git/refs/remotes/origin/HEAD")).mtimeMs,
    shallow: false,
    partial: false,
    objectFormat: "sha1",
    edited: [],
    remote: `file://${scratch.root}`,
  });
});

test("commits on either side are counted, unless the history is cut", async () => {
  const { scratch, clone, git, head } = upstreamAndClone();
  scratch.write("kept.txt", "three\n");
  scratch.commit("three");
  scratch.write("kept.txt", "four\n");
  const fourth = scratch.commit("four");
  git("fetch", "--quiet");
  expect(await standing(clone)).toMatchObject({ head, ahead: 0, behind: 2, tracking: { commit: fourth } });
  git("commit", "--quiet", "--allow-empty", "-m", "own");
  expect(await standing(clone)).toMatchObject({ ahead: 1, behind: 2 });
  const fetched = 1_770_000_000;
  utimesSync(join(clone, ".git/FETCH_HEAD"), fetched, fetched);
  for (const name of ["main", "HEAD"]) utimesSync(join(clone, `.git/refs/remotes/origin/${name}`), 1, 1);
  expect((await standing(clone)).fetchedAt).toBe(fetched * 1000);
  const shallow = join(scratch.beside, "shallow");
  scratch.git("clone", "--quiet", "--depth=1", `file://${scratch.root}`, shallow);
  expect(await standing(shallow)).toMatchObject({ shallow: true, ahead: 0, behind: 0 });
  scratch.write("kept.txt", "five\n");
  scratch.commit("five");
  scratch.gitIn(shallow, "fetch", "--quiet", "--depth=1");
  expect(await standing(shallow)).toMatchObject({ shallow: true, ahead: null, behind: null });
});

test("edits of every kind are named, and hiding bits hide none", async () => {
  const { clone, git } = upstreamAndClone();
  writeFileSync(join(clone, ".git/info/exclude"), "*.log\nsecret/\n");
  writeFileSync(join(clone, "x.log"), "");
  mkdirSync(join(clone, "secret"));
  writeFileSync(join(clone, "secret/file"), "");
  writeFileSync(join(clone, "new file"), "");
  git("update-index", "--assume-unchanged", "kept.txt");
  git("update-index", "--skip-worktree", "plugins/alpha/code.js");
  expect((await standing(clone)).edited).toEqual(["new file", "secret/", "x.log"]);
  writeFileSync(join(clone, "kept.txt"), "edited\n");
  writeFileSync(join(clone, "plugins/alpha/code.js"), "alpha 3\n");
  const state = await standing(clone);
  expect([...state.edited].sort()).toEqual([
    "kept.txt",
    "new file",
    "plugins/alpha/code.js",
    "secret/",
    "x.log",
  ]);
  git("update-index", "--no-assume-unchanged", "kept.txt");
  rmSync(join(clone, "kept.txt"));
  expect((await standing(clone)).edited).toContain("kept.txt");
});

test("an edit of the same size within the same second is seen", async () => {
  const { clone, git } = upstreamAndClone();
  const path = join(clone, "kept.txt");
  const { mtimeMs } = statSync(path);
  git("update-index", "--refresh");
  writeFileSync(path, "KEPT\n");
  utimesSync(path, mtimeMs / 1000, mtimeMs / 1000);
  expect((await standing(clone)).edited).toEqual(["kept.txt"]);
});

test("a clone is byte for byte as it was after it was looked at", async () => {
  const { clone, git, scratch } = upstreamAndClone();
  git("gc", "--quiet");
  utimesSync(join(clone, "kept.txt"), 1, 1);
  git("config", "core.untrackedCache", "true");
  git("config", "gc.auto", "1");
  scratch.write("kept.txt", "three\n");
  scratch.commit("three");
  git("fetch", "--quiet");
  const before = everything(clone);
  const opening = await openClone(clone, signal);
  if (opening.kind !== "open") throw new Error("not open");
  await cloneState(opening, signal);
  const tree = ObjectId.parse("4b825dc642cb6eb9a060e54bf8d69288fbee4904");
  await searchHistory(opening.clone, { wanted: [{ path: "plugins", tree, claimed: null }] }, signal);
  const place = opening.clone.place.directory;
  expect(existsSync(place)).toBe(true);
  opening.clone.close();
  expect(existsSync(place)).toBe(false);
  expect(everything(clone)).toEqual(before);
});

test("nothing runs that a clone's configuration, attributes or hooks name", async () => {
  const { clone, git, scratch } = upstreamAndClone();
  const ran = join(scratch.beside, "ran");
  const program = join(scratch.beside, "program");
  writeFileSync(program, `#!/bin/sh\necho "$0 $*" >> ${ran}\ncat\n`);
  chmodSync(program, 0o755);
  writeFileSync(join(scratch.beside, "included"), `[core]\n\tfsmonitor = ${program}\n`);
  for (const hook of ["post-index-change", "reference-transaction", "fsmonitor-watchman"]) {
    writeFileSync(join(clone, ".git/hooks", hook), `#!/bin/sh\n${program}\n`);
    chmodSync(join(clone, ".git/hooks", hook), 0o755);
  }
  writeFileSync(join(clone, ".gitattributes"), "* filter=evil diff=evil merge=evil\n");
  mkdirSync(join(clone, "sub"));
  scratch.gitIn(join(clone, "sub"), "init", "--quiet");
  scratch.gitIn(join(clone, "sub"), "commit", "--quiet", "--allow-empty", "-m", "inner");
  scratch.gitIn(join(clone, "sub"), "config", "core.fsmonitor", program);
  git("add", "sub");
  appendFileSync(
    join(clone, ".git/config"),
    [
      "[core]",
      `\tfsmonitor = ${program}`,
      `\tsshCommand = ${program}`,
      `\tpager = ${program}`,
      `\thooksPath = ${join(clone, ".git/hooks")}`,
      `\tworktree = ${scratch.beside}`,
      `\talternateRefsCommand = ${program}`,
      '[filter "evil"]',
      `\tclean = ${program}`,
      `\tprocess = ${program}`,
      "\trequired = true",
      '[diff "evil"]',
      `\ttextconv = ${program}`,
      `\tcommand = ${program}`,
      "[log]\n\tshowSignature = true",
      `[gpg]\n\tprogram = ${program}`,
      `[include]\n\tpath = ${join(scratch.beside, "included")}`,
      "[extensions]\n\tpartialClone = origin",
      `[remote "origin"]\n\tpromisor = true\n\tuploadpack = ${program}\n\tvcs = ext::${program}`,
      "",
    ].join("\n"),
  );
  writeFileSync(join(clone, "kept.txt"), "edited\n");
  utimesSync(join(clone, "plugins/alpha/code.js"), 5, 5);
  rmSync(ran, { force: true });
  const opening = await openClone(clone, signal);
  if (opening.kind !== "open") throw new Error(JSON.stringify(opening));
  onTestFinished(opening.clone.close);
  expect(await cloneState(opening, signal)).toMatchObject({ kind: "clone", partial: true });
  const tree = ObjectId.parse("4b825dc642cb6eb9a060e54bf8d69288fbee4904");
  const wanted = [{ path: "x", tree, claimed: tree }];
  expect(await searchHistory(opening.clone, { wanted }, signal)).toMatchObject([{ kind: "not-found" }]);
  expect(existsSync(ran)).toBe(false);
  // The same clone, looked at by git in the ordinary way.
  git("status");
  expect(existsSync(ran)).toBe(true);
});

test("a folder is a clone only if it is the top of one", async () => {
  const { scratch, clone, git } = upstreamAndClone();
  expect(await stateOf(join(clone, "plugins"))).toEqual({ kind: "none" });
  expect(await stateOf(join(clone, "missing"))).toEqual({ kind: "none" });
  const linked = join(scratch.beside, "linked");
  git("worktree", "add", "--quiet", "-b", "other", linked);
  expect(await standing(linked)).toMatchObject({ branch: "other", edited: [], directory: linked });
  const moved = join(scratch.beside, "moved");
  mkdirSync(moved);
  renameSync(join(clone, ".git"), join(scratch.beside, "elsewhere"));
  symlinkSync(join(scratch.beside, "elsewhere"), join(clone, ".git"));
  expect(await standing(clone)).toMatchObject({ branch: "main", edited: [] });
  writeFileSync(join(moved, ".git"), "gitdir: ../elsewhere\n");
  expect((await standing(moved)).edited).toEqual(["kept.txt", "plugins/alpha/code.js"]);
  writeFileSync(join(moved, ".git"), "gitdir: ../nowhere\n");
  expect(await stateOf(moved)).toMatchObject({ kind: "broken" });
  writeFileSync(join(moved, ".git"), "nonsense");
  expect(await stateOf(moved)).toMatchObject({ kind: "broken" });
});

test("a clone that belongs to somebody else is looked at all the same", async () => {
  const { clone } = upstreamAndClone();
  if (process.getuid?.() !== 0) return;
  execaSync("chown", ["-R", "65534", clone]);
  expect(await standing(clone)).toMatchObject({ branch: "main" });
});

test("what has no commit yet, or a HEAD of its own, is said so", async () => {
  const scratch = makeRepository();
  onTestFinished(scratch.remove);
  scratch.write("a", "");
  expect(await standing(scratch.root)).toMatchObject({
    head: null,
    branch: "main",
    tracking: null,
    ahead: null,
    edited: ["a"],
    remote: null,
    fetchedAt: null,
  });
  const head = scratch.commit("one");
  scratch.git("checkout", "--quiet", "--detach");
  expect(await standing(scratch.root)).toMatchObject({ head, branch: null });
});

test("no password is told", async () => {
  const { clone, git } = upstreamAndClone();
  const shown: string[] = [];
  const urls = [
    "https://user:token@example.invalid/lab/mkt.git",
    "https://token@example.invalid/lab/mkt.git",
    "ssh://git:pass@example.invalid:22/lab/mkt.git",
    "git@example.invalid:lab/mkt.git",
    "https://example.invalid/mkt.git?access_token=abc#x",
    "../relative",
  ];
  for (const url of urls) {
    git("config", "remote.origin.url", url);
    shown.push((await standing(clone)).remote ?? "");
  }
  expect(shown).toEqual([
    "https://example.invalid/lab/mkt.git",
    "https://example.invalid/lab/mkt.git",
    "ssh://git@example.invalid:22/lab/mkt.git",
    "git@example.invalid:lab/mkt.git",
    "https://example.invalid/mkt.git",
    "../relative",
  ]);
});

const damages: readonly (readonly [string, (git: string) => void])[] = [
  ["no HEAD", (git) => rmSync(join(git, "HEAD"))],
  ["an empty HEAD", (git) => writeFileSync(join(git, "HEAD"), "")],
  ["a HEAD of zeros", (git) => writeFileSync(join(git, "HEAD"), Buffer.alloc(41))],
  ["a HEAD that is a folder", (git) => [rmSync(join(git, "HEAD")), mkdirSync(join(git, "HEAD"))]],
  ["a HEAD that is a pipe", (git) => [rmSync(join(git, "HEAD")), execaSync("mkfifo", [join(git, "HEAD")])]],
  ["a broken branch", (git) => writeFileSync(join(git, "refs/heads/main"), Buffer.alloc(41))],
  ["a branch of nothing", (git) => writeFileSync(join(git, "refs/heads/main"), `${"1".repeat(40)}\n`)],
  ["broken configuration", (git) => writeFileSync(join(git, "config"), "[core\n")],
  ["no objects", (git) => rmSync(join(git, "objects"), { recursive: true })],
  [
    "an empty object store",
    (git) => [rmSync(join(git, "objects"), { recursive: true }), mkdirSync(join(git, "objects"))],
  ],
  ["a broken index", (git) => truncateSync(join(git, "index"), 20)],
  [
    "broken packed refs",
    (git) => [rmSync(join(git, "refs/heads/main")), writeFileSync(join(git, "packed-refs"), "nonsense\n")],
  ],
  ["an empty .git", (git) => [rmSync(git, { recursive: true }), mkdirSync(git)]],
];

test.each(damages)("a clone with %s is broken", async (_name, damage) => {
  const { clone } = upstreamAndClone();
  damage(join(clone, ".git"));
  const state = await stateOf(clone);
  expect(state).toMatchObject({ kind: "broken" });
  expect(state.kind === "broken" && state.detail.length > 10).toBe(true);
});
