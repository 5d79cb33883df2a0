import { execFileSync } from "node:child_process";
import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { canonicalRoot } from "#claude/canonical-root.ts";
import { belowNoRepository } from "#test/below-no-repository.ts";
import { spoil } from "#test/plugins/spoiled-file.ts";
import { scratchFolder } from "#test/scratch-folder.ts";

function git(folder: string, ...words: readonly string[]): void {
  execFileSync("git", ["-C", folder, "-c", "user.name=a", "-c", "user.email=a@b.c", ...words], {
    stdio: "pipe",
  });
}

function repository(): string {
  const root = join(scratchFolder(), "main");
  mkdirSync(join(root, "below", "it"), { recursive: true });
  git(root, "init", "-q");
  git(root, "commit", "-q", "--allow-empty", "-m", "Begin");
  return root;
}

test("folders of a repository, links to them and its linked work trees have one root", () => {
  const root = repository();
  const tree = join(root, "..", "tree");
  git(root, "worktree", "add", "-q", tree);
  mkdirSync(join(tree, "below"));
  symlinkSync(join(root, "below"), join(root, "..", "link"));
  const folders = [root, join(root, "below/it"), tree, join(tree, "below"), join(root, "..", "link")];
  expect(folders.map(canonicalRoot)).toEqual(folders.map(() => root));
});

test("outside of any repository, or nowhere, there is none", () => {
  belowNoRepository();
  const folder = scratchFolder();
  expect(canonicalRoot(folder)).toBeUndefined();
  expect(canonicalRoot(join(folder, "gone"))).toBeUndefined();
  expect(canonicalRoot("nul\0")).toBeUndefined();
});

test("a submodule is a repository of its own", () => {
  const [root, other] = [repository(), repository()];
  git(root, "-c", "protocol.file.allow=always", "submodule", "--quiet", "add", other, "sub");
  expect(canonicalRoot(join(root, "sub"))).toBe(join(root, "sub"));
});

test.each(["a pipe", "empty", "not JSON", "a link to itself", "a hundred megabytes", "a folder"] as const)(
  "a broken .git (%s) is the top all the same",
  (how) => {
    const folder = scratchFolder();
    spoil(join(folder, ".git"), how);
    mkdirSync(join(folder, "below"));
    expect(canonicalRoot(join(folder, "below"))).toBe(folder);
  },
);

test("so is one that leads nowhere, or to a repository without a work tree", () => {
  const folder = scratchFolder();
  writeFileSync(join(folder, ".git"), "gitdir: nowhere\n");
  expect(canonicalRoot(folder)).toBe(folder);
  const bare = join(scratchFolder(), "bare.git");
  execFileSync("git", ["clone", "-q", "--bare", repository(), bare]);
  git(bare, "worktree", "add", "-q", join(bare, "..", "tree"));
  expect(canonicalRoot(join(bare, "..", "tree"))).toBe(join(bare, "..", "tree"));
});
