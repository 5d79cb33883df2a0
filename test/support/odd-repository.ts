import { makeEdits } from "./odd-edits.ts";
import { FILE_SHAPES } from "./odd-file-shapes.ts";
import { INDEX_SHAPES } from "./odd-index-shapes.ts";
import { REPOSITORY_SHAPES } from "./odd-repository-shapes.ts";
import type { OddShape, OddStage } from "./odd-stage.ts";
import { type OddTree, oddTree } from "./odd-tree.ts";
import { ODD_NAMES, oddContent } from "./odd-values.ts";
import type { ScratchOptions, ScratchRepository } from "./scratch-repository.ts";
import { type Dice, seededDice } from "./seeded-dice.ts";

export type OddRepository = {
  /** Top of the work tree. */
  readonly root: string;
  /** Makes edits and returns what they were, one for each line. */
  readonly edit: () => readonly string[];
};

const SHAPES: ReadonlyMap<string, OddShape> = new Map([
  ...FILE_SHAPES,
  ...INDEX_SHAPES,
  ...REPOSITORY_SHAPES,
]);

/** The names of all shapes. */
export const ODD_SHAPES: readonly string[] = [...SHAPES.keys()];

/** How the scratch repository for a shape has to be made. */
export function oddOptions(shape: string): ScratchOptions {
  return shape.includes("sha256") ? { objectFormat: "sha256" } : {};
}

/** Gives an empty repository the shape; the same seed makes the same files and edits. */
export function makeOdd(scratch: ScratchRepository, shape: string, seed: number): OddRepository {
  const dice = seededDice(seed);
  const stage = stageAt(scratch, scratch.root, dice);
  const root = SHAPES.get(shape)?.(stage) ?? scratch.root;
  return { root, edit: () => makeEdits(stageAt(scratch, root, dice)) };
}

function stageAt(scratch: ScratchRepository, root: string, dice: Dice): OddStage {
  const tree = oddTree(root);
  const git = (...args: readonly string[]) => attempt(() => scratch.gitIn(root, ...args.map(utf8)));
  return {
    scratch,
    dice,
    tree,
    git,
    scatter: (count) => scatter(tree, dice, count),
    commit: () => {
      git("add", "--all", "--ignore-errors");
      git("commit", "--quiet", "--allow-empty", "--message", "odd");
    },
  };
}

function scatter(tree: OddTree, dice: Dice, count: number): void {
  for (let i = 0; i < count; i++) tree.write(dice.pick(ODD_NAMES), oddContent(dice));
}

/** A program is given text: a name that is none becomes another one, which git then does not find. */
function utf8(bytes: string): string {
  return Buffer.from(bytes, "latin1").toString("utf8");
}

/** What git refuses is left undone. */
function attempt(work: () => unknown): void {
  try {
    work();
  } catch (error) {
    if (!(error instanceof Error) || !("status" in error)) throw error;
  }
}
