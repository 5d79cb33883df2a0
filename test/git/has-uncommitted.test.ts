import { expect, onTestFinished, test } from "vitest";
import { findRepository } from "#git/find-repository.ts";
import { hasUncommitted } from "#git/has-uncommitted.ts";
import { makeRepository } from "#test/scratch-repository.ts";

async function asked(root: string): Promise<boolean> {
  const { signal } = new AbortController();
  const repository = await findRepository(root, signal);
  if (repository === undefined) throw new Error("no repository");
  return await hasUncommitted(repository, signal);
}

test("what is untracked, changed or staged is uncommitted; what is ignored is not", async () => {
  const repository = makeRepository();
  onTestFinished(repository.remove);
  repository.write("kept.txt", "1\n");
  repository.write(".gitignore", "build\n");
  repository.commit("Begin");
  expect(await asked(repository.root)).toBe(false);
  repository.write("build", "made\n");
  expect(await asked(repository.root)).toBe(false);
  repository.write("kept.txt", "2\n");
  expect(await asked(repository.root)).toBe(true);
  repository.commit("Go on");
  repository.write("new.txt", "1\n");
  expect(await asked(repository.root)).toBe(true);
});
