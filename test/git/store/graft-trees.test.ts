import { describe, expect, test } from "vitest";
import { ObjectId } from "#base/ids.ts";
import { parseShape } from "#base/json.ts";
import { type Graft, graftTrees } from "#git/store/graft-trees.ts";
import { never, type WatchedRepository, watchRepository } from "#test/watched-repository.ts";

const COMMIT = parseShape("1".repeat(40), ObjectId);

/** A tree with a file, a folder and a submodule, and another tree to put into it. */
async function twoTrees() {
  const watched = await watchRepository();
  watched.write("file", "f\n");
  watched.write("folder/a.txt", "a\n");
  watched.git("update-index", "--add", "--cacheinfo", `160000,${COMMIT},deep/sub`);
  watched.git("add", "file", "folder");
  const tree = parseShape(watched.git("write-tree"), ObjectId);
  const inner = parseShape(watched.git("rev-parse", `${tree}:folder`), ObjectId);
  return { watched, tree, graft: { type: "tree", object: inner } as const };
}

function list(watched: WatchedRepository, tree: string): readonly string[] {
  return watched.inStore("ls-tree", "-r", "--name-only", tree).split("\n");
}

describe("graftTrees", () => {
  test("puts trees in the place of a submodule and where nothing is", async () => {
    const { watched, tree, graft } = await twoTrees();
    const grafts = new Map([
      ["deep/sub", graft],
      ["deep/new", graft],
      ["other/deeper/new", graft],
    ]);
    const grafted = await graftTrees(watched.store, tree, grafts, never());
    expect(list(watched, grafted)).toEqual([
      "deep/new/a.txt",
      "deep/sub/a.txt",
      "file",
      "folder/a.txt",
      "other/deeper/new/a.txt",
    ]);
  });

  test("without a tree makes one, of commits too, and without grafts an empty one", async () => {
    const { watched, tree } = await twoTrees();
    const link: Graft = { type: "commit", object: COMMIT };
    const made = await graftTrees(watched.store, undefined, new Map([["a/b", link]]), never());
    expect(watched.inStore("ls-tree", "-r", made)).toBe(`160000 commit ${COMMIT}\ta/b`);
    const empty = await graftTrees(watched.store, undefined, new Map(), never());
    expect(watched.inStore("ls-tree", empty)).toBe("");
    expect(await graftTrees(watched.store, tree, new Map(), never())).toBe(tree);
  });

  test.for(["file", "file/below", "folder", "deep/sub/below"])("covers nothing up: %s", async (path) => {
    const { watched, tree, graft } = await twoTrees();
    const grafting = graftTrees(watched.store, tree, new Map([[path, graft]]), never());
    await expect(grafting).rejects.toMatchObject({ failure: { kind: "git-failed" } });
  });
});
