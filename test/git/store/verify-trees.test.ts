import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { deflateSync } from "node:zlib";
import { expect, test } from "vitest";
import type { ObjectId } from "#base/ids.ts";
import { verifyTrees } from "#git/store/verify-trees.ts";
import { never, summary, type WatchedRepository, watchRepository } from "#test/watched-repository.ts";

/** Puts the content of one tree under the name of another, where git looks first. */
function forge({ store, inStore }: WatchedRepository, name: string, shown: string): void {
  const entries = inStore("ls-tree", shown)
    .split("\n")
    .map((line) => /^(\d+) \w+ (\w+)\t(.*)$/.exec(line) ?? [])
    .flatMap(([, mode = "", object = "", path = ""]) => [
      Buffer.from(`${mode.replace(/^0/, "")} ${path}\0`),
      Buffer.from(object, "hex"),
    ]);
  const content = Buffer.concat(entries);
  const path = join(store.objects, name.slice(0, 2), name.slice(2));
  mkdirSync(dirname(path), { recursive: true });
  // What git wrote there cannot be written to.
  rmSync(path, { force: true });
  writeFileSync(path, deflateSync(Buffer.concat([Buffer.from(`tree ${content.length}\0`), content])));
}

/** A change in a folder, and one beside it. */
async function changed(objectFormat: "sha1" | "sha256") {
  const watched = await watchRepository({ objectFormat });
  watched.write("src/deep/a.js", "one\n");
  watched.write("same/b.js", "one\n");
  watched.write("top.js", "one\n");
  watched.commit("Begin");
  const before = await watched.snapshot();
  watched.write("src/deep/a.js", "harm\n");
  watched.write("top.js", "two\n");
  const after = await watched.snapshot();
  const trees: readonly [ObjectId, ObjectId] = [before.tree, after.tree];
  return { watched, before, after, trees };
}

test.each(["sha1", "sha256"] as const)("trees that hold what they say are taken, in %s", async (format) => {
  const { watched, trees } = await changed(format);
  await verifyTrees(watched.store, trees, never());
  await verifyTrees(watched.store, [trees[0], trees[0]], never());
});

test.each([
  ["the new top", ""],
  ["a folder", "src"],
  ["a folder in a folder", "src/deep"],
])("another tree under the name of %s is refused, though git shows it", async (_what, folder) => {
  const { watched, before, after, trees } = await changed("sha1");
  const [shown, name] = trees.map((tree) => watched.inStore("rev-parse", `${tree}:${folder}`));
  forge(watched, name ?? "", shown ?? "");
  expect(summary(await watched.change(before, after))).not.toContain("modified src/deep/a.js");
  await expect(verifyTrees(watched.store, trees, never())).rejects.toMatchObject({
    failure: { kind: "git-failed", detail: expect.stringContaining(name ?? "?") },
  });
});

test("so is one under the name of the baseline", async () => {
  const { watched, trees } = await changed("sha1");
  forge(watched, trees[0], trees[1]);
  await expect(verifyTrees(watched.store, trees, never())).rejects.toMatchObject({
    failure: { detail: expect.stringContaining(trees[0]) },
  });
});
