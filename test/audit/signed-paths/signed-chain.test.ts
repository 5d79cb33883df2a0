import { expect, test } from "vitest";
import type { FileState } from "#audit/signed-paths/file-state.ts";
import type { NoteEntry } from "#audit/signed-paths/note.ts";
import { type SignedWorld, signedChain } from "#audit/signed-paths/signed-chain.ts";
import { type SignedStep, stepsOf } from "#audit/signed-paths/signed-step.ts";
import { entry, state, trusted } from "#test/note-values.ts";

/** The length of the chain that leads the path from one content to the other, of what the entries sign. */
function chainLength(
  entries: readonly NoteEntry[],
  [path, from, to]: readonly [string, FileState, FileState],
  base: Readonly<Record<string, FileState>> = {},
): number | undefined {
  const steps = new Map<string, readonly SignedStep[]>();
  for (const step of stepsOf(trusted(entries))) {
    steps.set(step.path, [...(steps.get(step.path) ?? []), step]);
  }
  const world: SignedWorld = {
    steps,
    base: new Map(Object.entries(base)),
  };
  return signedChain(world, { path, from, to })?.length;
}

test("one step, or several one after the other, the shortest first", () => {
  const entries = [entry("f", "a", "b"), entry("f", "b", "c"), entry("f", "a", "c"), entry("f", "c", "d")];
  expect(chainLength(entries, ["f", state("a"), state("b")])).toBe(1);
  expect(chainLength(entries, ["f", state("a"), state("c")])).toBe(1);
  expect(chainLength(entries, ["f", state("a"), state("d")])).toBe(2);
});

test("no way there: from another content, backwards, by another path, to another mode", () => {
  const entries = [entry("f", "a", "b"), entry("g", "b", "c")];
  expect(chainLength(entries, ["f", state("1"), state("b")])).toBeUndefined();
  expect(chainLength(entries, ["f", state("b"), state("a")])).toBeUndefined();
  expect(chainLength(entries, ["f", state("a"), state("c")])).toBeUndefined();
  expect(chainLength(entries, ["f", state("a"), state("b", "100755")])).toBeUndefined();
  expect(chainLength(entries, ["none", state("a"), state("b")])).toBeUndefined();
});

test("a circle of steps comes to an end", () => {
  const entries = [entry("f", "a", "b"), entry("f", "b", "a"), entry("f", "b", "c")];
  expect(chainLength(entries, ["f", state("a"), state("c")])).toBe(2);
  expect(chainLength(entries, ["f", state("a"), state("d")])).toBeUndefined();
});

test("a renamed file counts where its former content is the base's, or was signed from there", () => {
  const renamed = entry("new", "a", "b", { from: "old" });
  const goal = ["new", null, state("b")] as const;
  expect(chainLength([renamed], goal, { old: state("a") })).toBe(1);
  expect(chainLength([renamed], goal, { old: state("1") })).toBeUndefined();
  expect(chainLength([renamed], goal)).toBeUndefined();
  expect(chainLength([renamed, entry("old", "1", "a")], goal, { old: state("1") })).toBe(2);
  expect(chainLength([renamed], ["old", state("a"), null])).toBe(1);
  expect(chainLength([renamed], ["new", state("1"), state("b")], { old: state("a") })).toBeUndefined();
});

test("a row of renames without an end is given up", () => {
  const row = (length: number) =>
    Array.from({ length }, (_, index) => entry(`p${index + 1}`, "a", "a", { from: `p${index}` }));
  const goal = (length: number) => [`p${length}`, null, state("a")] as const;
  expect(chainLength(row(100), goal(100), { p0: state("a") })).toBe(100);
  expect(chainLength(row(1_000), goal(1_000), { p0: state("a") })).toBeUndefined();
});

test("renames that lean on each other prove nothing, and one that was proven serves twice", () => {
  const circle = [entry("x", "a", "b", { from: "y" }), entry("y", "b", "a", { from: "x" })];
  expect(chainLength(circle, ["x", null, state("b")])).toBeUndefined();
  const twice = [
    entry("x", "a", "b", { from: "y" }),
    entry("x", "b", "c", {}),
    entry("z", "b", "d", { from: "x" }),
    entry("z", "d", "e", {}),
    entry("w", "e", "d", { from: "z" }),
    entry("w", "d", null),
  ];
  expect(chainLength(twice, ["z", null, state("e")], { y: state("a") })).toBe(3);
  const again = [
    entry("x", "a", "b", { from: "y" }),
    entry("z", "b", "c", { from: "x" }),
    entry("z", "c", null),
    entry("z", "b", "d", { from: "x" }),
  ];
  expect(chainLength(again, ["z", null, state("d")], { y: state("a") })).toBe(2);
});
