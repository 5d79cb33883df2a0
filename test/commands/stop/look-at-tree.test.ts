import { renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { watchedTree } from "#commands/hooks/watched-tree.ts";
import { lookAtTree } from "#commands/stop/look-at-tree.ts";
import { takeSnapshot } from "#git/snapshot/take-snapshot.ts";
import { makeRepository, type ScratchRepository } from "#test/scratch-repository.ts";
import { sessionValue } from "#test/session-values.ts";
import { freshLocations } from "#test/state-root.ts";

const NEVER = new AbortController().signal;

/** A session that began in a repository, and how its stop looks at the tree. */
async function begun() {
  const repository = makeRepository();
  onTestFinished(repository.remove);
  repository.write("a.txt", "a\n");
  repository.commit("one");
  const locations = freshLocations();
  const tree = await watchedTree(locations, repository.root, NEVER);
  if (tree === undefined) throw new Error("no repository");
  const snapshot = await takeSnapshot(tree.repository, tree.store, NEVER);
  const { root } = tree.repository;
  const store = tree.store.directory;
  const takenAt = new Date().toISOString();
  const session = sessionValue({ cwd: root, baseline: { root, store, snapshot, takenAt, why: "start" } });
  const look = async () =>
    await lookAtTree({ session, followed: undefined, call: { locations }, input: { cwd: root } }, NEVER);
  return { repository, look };
}

test("a tree is seen with the baseline that the session has of it", async () => {
  const { repository, look } = await begun();
  const before = await look();
  expect(before?.fingerprint).toBe(before?.baseline?.fingerprint);
  repository.write("a.txt", "A\n");
  const after = await look();
  expect(after?.baseline?.fingerprint).toBe(before?.fingerprint);
  expect(after?.fingerprint).not.toBe(before?.fingerprint);
});

test.each([
  ["core.bare", () => "true"],
  ["core.worktree", ({ beside }: ScratchRepository) => beside],
])("a setting that has git look elsewhere is a failure: %s", async (setting, value) => {
  const { repository, look } = await begun();
  repository.write("a.txt", "A\n");
  repository.git("config", setting, value(repository));
  await expect(look()).rejects.toMatchObject({ failure: { kind: "git-failed" } });
});

test("a tree whose repository was taken away is a failure that says so", async () => {
  const { repository, look } = await begun();
  repository.write("a.txt", "A\n");
  renameSync(join(repository.root, ".git"), join(repository.beside, "moved"));
  await expect(look()).rejects.toMatchObject({
    failure: { kind: "git-failed", detail: expect.stringContaining("its .git is gone") },
  });
  rmSync(repository.root, { recursive: true });
  await expect(look()).rejects.toThrow();
});
