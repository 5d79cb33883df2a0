import { mkdirSync, realpathSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { workTreeRoot } from "#git/work-tree-root.ts";
import { makeRepository } from "#test/scratch-repository.ts";

describe("workTreeRoot", () => {
  test("a repository and a linked work tree are found from a folder inside of them", () => {
    const repository = makeRepository();
    try {
      const inside = join(repository.root, "a", "b");
      mkdirSync(inside, { recursive: true });
      expect(workTreeRoot(inside)).toBe(realpathSync(repository.root));
      writeFileSync(join(inside, ".git"), "gitdir: elsewhere\n");
      expect(workTreeRoot(inside)).toBe(realpathSync(inside));
    } finally {
      repository.remove();
    }
  });

  test("an empty .git on the way is none, as it is none for git", () => {
    const repository = makeRepository();
    try {
      const inside = join(repository.root, "a", "b");
      mkdirSync(join(inside, ".git"), { recursive: true });
      expect(workTreeRoot(inside)).toBe(realpathSync(repository.root));
    } finally {
      repository.remove();
    }
  });
});
