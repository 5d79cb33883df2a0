import { mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, onTestFinished, test } from "vitest";
import { watchedTree } from "#commands/hooks/watched-tree.ts";
import { followedBaseline } from "#commands/stop/followed-baseline.ts";
import { readChange } from "#git/change/read-change.ts";
import { takeSnapshot } from "#git/snapshot/take-snapshot.ts";
import { makeRepository, type ScratchRepository } from "#test/scratch-repository.ts";
import { sessionValue } from "#test/session-values.ts";
import { freshLocations } from "#test/state-root.ts";

const NEVER = new AbortController().signal;

function scratch(): ScratchRepository {
  const repository = makeRepository();
  onTestFinished(repository.remove);
  return repository;
}

/** The files that count where a session does this that was not in the tree from the start. */
async function countedAfter(repository: ScratchRepository, work: () => void): Promise<readonly string[]> {
  await sleep(20);
  const started = new Date().toISOString();
  await sleep(20);
  work();
  const tree = await watchedTree(freshLocations(), repository.root, NEVER);
  if (tree === undefined) throw new Error("no repository");
  const snapshot = await takeSnapshot(tree.repository, tree.store, NEVER);
  const baseline = await followedBaseline(sessionValue({ started }), { tree, snapshot }, NEVER);
  const { files } = await readChange(tree.store, baseline.snapshot, snapshot, NEVER);
  return files.map(({ path }) => path);
}

test("what was there and not touched since is the baseline; a folder that was moved in is not", async () => {
  const repository = scratch();
  repository.write("src/a.txt", "a\n");
  repository.write("src/b.txt", "b\n");
  repository.commit("one");
  repository.write("src/a.txt", "a person's\n");
  repository.write("notes/old/n.txt", "a person's\n");
  const elsewhere = join(repository.beside, "elsewhere");
  mkdirSync(join(elsewhere, "deep"), { recursive: true });
  writeFileSync(join(elsewhere, "deep/evil.txt"), "evil\n");
  const counted = await countedAfter(repository, () => {
    repository.write("src/b.txt", "B\n");
    renameSync(elsewhere, join(repository.root, "lib"));
  });
  expect(counted).toEqual(["lib/deep/evil.txt", "src/b.txt"]);
});

test("what cannot be asked counts: a folder that gave way to a file, a long name that is no text", async () => {
  const repository = scratch();
  repository.write("folder/deep/a.txt", "a\n");
  repository.commit("one");
  const name = Buffer.concat([Buffer.from(`${repository.root}/`), Buffer.alloc(200, 0xe9)]);
  const counted = await countedAfter(repository, () => {
    rmSync(join(repository.root, "folder"), { recursive: true });
    repository.write("folder", "a file\n");
    writeFileSync(name, "x\n");
  });
  expect(counted).toEqual(["folder", "folder/deep/a.txt", "\\xe9".repeat(200)]);
});
