import { spawnSync } from "node:child_process";
import { copyFileSync, existsSync, mkdirSync, rmSync, statSync, utimesSync } from "node:fs";
import { join } from "node:path";
import type { Snapshot } from "#git/snapshot/snapshot.ts";
import type { WatchedRepository } from "#test/watched-repository.ts";

const SETTINGS = [
  "core.fsmonitor=false",
  "core.untrackedCache=false",
  "core.safecrlf=false",
  "core.splitIndex=false",
  "index.sparse=false",
];

/**
 * Returns the tree that `git add --all` makes of the work tree, all bits cleared that could hide
 * a file, and what the snapshot calls opaque left as it is: the plain way to what the snapshot
 * has to come to. Returns `undefined` where git gives up on the way. The user's index and objects
 * stay as they are.
 */
export function addedTree(watched: WatchedRepository, snapshot: Snapshot): string | undefined {
  const { repository } = watched;
  const [index, objects] = [join(watched.beside, "added-index"), join(watched.beside, "added-objects")];
  rmSync(index, { force: true });
  mkdirSync(objects, { recursive: true });
  copyIndex(join(repository.gitDirectory, "index"), index);
  const git = (args: readonly string[], input = ""): string => {
    const done = spawnSync("git", [...SETTINGS.flatMap((setting) => ["-c", setting]), ...args], {
      cwd: repository.root,
      input: Buffer.from(input, "latin1"),
      encoding: "latin1",
      env: {
        ...process.env,
        GIT_DIR: repository.gitDirectory,
        GIT_WORK_TREE: repository.root,
        GIT_INDEX_FILE: index,
        GIT_OBJECT_DIRECTORY: objects,
        GIT_ALTERNATE_OBJECT_DIRECTORIES: join(repository.commonDirectory, "objects"),
        GIT_NO_REPLACE_OBJECTS: "1",
      },
    });
    if (done.status !== 0) throw new Error(`git ${args[0]}: ${done.stderr}`);
    return done.stdout;
  };
  const opaque = snapshot.opaque.map(({ path }) => path);
  const repositories = snapshot.opaque.filter(({ kind }) => kind === "nested-repository");
  uncover(watched, git);
  git(
    ["update-index", "-z", "--force-remove", "--stdin"],
    repositories.map(({ path }) => bytes(`${path}\0`)).join(""),
  );
  const add = ["add", "--all", "--sparse", "--pathspec-from-file=-", "--pathspec-file-nul"];
  // It spells a new file's folders as the index has them, also where the file system tells them apart.
  if (git(["config", "--default=false", "core.ignoreCase"]).startsWith("true")) return undefined;
  const specs = [":/", ...opaque.map((path) => `:(top,exclude,literal)${bytes(path)}`)];
  if (!added(() => git(add, specs.map((spec) => `${spec}\0`).join("")))) return undefined;
  const unmerged = lines(git(["ls-files", "-z", "--unmerged"])).map((line) =>
    line.slice(line.indexOf("\t") + 1),
  );
  git(["update-index", "-z", "--force-remove", "--stdin"], unmerged.map((path) => `${path}\0`).join(""));
  return git(["write-tree", "--missing-ok"]).trim();
}

function added(add: () => string): boolean {
  try {
    return add() === "";
  } catch {
    return false;
  }
}

function copyIndex(from: string, to: string): void {
  if (!existsSync(from)) return;
  const seconds = Math.floor(statSync(from).mtimeMs / 1000);
  copyFileSync(from, to);
  utimesSync(to, seconds, seconds);
}

function uncover(watched: WatchedRepository, git: (args: readonly string[], input?: string) => string): void {
  const listed = lines(git(["ls-files", "-z", "-v"]));
  const sparse = /^true/.test(git(["config", "--default=false", "core.sparseCheckout"]));
  const paths = (keep: (tag: string, path: string) => boolean) =>
    listed
      .filter((line) => keep(line.charAt(0), line.slice(2)))
      .map((line) => `${line.slice(2)}\0`)
      .join("");
  const there = (path: string) => existsSync(Buffer.from(`${watched.root}/${path}`, "latin1"));
  const skipped = paths((tag, path) => /s/i.test(tag) && (!sparse || there(path)));
  git(["update-index", "-z", "--no-skip-worktree", "--stdin"], skipped);
  git(
    ["update-index", "-z", "--no-assume-unchanged", "--stdin"],
    paths((tag) => /[a-z]/.test(tag)),
  );
}

function lines(output: string): readonly string[] {
  return output.split("\0").slice(0, -1);
}

function bytes(text: string): string {
  const latin1 = Buffer.from(text, "utf8").toString("latin1");
  return latin1.replace(/\\x([89a-f][0-9a-f])/g, (_mark, hex) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  );
}
