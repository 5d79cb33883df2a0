import { execFileSync } from "node:child_process";
import { chmodSync, lstatSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import type { Snapshot } from "#git/snapshot/snapshot.ts";
import { fc } from "#test/seeded-check.ts";
import { type WatchedRepository, watchRepository } from "#test/watched-repository.ts";

const PATHS = [
  "a.txt",
  "b b.txt",
  "d/c.txt",
  "d/e/ü.txt",
  'q"uote',
  "line\nbreak",
  "-dash",
  "d",
  "tab\t.txt",
];
const CONTENTS = [
  "",
  "one\n",
  "one\ntwo\n",
  "no end",
  "crlf\r\nmore\r\n",
  "+plus\n-minus\n\n",
  "x\n".repeat(99),
];

type Edit =
  | { readonly kind: "write"; readonly path: string; readonly content: string; readonly executable: boolean }
  | { readonly kind: "link"; readonly path: string; readonly target: string }
  | { readonly kind: "remove"; readonly path: string };

const path = fc.constantFrom(...PATHS);
const anyEdit: fc.Arbitrary<Edit> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant("write"),
      path,
      content: fc.constantFrom(...CONTENTS),
      executable: fc.boolean(),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("link"), path, target: path }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("remove"), path }) },
);

/** Whatever stands in the way, above or at the path, goes first. */
function apply(root: string, edit: Edit): void {
  const target = join(root, edit.path);
  for (const above of foldersAbove(root, edit.path)) {
    if (lstatSync(above, { throwIfNoEntry: false })?.isDirectory() === false) rmSync(above);
  }
  rmSync(target, { recursive: true, force: true });
  if (edit.kind === "remove") return;
  mkdirSync(dirname(target), { recursive: true });
  if (edit.kind === "link") {
    symlinkSync(edit.target, target);
    return;
  }
  writeFileSync(target, edit.content);
  if (edit.executable) chmodSync(target, 0o755);
}

/** From the top downwards. */
function foldersAbove(root: string, path: string): readonly string[] {
  const names = path.split("/").slice(0, -1);
  return names.map((_name, i) => join(root, ...names.slice(0, i + 1)));
}

/** Applies the patches to a checkout of the baseline with git itself and returns the tree that this makes. */
function treeAfterPatches(watched: WatchedRepository, baseline: Snapshot, patches: string): string {
  const place = mkdtempSync(join(watched.beside, "apply-"));
  const env = { ...process.env, GIT_DIR: watched.store.directory, GIT_INDEX_FILE: join(place, "index") };
  const git = (args: readonly string[], input = "") =>
    execFileSync("git", args, { cwd: place, input, encoding: "utf8", env }).trim();
  git(["read-tree", baseline.tree]);
  if (patches !== "") git(["apply", "--cached", "--whitespace=nowarn", "-"], patches);
  return git(["write-tree"]);
}

test("the patches of a change, applied to the baseline by git, make the snapshot", async () => {
  const watched = await watchRepository();
  let baseline = await watched.snapshot();
  await fc.assert(
    fc.asyncProperty(fc.array(anyEdit, { minLength: 1, maxLength: 8 }), async (edits) => {
      for (const edit of edits) apply(watched.root, edit);
      const snapshot = await watched.snapshot();
      const change = await watched.change(baseline, snapshot);
      const patches = change.files.map((file) => file.patch).join("");
      expect(treeAfterPatches(watched, baseline, patches)).toBe(snapshot.tree);
      baseline = snapshot;
    }),
    { numRuns: 60, seed: 20 },
  );
});
