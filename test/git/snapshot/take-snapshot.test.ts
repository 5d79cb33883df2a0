import {
  appendFileSync,
  chmodSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { describe, expect, test, vi } from "vitest";
import { fingerprintOf } from "#git/snapshot/fingerprint.ts";
import type { Snapshot } from "#git/snapshot/snapshot.ts";
import { gitState } from "#test/scratch-repository.ts";
import {
  pathsOf,
  summary,
  type WatchedRepository,
  watch,
  watchRepository,
} from "#test/watched-repository.ts";

/** Takes a snapshot and proves that nothing in any `.git` changed by it. */
async function untouched(watched: WatchedRepository): Promise<Snapshot> {
  const before = gitState(watched.root);
  const snapshot = await watched.snapshot();
  expect(gitState(watched.root)).toBe(before);
  return snapshot;
}

describe("what the tree holds", () => {
  test("a clean work tree is the commit's tree, and HEAD is told", async () => {
    const watched = await watchRepository();
    watched.write("a.txt", "a\n");
    const head = watched.commit("one");
    const snapshot = await untouched(watched);
    expect(snapshot).toMatchObject({ tree: watched.git("rev-parse", "HEAD^{tree}"), head, opaque: [] });
  });

  test("edits, deletions and untracked files are in it, ignored ones are not", async () => {
    const watched = await watchRepository();
    watched.write("kept.txt", "a\n");
    watched.write("gone.txt", "a\n");
    watched.write(".gitignore", "*.log\n");
    watched.commit("one");
    const before = await watched.snapshot();
    watched.write("kept.txt", "b\n");
    rmSync(join(watched.root, "gone.txt"));
    watched.write("folder/new.txt", "n\n");
    watched.write("noise.log", "n\n");
    const change = await watched.change(before, await untouched(watched));
    expect(summary(change)).toEqual(["added folder/new.txt", "deleted gone.txt", "modified kept.txt"]);
  });

  test("a repository without a commit, and one without any file", async () => {
    const watched = await watchRepository();
    const empty = await untouched(watched);
    expect(empty.head).toBeNull();
    watched.write("first.txt", "1\n");
    const first = await untouched(watched);
    expect(summary(await watched.change(empty, first))).toEqual(["added first.txt"]);
    expect(summary(await watched.change(first, empty))).toEqual(["deleted first.txt"]);
  });

  test("sha256 repositories", async () => {
    const watched = await watchRepository({ objectFormat: "sha256" });
    watched.write("a.txt", "a\n");
    watched.commit("one");
    const before = await untouched(watched);
    watched.write("a.txt", "b\n");
    const after = await untouched(watched);
    expect(after.tree).toHaveLength(64);
    expect(summary(await watched.change(before, after))).toEqual(["modified a.txt"]);
  });

  test("what was committed meanwhile is as visible as what was not", async () => {
    const watched = await watchRepository();
    watched.write("a.txt", "a\n");
    watched.commit("one");
    const before = await untouched(watched);
    watched.write("a.txt", "b\n");
    watched.commit("two");
    const after = await untouched(watched);
    expect(after.head).not.toBe(before.head);
    expect(summary(await watched.change(before, after))).toEqual(["modified a.txt"]);
    expect(fingerprintOf(after)).not.toBe(fingerprintOf(before));
  });

  test("a commit alone changes no content", async () => {
    const watched = await watchRepository();
    watched.write("a.txt", "a\n");
    const before = await untouched(watched);
    watched.commit("one");
    expect(fingerprintOf(await untouched(watched))).toBe(fingerprintOf(before));
  });
});

describe("kinds of index", () => {
  test("split index", async () => {
    const watched = await watchRepository();
    watched.write("a.txt", "a\n");
    watched.commit("one");
    watched.git("config", "core.splitIndex", "true");
    watched.git("update-index", "--split-index");
    watched.write("b.txt", "b\n");
    expect(pathsOf(watched, await untouched(watched))).toEqual(["a.txt", "b.txt"]);
  });

  test("split or sparse, the index kept for the tree stands by itself", async () => {
    const watched = await watchRepository();
    watched.write("in/a.txt", "a\n");
    watched.write("out/b.txt", "b\n");
    watched.commit("one");
    const plain = await watched.snapshot();
    const lists = async () => {
      rmSync(join(watched.store.indexes, plain.tree));
      const { tree } = await untouched(watched);
      vi.stubEnv("GIT_INDEX_FILE", join(watched.store.indexes, tree));
      return watched.inStore("ls-files", "--sparse");
    };
    watched.git("update-index", "--split-index");
    expect(await lists()).toBe("in/a.txt\nout/b.txt");
    watched.git("update-index", "--no-split-index");
    watched.git("sparse-checkout", "set", "--cone", "--sparse-index", "in");
    expect(await lists()).toBe("in/a.txt\nout/b.txt");
  });

  test("sparse checkout: files left out stay, a file that is there after all is looked at", async () => {
    const watched = await watchRepository();
    watched.write("in/a.txt", "a\n");
    watched.write("out/b.txt", "b\n");
    watched.commit("one");
    const full = await watched.snapshot();
    watched.git("sparse-checkout", "set", "--cone", "--sparse-index", "in");
    expect((await untouched(watched)).tree).toBe(full.tree);
    watched.write("out/b.txt", "edited\n");
    watched.write("out/new.txt", "new\n");
    const change = await watched.change(full, await untouched(watched));
    expect(summary(change)).toEqual(["modified out/b.txt", "added out/new.txt"]);
  });

  test("sparse checkout: a file where the folder was left out", async () => {
    const watched = await watchRepository();
    watched.write("in/a.txt", "a\n");
    watched.write("out/deep/b.txt", "b\n");
    watched.commit("one");
    const full = await watched.snapshot();
    watched.git("sparse-checkout", "set", "--cone", "in");
    watched.write("out", "file\n");
    const change = await watched.change(full, await untouched(watched));
    expect(summary(change)).toEqual(["added out", "deleted out/deep/b.txt"]);
  });

  test("conflicts: the file as it stands, markers and all", async () => {
    const watched = await watchRepository();
    watched.write("a.txt", "base\n");
    watched.commit("base");
    watched.git("checkout", "-q", "-b", "other");
    watched.write("a.txt", "theirs\n");
    watched.commit("theirs");
    watched.git("checkout", "-q", "main");
    watched.write("a.txt", "ours\n");
    watched.commit("ours");
    const before = await watched.snapshot();
    expect(() => watched.git("merge", "-q", "other")).toThrow();
    const change = await watched.change(before, await untouched(watched));
    expect(summary(change)).toEqual(["modified a.txt"]);
    expect(change.files[0]?.patch).toContain("+<<<<<<< HEAD");
  });

  test("intent to add", async () => {
    const watched = await watchRepository();
    watched.write("a.txt", "a\n");
    watched.commit("one");
    const before = await watched.snapshot();
    watched.write("later.txt", "later\n");
    watched.git("add", "--intent-to-add", "later.txt");
    const change = await watched.change(before, await untouched(watched));
    expect(change.files[0]?.patch).toContain("+later");
  });

  test("linked worktree", async () => {
    const watched = await watchRepository();
    watched.write("a.txt", "a\n");
    watched.commit("one");
    const root = join(watched.beside, "linked");
    watched.git("worktree", "add", "-q", root);
    const linked = await watch(watched, root);
    const before = gitState(watched.root);
    const first = await linked.snapshot();
    writeFileSync(join(root, "a.txt"), "b\n");
    const second = await linked.snapshot();
    expect(gitState(watched.root)).toBe(before);
    expect(summary(await linked.change(first, second))).toEqual(["modified a.txt"]);
    expect(first.tree).toBe((await watched.snapshot()).tree);
  });

  test("an edit of the same size, made in the second in which the index was written", async () => {
    const watched = await watchRepository();
    const path = watched.write("a.txt", "aaaa\n");
    watched.commit("one");
    const before = await watched.snapshot();
    const second = (time: number) => Math.floor(time / 1000);
    const indexSecond = () => second(statSync(join(watched.root, ".git/index")).mtimeMs);
    for (let letter = 98; second(statSync(path).ctimeMs) !== indexSecond() || letter === 98; letter++) {
      writeFileSync(path, `${String.fromCharCode(letter).repeat(4)}\n`);
      watched.git("add", "a.txt");
      writeFileSync(path, "edit\n");
    }
    await vi.waitUntil(() => second(Date.now()) > indexSecond(), { timeout: 50_000 });
    const change = await watched.change(before, await untouched(watched));
    expect(change.files[0]?.patch).toContain("+edit");
  });

  test("an edit whose time was set back, where git is told to trust times alone", async () => {
    const watched = await watchRepository();
    const path = watched.write("a.txt", "aaaa\n");
    const old = new Date("2020-01-01");
    utimesSync(path, old, old);
    watched.commit("one");
    watched.git("config", "core.trustctime", "false");
    watched.git("config", "core.checkStat", "minimal");
    const before = await watched.snapshot();
    const second = () => Math.floor(statSync(path).ctimeMs / 1000);
    const made = second();
    const edited = () => {
      writeFileSync(path, "bbbb\n");
      utimesSync(path, old, old);
      return second() > made;
    };
    await vi.waitUntil(edited, { timeout: 50_000 });
    expect(watched.git("status", "--porcelain")).toBe("");
    expect(summary(await watched.change(before, await untouched(watched)))).toEqual(["modified a.txt"]);
  });
});

describe("what could hide an edit", () => {
  test("assume-unchanged", async () => {
    const watched = await watchRepository();
    watched.write("a.txt", "a\n");
    watched.commit("one");
    const before = await watched.snapshot();
    watched.git("update-index", "--assume-unchanged", "a.txt");
    watched.write("a.txt", "hidden\n");
    expect(watched.git("status", "--porcelain")).toBe("");
    expect(summary(await watched.change(before, await untouched(watched)))).toEqual(["modified a.txt"]);
  });

  test("skip-worktree, for an edit and for a deletion", async () => {
    const watched = await watchRepository();
    watched.write("a.txt", "a\n");
    watched.write("b.txt", "b\n");
    watched.commit("one");
    const before = await watched.snapshot();
    watched.git("update-index", "--skip-worktree", "a.txt", "b.txt");
    watched.write("a.txt", "hidden\n");
    rmSync(join(watched.root, "b.txt"));
    expect(watched.git("status", "--porcelain")).toBe("");
    const change = await watched.change(before, await untouched(watched));
    expect(summary(change)).toEqual(["modified a.txt", "deleted b.txt"]);
  });

  test("both bits at once", async () => {
    const watched = await watchRepository();
    watched.write("a.txt", "a\n");
    watched.commit("one");
    const before = await watched.snapshot();
    watched.git("update-index", "--skip-worktree", "a.txt");
    watched.git("update-index", "--assume-unchanged", "a.txt");
    watched.write("a.txt", "hidden\n");
    expect(summary(await watched.change(before, await untouched(watched)))).toEqual(["modified a.txt"]);
  });

  test("a line in .git/info/exclude hides a file, and the rule shows", async () => {
    const watched = await watchRepository();
    const before = await watched.snapshot();
    mkdirSync(join(watched.root, ".git/info"), { recursive: true });
    appendFileSync(join(watched.root, ".git/info/exclude"), "secret.ts\n");
    watched.write("secret.ts", "hidden\n");
    const change = await watched.change(before, await untouched(watched));
    expect(change).toMatchObject({ files: [], rules: ["excludes"] });
  });

  test("core.excludesFile of the account", async () => {
    const watched = await watchRepository();
    const before = await watched.snapshot();
    mkdirSync(join(watched.home, ".config/git"), { recursive: true });
    writeFileSync(join(watched.home, ".config/git/ignore"), "*.ts\n");
    const implicit = await watched.snapshot();
    writeFileSync(join(watched.home, "ignore"), "*.js\n");
    watched.git("config", "core.excludesFile", "~/ignore");
    const named = await watched.snapshot();
    expect((await watched.change(before, implicit)).rules).toEqual(["excludes"]);
    expect((await watched.change(implicit, named)).rules).toEqual(["excludes"]);
  });

  test("a new folder whose .gitignore hides the folder and itself", async () => {
    const watched = await watchRepository();
    watched.write("a.txt", "a\n");
    watched.commit("one");
    const before = await watched.snapshot();
    watched.write("new/.gitignore", "*\n");
    watched.write("new/hidden.ts", "hidden\n");
    expect((await watched.change(before, await untouched(watched))).rules).toEqual(["excludes"]);
  });

  test("attributes outside of the tree", async () => {
    const watched = await watchRepository();
    const before = await watched.snapshot();
    mkdirSync(join(watched.root, ".git/info"), { recursive: true });
    writeFileSync(join(watched.root, ".git/info/attributes"), "*.ts text\n");
    const after = await watched.snapshot();
    expect((await watched.change(before, after)).rules).toEqual(["attributes"]);
  });

  test("a clean filter that turns an edit back, and the rule shows", async () => {
    const watched = await watchRepository();
    watched.write(".gitattributes", "*.txt filter=hide\n");
    watched.write("a.txt", "good\n");
    watched.commit("one");
    const before = await watched.snapshot();
    watched.git("config", "filter.hide.clean", "sed s/evil/good/");
    watched.write("a.txt", "evil\n");
    const change = await watched.change(before, await untouched(watched));
    expect(change).toMatchObject({ files: [], rules: ["filters"] });
  });

  test("attributes that a tree of git's own holds, and the rule shows", async () => {
    const watched = await watchRepository();
    watched.write(".gitattributes", "*.txt ident\n");
    watched.commit("one");
    const before = await watched.snapshot();
    watched.git("config", "attr.tree", "HEAD");
    expect((await watched.change(before, await untouched(watched))).rules).toEqual(["filters"]);
  });

  test("the user's own hooks, fsmonitor among them, do not run", async () => {
    const watched = await watchRepository();
    const trace = join(watched.beside, "ran");
    for (const name of ["post-index-change", "monitor"]) {
      const hook = watched.write(`../beside/hooks/${name}`, `#!/bin/sh\necho "$0" >> ${trace}\n`);
      chmodSync(hook, 0o755);
    }
    watched.write("a.txt", "a\n");
    watched.commit("one");
    watched.git("config", "core.hooksPath", join(watched.beside, "hooks"));
    watched.git("config", "core.fsmonitor", join(watched.beside, "hooks/monitor"));
    watched.git("status");
    expect(readFileSync(trace, "utf8")).toContain("hooks/monitor");
    rmSync(trace);
    watched.write("a.txt", "b\n");
    await untouched(watched);
    expect(existsSync(trace)).toBe(false);
  });
});

describe("odd files", () => {
  test("links, modes, and names that are hard to print", async () => {
    const watched = await watchRepository();
    const before = await watched.snapshot();
    symlinkSync("/nowhere", join(watched.root, "link"));
    watched.write("run.sh", "#!/bin/sh\n");
    watched.git("config", "core.fileMode", "true");
    writeFileSync(join(watched.root, "run.sh"), "#!/bin/sh\n", { mode: 0o755 });
    watched.write('line\nbreak "quoted": colon', "x\n");
    watched.write("umläut é.txt", "x\n");
    writeFileSync(Buffer.concat([Buffer.from(`${watched.root}/bad-`), Buffer.from([0xff, 0xe9])]), "x\n");
    const change = await watched.change(before, await untouched(watched));
    expect(change.files.map((file) => file.path).sort()).toEqual(
      ["bad-\\xff\\xe9", 'line\nbreak "quoted": colon', "link", "run.sh", "umläut é.txt"].sort(),
    );
    expect(change.files.find((file) => file.path === "link")?.newMode).toBe("120000");
  });

  test("a folder turns into a file and back", async () => {
    const watched = await watchRepository();
    watched.write("thing/a.txt", "a\n");
    watched.commit("one");
    const folder = await watched.snapshot();
    rmSync(join(watched.root, "thing"), { recursive: true });
    watched.write("thing", "file\n");
    const file = await untouched(watched);
    rmSync(join(watched.root, "thing"));
    watched.write("thing/a.txt", "a\n");
    const again = await untouched(watched);
    expect(summary(await watched.change(folder, file))).toEqual(["added thing", "deleted thing/a.txt"]);
    expect(again.tree).toBe(folder.tree);
  });

  test("a folder that is a link to itself, moved away", async () => {
    const watched = await watchRepository();
    watched.write("thing/a.txt", "a\n");
    watched.commit("one");
    const before = await watched.snapshot();
    renameSync(join(watched.root, "thing"), join(watched.root, "moved"));
    symlinkSync("moved", join(watched.root, "thing"));
    const change = await watched.change(before, await untouched(watched));
    expect(summary(change)).toEqual(["renamed moved/a.txt", "added thing"]);
  });

  test("a repository in place of a file, with a commit and without", async () => {
    const watched = await watchRepository();
    watched.write("thing", "file\n");
    watched.write("a.txt", "a\n");
    watched.commit("one");
    const before = await watched.snapshot();
    rmSync(join(watched.root, "thing"));
    mkdirSync(join(watched.root, "thing"));
    watched.gitIn(join(watched.root, "thing"), "init", "-q");
    const empty = await untouched(watched);
    watched.gitIn(join(watched.root, "thing"), "commit", "-q", "--allow-empty", "-m", "inner");
    const committed = await untouched(watched);
    watched.write("thing/b.txt", "b\n");
    const edited = await untouched(watched);
    for (const snapshot of [empty, committed, edited]) {
      expect(pathsOf(watched, snapshot)).toEqual(["a.txt"]);
      expect(snapshot.opaque).toMatchObject([{ path: "thing", kind: "nested-repository" }]);
    }
    expect(summary(await watched.change(before, empty))).toEqual(["deleted thing"]);
    expect(new Set([empty, committed, edited].map(fingerprintOf)).size).toBe(3);
  });

  test("where HEAD cannot be read, all is found none the less", async () => {
    const watched = await watchRepository();
    watched.write(".gitignore", "*.log\n");
    for (const name of ["kept", "edited", "gone", "linked/a"]) watched.write(name, `${name}\n`);
    const head = watched.commit("one");
    const before = await watched.snapshot();
    rmSync(join(watched.root, ".git/objects", head.slice(0, 2), head.slice(2)));
    expect(() => watched.git("status")).toThrow();
    watched.write("edited", "new\n");
    rmSync(join(watched.root, "gone"));
    watched.write("new", "n\n");
    renameSync(join(watched.root, "linked"), join(watched.root, "moved"));
    symlinkSync("moved", join(watched.root, "linked"));
    watched.write("new.log", "n\n");
    watched.write("hidden/.gitignore", "*\n");
    mkdirSync(join(watched.root, "nested"));
    watched.gitIn(join(watched.root, "nested"), "init", "-q");
    const snapshot = await untouched(watched);
    const change = await watched.change(before, snapshot);
    expect(summary(change)).toEqual([
      "modified edited",
      "deleted gone",
      "added linked",
      "renamed moved/a",
      "added new",
    ]);
    expect(change.rules).toEqual(["excludes"]);
    expect(snapshot.opaque).toMatchObject([{ path: "nested" }]);
  });

  test("settings that make git status say more", async () => {
    const watched = await watchRepository();
    watched.write("a.txt", "a\n");
    watched.commit("one");
    watched.write("a.txt", "b\n");
    watched.git("stash", "-q");
    for (const name of ["status.showStash", "status.branch", "status.renames", "status.relativePaths"]) {
      watched.git("config", name, "true");
    }
    const before = await untouched(watched);
    watched.write("a.txt", "c\n");
    watched.git("mv", "a.txt", "b.txt");
    expect(summary(await watched.change(before, await untouched(watched)))).toEqual([
      "deleted a.txt",
      "added b.txt",
    ]);
  });

  test("two snapshots at once, of the same and of different states", async () => {
    const watched = await watchRepository();
    for (let i = 0; i < 50; i++) watched.write(`f${i}.txt`, `${i}\n`);
    const snapshots = await Promise.all(Array.from({ length: 6 }, () => watched.snapshot()));
    expect(new Set(snapshots.map((snapshot) => snapshot.tree)).size).toBe(1);
  });
});
