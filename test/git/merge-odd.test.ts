import { expect, test } from "vitest";
import type { Change } from "#git/change/change.ts";
import { mergeTree } from "#git/change/merge-tree.ts";
import { makeOdd, ODD_SHAPES, oddOptions } from "#test/odd-repository.ts";
import { seededDice } from "#test/seeded-dice.ts";
import { never, watch, watchRepository } from "#test/watched-repository.ts";

/** To see one again: the same variable with the seed that its title names. */
const SEED = Number(process.env["ODD_REPOSITORIES_SEED"] ?? 1);
const ROUNDS = Number(process.env["ODD_REPOSITORIES_ROUNDS"] ?? 1);

/** Where a path could be mistaken, or lies in a repository of its own. */
const SHAPES = ODD_SHAPES.filter((shape) => /names|case|links|folders|submodule|inside/.test(shape));

const CASES = Array.from({ length: ROUNDS }, (_none, i) => SEED + i).flatMap((seed) =>
  SHAPES.map((shape) => ({ shape, seed })),
);

test.for(CASES)(
  "seed $seed: $shape: what is kept is due again, and nothing else",
  async ({ shape, seed }) => {
    const scratch = await watchRepository(oddOptions(shape));
    const odd = makeOdd(scratch, shape, seed);
    const watched = await watch(scratch, odd.root);
    const before = await watched.snapshot();
    const edits = odd.edit().join("\n");
    const after = await watched.snapshot();
    const change = await watched.change(before, after);
    const dice = seededDice(seed);
    const left = { ...change, files: change.files.filter(() => dice.once(2)) };
    const kept = pathsIn(left);
    const merged = await mergeTree(watched.store, before, after, kept, never());
    const due = pathsIn(await watched.change(merged, after));
    expect(due, edits).toEqual(expect.arrayContaining([...kept]));
    const covered = pathsIn(change).filter((path) => !kept.includes(path));
    const again = covered.filter((path) => due.includes(path) && !kept.some((other) => collide(path, other)));
    expect(again, `${edits}\nkept:\n${kept.join("\n")}`).toEqual([]);
  },
);

/** Both names of what was renamed, and what is opaque. */
function pathsIn({ files, opaque }: Change): readonly string[] {
  const names = files.flatMap(({ path, oldPath }) => (oldPath === undefined ? [path] : [oldPath, path]));
  return [...new Set([...names, ...opaque.map(({ path }) => path)])].toSorted();
}

/** Where one lies in the other, both cannot be had. */
function collide(path: string, other: string): boolean {
  return path.startsWith(`${other}/`) || other.startsWith(`${path}/`);
}
