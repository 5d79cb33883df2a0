import { mkdirSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, onTestFinished, test } from "vitest";
import { watchedTree } from "#commands/hooks/watched-tree.ts";
import { followedBaseline } from "#commands/stop/followed-baseline.ts";
import { readChange } from "#git/read-change.ts";
import { takeSnapshot } from "#git/take-snapshot.ts";
import { makeRepository } from "#test/scratch-repository.ts";
import { sessionValue } from "#test/session-values.ts";
import { freshLocations } from "#test/state-root.ts";

const NEVER = new AbortController().signal;

test("what was there and not touched since is the baseline; a folder that was moved in is not", async () => {
  const repository = makeRepository();
  onTestFinished(repository.remove);
  repository.write("src/a.txt", "a\n");
  repository.write("src/b.txt", "b\n");
  repository.commit("one");
  repository.write("src/a.txt", "a person's\n");
  repository.write("notes/old/n.txt", "a person's\n");
  const elsewhere = join(repository.beside, "elsewhere");
  mkdirSync(join(elsewhere, "deep"), { recursive: true });
  writeFileSync(join(elsewhere, "deep/evil.txt"), "evil\n");
  await sleep(20);
  const started = new Date().toISOString();
  await sleep(20);
  repository.write("src/b.txt", "B\n");
  renameSync(elsewhere, join(repository.root, "lib"));

  const tree = await watchedTree(freshLocations(), repository.root, NEVER);
  if (tree === undefined) throw new Error("no repository");
  const snapshot = await takeSnapshot(tree.repository, tree.store, NEVER);
  const baseline = await followedBaseline(sessionValue({ started }), { tree, snapshot }, NEVER);
  const { files } = await readChange(tree.store, baseline.snapshot, snapshot, NEVER);
  expect(files.map(({ path }) => path)).toEqual(["lib/deep/evil.txt", "src/b.txt"]);
});
