import { execFileSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, rmSync, truncateSync, utimesSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, test, vi } from "vitest";
import { fingerprintOf } from "#git/snapshot/fingerprint.ts";
import type { Snapshot } from "#git/snapshot/snapshot.ts";
import { gitState } from "#test/scratch-repository.ts";
import { pathsOf, summary, type WatchedRepository, watchRepository } from "#test/watched-repository.ts";

const GIANT = 16 * 1024 * 1024;

async function withCommit(): Promise<WatchedRepository> {
  const watched = await watchRepository();
  watched.write("a.txt", "a\n");
  watched.commit("one");
  return watched;
}

/** Takes a snapshot, then makes the edit, then takes another; both must leave `.git` alone. */
async function around(watched: WatchedRepository, edit: () => void): Promise<[Snapshot, Snapshot]> {
  const before = await watched.snapshot();
  edit();
  const state = gitState(watched.root);
  const after = await watched.snapshot();
  expect(gitState(watched.root)).toBe(state);
  return [before, after];
}

function makeNested(watched: WatchedRepository, path: string): string {
  const nested = join(watched.root, path);
  mkdirSync(nested, { recursive: true });
  watched.gitIn(nested, "init", "-q");
  return nested;
}

function commitIn(watched: WatchedRepository, directory: string): void {
  watched.gitIn(directory, "add", "--all");
  watched.gitIn(directory, "commit", "-q", "--allow-empty", "-m", "inner");
}

function addSubmodule(watched: WatchedRepository): string {
  const origin = join(watched.beside, "origin");
  mkdirSync(origin);
  watched.gitIn(origin, "init", "-q");
  writeFileSync(join(origin, "inner.txt"), "inner\n");
  commitIn(watched, origin);
  watched.git("submodule", "--quiet", "add", origin, "sub");
  watched.commit("submodule");
  return join(watched.root, "sub");
}

describe("giants", () => {
  test("an untracked giant enters by size and time, not by content", async () => {
    const watched = await withCommit();
    const path = join(watched.root, "giant.bin");
    const [before, after] = await around(watched, () => {
      writeFileSync(path, "");
      truncateSync(path, GIANT);
    });
    expect(after.tree).toBe(before.tree);
    expect(after.opaque).toMatchObject([{ path: "giant.bin", kind: "giant" }]);
    expect((await watched.change(before, after)).opaque).toEqual(after.opaque);
    expect(fingerprintOf(await watched.snapshot())).toBe(fingerprintOf(after));
    utimesSync(path, new Date(), new Date(0));
    expect(fingerprintOf(await watched.snapshot())).not.toBe(fingerprintOf(after));
  });

  test("one byte less is read", async () => {
    const watched = await withCommit();
    const path = watched.write("large.txt", "x");
    truncateSync(path, GIANT - 1);
    const after = await watched.snapshot();
    expect(after.opaque).toEqual([]);
    expect(pathsOf(watched, after)).toContain("large.txt");
  });

  test("a giant that goes is in the change as it was", async () => {
    const watched = await withCommit();
    const path = watched.write("giant.bin", "");
    truncateSync(path, GIANT);
    const [before, after] = await around(watched, () => rmSync(path));
    expect((await watched.change(before, after)).opaque).toEqual(before.opaque);
  });

  test("a tracked giant is in the tree, and in the change as opaque", async () => {
    const watched = await withCommit();
    const path = watched.write("giant.txt", "");
    truncateSync(path, GIANT);
    watched.commit("giant");
    const [before, after] = await around(watched, () => writeFileSync(path, "small\n"));
    const change = await watched.change(before, after);
    expect(change).toMatchObject({ files: [], opaque: [{ path: "giant.txt", kind: "giant" }] });
  });
});

describe("nested repositories", () => {
  test("an empty one breaks nothing, and an edit beside it is seen", async () => {
    const watched = await withCommit();
    makeNested(watched, "nested");
    const [before, after] = await around(watched, () => watched.write("b.txt", "b\n"));
    expect(after.opaque).toMatchObject([{ path: "nested", kind: "nested-repository" }]);
    expect(await watched.change(before, after)).toMatchObject({ files: [{ path: "b.txt" }], opaque: [] });
  });

  test("an edit inside, with and without a commit, changes the state", async () => {
    const watched = await withCommit();
    const nested = makeNested(watched, "deep/nested");
    const states: string[] = [];
    const look = async () => states.push(fingerprintOf(await watched.snapshot()));
    await look();
    writeFileSync(join(nested, "a.txt"), "a\n");
    await look();
    commitIn(watched, nested);
    await look();
    writeFileSync(join(nested, "a.txt"), "b\n");
    await look();
    expect(new Set(states).size).toBe(states.length);
    await look();
    expect(states.at(-1)).toBe(states.at(-2));
    expect(pathsOf(watched, await watched.snapshot())).toEqual(["a.txt"]);
  });

  test("repositories inside one another, deeper than git is asked", async () => {
    const watched = await withCommit();
    const folders = ["r1", "r1/r2", "r1/r2/r3", "r1/r2/r3/r4", "r1/r2/r3/r4/r5"];
    for (const folder of folders) makeNested(watched, folder);
    const [before, after] = await around(watched, () => watched.write("r1/r2/r3/r4/r5/deep.txt", "deep\n"));
    expect((await watched.change(before, after)).opaque).toMatchObject([{ path: folders.at(-1) }]);
  });

  test("a broken one is watched by time, or as plain files", async () => {
    const watched = await withCommit();
    const nested = makeNested(watched, "nested");
    watched.write("nested/a.txt", "a\n");
    writeFileSync(join(nested, ".git/config"), "[broken");
    const [before, after] = await around(watched, () => watched.write("nested/a.txt", "other\n"));
    expect(fingerprintOf(after)).not.toBe(fingerprintOf(before));
  });
});

describe("submodules", () => {
  test("a clean one is told by the tree alone", async () => {
    const watched = await withCommit();
    addSubmodule(watched);
    const snapshot = await watched.snapshot();
    expect(snapshot).toMatchObject({ opaque: [], tree: watched.git("rev-parse", "HEAD^{tree}") });
  });

  test("dirty, also by an untracked file and where git is told to ignore it", async () => {
    const watched = await withCommit();
    const sub = addSubmodule(watched);
    watched.git("config", "submodule.sub.ignore", "all");
    const [clean, dirty] = await around(watched, () => writeFileSync(join(sub, "inner.txt"), "edited\n"));
    const [, dirtier] = await around(watched, () => writeFileSync(join(sub, "new.txt"), "new\n"));
    expect(dirty.tree).toBe(clean.tree);
    expect(dirty.opaque).toMatchObject([{ path: "sub", kind: "submodule" }]);
    expect(summary(await watched.change(clean, dirty))).toEqual(["modified sub/inner.txt"]);
    expect(summary(await watched.change(dirty, dirtier))).toEqual(["added sub/new.txt"]);
  });

  test("moved, and then committed outside", async () => {
    const watched = await withCommit();
    const sub = addSubmodule(watched);
    const [clean, moved] = await around(watched, () => commitIn(watched, sub));
    expect(fingerprintOf(moved)).not.toBe(fingerprintOf(clean));
    expect(await watched.change(clean, moved)).toEqual({ files: [], opaque: [], rules: [] });
    const [, committed] = await around(watched, () => watched.commit("move"));
    expect(committed.opaque).toEqual([]);
    const change = await watched.change(clean, committed);
    expect(change.files).toMatchObject([{ path: "sub", newMode: "160000", kind: "modified" }]);
    expect(change.files[0]?.patch).toContain("+Subproject commit");
  });

  test("removed", async () => {
    const watched = await withCommit();
    const sub = addSubmodule(watched);
    const [before, after] = await around(watched, () => rmSync(sub, { recursive: true }));
    expect(summary(await watched.change(before, after))).toEqual(["deleted sub", "deleted sub/inner.txt"]);
  });

  test("files put where its repository was are not hidden", async () => {
    const watched = await withCommit();
    const sub = addSubmodule(watched);
    const [before, after] = await around(watched, () => {
      rmSync(sub, { recursive: true });
      watched.write("sub/planted.ts", "planted\n");
    });
    const change = await watched.change(before, after);
    expect([...change.files, ...change.opaque].map((entry) => entry.path.split("/")[0])).toContain("sub");
  });
});

describe("what cannot be added", () => {
  test("a required filter that fails: named, and everything else is added", async () => {
    const watched = await withCommit();
    watched.write(".gitattributes", "*.enc filter=crypt\n");
    watched.write("old.enc", "old\n");
    watched.commit("attributes");
    watched.git("config", "filter.crypt.clean", "false");
    watched.git("config", "filter.crypt.required", "true");
    const [before, after] = await around(watched, () => {
      for (let i = 0; i < 40; i++) watched.write(`plain${i}.txt`, "plain\n");
      watched.write("old.enc", "edited\n");
      watched.write("new.enc", "new\n");
    });
    expect(after.opaque.map((entry) => `${entry.kind} ${entry.path}`)).toEqual([
      "not-addable new.enc",
      "not-addable old.enc",
    ]);
    const change = await watched.change(before, after);
    expect(change.files).toHaveLength(40);
    expect(change.opaque).toEqual(after.opaque);
  });

  test("a further edit of it is a change again", async () => {
    const watched = await withCommit();
    watched.write(".gitattributes", "*.enc filter=crypt\n");
    watched.git("config", "filter.crypt.clean", "false");
    watched.git("config", "filter.crypt.required", "true");
    watched.write("new.enc", "new\n");
    const [before, after] = await around(watched, () => watched.write("new.enc", "edited\n"));
    expect(after.tree).toBe(before.tree);
    expect((await watched.change(before, after)).opaque).toMatchObject([{ path: "new.enc" }]);
    expect(fingerprintOf(await watched.snapshot())).toBe(fingerprintOf(after));
  });

  test("in conflict, and a filter that fails", async () => {
    const watched = await withCommit();
    watched.git("checkout", "-q", "-b", "other");
    watched.write("a.txt", "theirs\n");
    watched.commit("theirs");
    watched.git("checkout", "-q", "main");
    watched.write("a.txt", "ours\n");
    watched.commit("ours");
    expect(() => watched.git("merge", "-q", "other")).toThrow();
    watched.write(".gitattributes", "a.txt filter=crypt\n");
    watched.git("config", "filter.crypt.clean", "false");
    watched.git("config", "filter.crypt.required", "true");
    expect((await watched.snapshot()).opaque).toMatchObject([{ path: "a.txt", kind: "not-addable" }]);
  });

  test("more failures than are tried one by one are all named", async () => {
    const watched = await withCommit();
    watched.write(".gitattributes", "*.enc filter=crypt\n");
    watched.git("config", "filter.crypt.clean", "false");
    watched.git("config", "filter.crypt.required", "true");
    for (let i = 0; i < 200; i++) watched.write(`f${i}.enc`, "x\n");
    const named = (await watched.snapshot()).opaque.map((entry) => entry.path);
    expect(named.filter((path) => path.endsWith(".enc"))).toHaveLength(200);
  });

  test("files and folders without the right to read them", async ({ skip }) => {
    skip(!canLoseRights(), NO_SETPRIV);
    const watched = await withCommit();
    for (const path of ["plain.txt", "dark/tracked.txt", "listed/tracked.txt"]) watched.write(path, "x\n");
    watched.commit("more");
    withoutPrivileges(watched);
    const [before, after] = await around(watched, () => {
      chmodSync(watched.write("plain.txt", "edited\n"), 0o000);
      chmodSync(watched.write("new.txt", "new\n"), 0o000);
      watched.write("dark/hidden.txt", "hidden\n");
      watched.write("listed/hidden.txt", "hidden\n");
      chmodSync(join(watched.root, "dark"), 0o000);
      chmodSync(join(watched.root, "listed"), 0o444);
      watched.write("seen.txt", "seen\n");
    });
    const opaque = [
      "dark",
      "dark/tracked.txt",
      "listed/hidden.txt",
      "listed/tracked.txt",
      "new.txt",
      "plain.txt",
    ];
    expect(after.opaque.map((entry) => entry.path)).toEqual(opaque);
    expect(new Set(after.opaque.map((entry) => entry.kind))).toEqual(new Set(["not-addable"]));
    expect(summary(await watched.change(before, after))).toEqual(["added seen.txt"]);
  });
});

test("a folder without rights, of which git only warns", async ({ skip }) => {
  skip(!canLoseRights(), NO_SETPRIV);
  const watched = await withCommit();
  watched.write("dark/tracked.txt", "x\n");
  watched.commit("dark");
  withoutPrivileges(watched);
  const [before, after] = await around(watched, () => chmodSync(join(watched.root, "dark"), 0o000));
  expect(after.tree).toBe(before.tree);
  expect(after.opaque.map((entry) => entry.path)).toEqual(["dark", "dark/tracked.txt"]);
});

const NO_SETPRIV = "root may read everything, and without setpriv git cannot be run as somebody else";

function canLoseRights(): boolean {
  return process.getuid?.() !== 0 || existsSync("/usr/bin/setpriv");
}

/** Root may read everything: where the tests run as root, git runs as nobody, by a `git` of that kind first on the path. */
function withoutPrivileges(watched: WatchedRepository): void {
  if (process.getuid?.() !== 0) return;
  const nobody = "--reuid=65534 --regid=65534 --clear-groups --inh-caps=-all";
  const git = execFileSync("which", ["git"], { encoding: "utf8" }).trim();
  const shim = watched.write("../bin/git", `#!/bin/sh\nexec setpriv ${nobody} ${git} "$@"\n`);
  chmodSync(shim, 0o755);
  execFileSync("chown", ["-R", "65534:65534", dirname(watched.root)]);
  vi.stubEnv("PATH", `${dirname(shim)}:${process.env["PATH"] ?? ""}`);
}

test("names that git takes into no index are named", async () => {
  const watched = await withCommit();
  const [before, after] = await around(watched, () => {
    for (const path of [".GIT/config", "git~1", "good"]) watched.write(path, "x\n");
  });
  expect(summary(await watched.change(before, after))).toEqual(["added good"]);
  expect(after.opaque.map(({ path, kind }) => `${kind} ${path}`)).toEqual([
    "not-addable .GIT/config",
    "not-addable git~1",
  ]);
});
