import { dirname } from "node:path";
import { expect, test } from "vitest";
import type { Snapshot } from "#git/snapshot/snapshot.ts";
import { makeOdd, ODD_SHAPES, oddOptions } from "#test/odd-repository.ts";
import { gitState } from "#test/scratch-repository.ts";
import { type WatchedRepository, watch, watchRepository } from "#test/watched-repository.ts";
import { addedTree } from "./added-tree.ts";
import { applyChange, entriesOf, toldEntries } from "./applied-change.ts";

/** To see one again: the same variable with the seed that its title names. */
const SEED = Number(process.env["ODD_REPOSITORIES_SEED"] ?? 1);
const ROUNDS = Number(process.env["ODD_REPOSITORIES_ROUNDS"] ?? 2);

const CASES = Array.from({ length: ROUNDS }, (_none, i) => SEED + i).flatMap((seed) =>
  ODD_SHAPES.map((shape) => ({ shape, seed })),
);

test.for(CASES)("seed $seed: $shape", async ({ shape, seed }) => {
  const scratch = await watchRepository(oddOptions(shape));
  const odd = makeOdd(scratch, shape, seed);
  const watched = await watch(scratch, odd.root);
  const before = await untouched(watched);
  const edits = odd.edit().join("\n");
  const after = await untouched(watched);
  const change = await watched.change(before, after);
  const entries = entriesOf(watched, after);
  const made = applyChange(watched, before, entries, change);
  expect(toldEntries(made, change.opaque), edits).toEqual(toldEntries(entries, change.opaque));
  for (const file of change.files) expect(file.patch === "", file.path).toBe(file.binary);
});

/** Takes a snapshot, and proves that it is what git itself would add, and that no `.git` knows of it. */
async function untouched(watched: WatchedRepository): Promise<Snapshot> {
  const state = gitState(dirname(watched.beside));
  const snapshot = await watched.snapshot();
  expect(gitState(dirname(watched.beside))).toBe(state);
  expect(snapshot.tree).toBe(addedTree(watched, snapshot) ?? snapshot.tree);
  return snapshot;
}
