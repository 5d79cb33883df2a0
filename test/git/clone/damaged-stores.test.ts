import { chmodSync, cpSync, lstatSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { ObjectId } from "#base/ids.ts";
import { cloneState } from "#git/clone/clone-state.ts";
import { folderAt } from "#git/clone/folder-at.ts";
import { openClone } from "#git/clone/open-clone.ts";
import { searchHistory } from "#git/clone/search-history.ts";
import { makeRepository, type ScratchRepository } from "#test/scratch-repository.ts";
import { fc } from "#test/seeded-check.ts";

/** Far more than any of it takes: what hangs is ended, and fails. */
const PATIENCE_MS = 50_000;
const VERSIONS = 6;

let scratch: ScratchRepository;
let commits: readonly ObjectId[] = [];
let trees: readonly ObjectId[] = [];

beforeAll(() => {
  scratch = makeRepository();
  const numbers = Array.from({ length: VERSIONS }, (_none, index) => index);
  commits = numbers.map((number) => {
    scratch.write("plugins/p/code.js", `version ${number}\n`);
    scratch.write("plugins/q/code.js", `other ${number % 2}\n`);
    return ObjectId.parse(scratch.commit(`${number}`));
  });
  trees = commits.map((commit) => ObjectId.parse(scratch.git("rev-parse", `${commit}:plugins/p`)));
  cpSync(scratch.root, join(scratch.beside, "packed"), { recursive: true });
  scratch.gitIn(join(scratch.beside, "packed"), "gc", "--quiet", "--aggressive");
});

afterAll(() => scratch.remove());

type Damage = {
  readonly packed: boolean;
  readonly victims: readonly number[];
  readonly how: "delete" | "swap" | keyof typeof SPOILED;
  /** How far into the file. */
  readonly at: number;
};

const damages: fc.Arbitrary<Damage> = fc.record({
  packed: fc.boolean(),
  victims: fc.array(fc.nat(), { minLength: 1, maxLength: 6 }),
  how: fc.constantFrom("delete", "truncate", "empty", "zero", "flip", "swap"),
  at: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
});

test("whatever is damaged, nothing is found that is not there, nothing crashes and nothing hangs", async () => {
  let run = 0;
  await fc.assert(
    fc.asyncProperty(damages, async (damage) => {
      const directory = join(scratch.beside, `run-${run++}`);
      cpSync(damage.packed ? join(scratch.beside, "packed") : scratch.root, directory, { recursive: true });
      const files = objectFiles(join(directory, ".git/objects"));
      for (const victim of damage.victims) spoil(files, victim, damage);
      await look(directory);
      rmSync(directory, { recursive: true, force: true });
    }),
    { numRuns: 15 },
  );
}, 600_000);

/** What is said of a tree is true or "not found", and never that all of a history was there when it was not. */
async function look(directory: string): Promise<void> {
  const signal = AbortSignal.timeout(PATIENCE_MS);
  const opening = await openClone(directory, signal);
  expect(["clone", "broken"]).toContain((await cloneState(opening, signal)).kind);
  if (opening.kind !== "open") return;
  const { clone } = opening;
  try {
    const never = ObjectId.parse("4b825dc642cb6eb9a060e54bf8d69288fbee4904");
    const wanted = [...trees, never].map((tree) => ({
      path: "plugins/p",
      tree,
      claimed: commits[0] ?? null,
    }));
    const found = await searchHistory(clone, { wanted }, signal);
    for (const [index, match] of found.entries()) {
      if (match.kind === "found") expect(match.commit).toBe(commits[index]);
      else if (match.kind === "not-found" && index < VERSIONS) expect(match.whole).toBe(false);
    }
    for (const [index, commit] of commits.entries()) {
      const at = await folderAt(clone, { commit, path: "plugins/p" });
      if (at.kind === "folder") expect(at.tree).toBe(trees[index]);
      else expect(["not-here", "broken"]).toContain(at.kind);
    }
  } finally {
    clone.close();
  }
}

function objectFiles(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .sort()
    .map((name) => join(folder, name))
    .filter((path) => lstatSync(path).isFile());
}

function spoil(files: readonly string[], victim: number, { how, at }: Pick<Damage, "how" | "at">): void {
  const path = files[victim % files.length] ?? "";
  const other = files[(victim + 1) % files.length] ?? "";
  if ([path, other].some((one) => lstatSync(one, { throwIfNoEntry: false }) === undefined)) return;
  chmodSync(path, 0o644);
  const content = readFileSync(path);
  const position = Math.floor(at * content.length);
  if (how === "delete") rmSync(path);
  else if (how === "swap") cpSync(other, path);
  else writeFileSync(path, SPOILED[how](content, position));
}

const SPOILED = {
  truncate: (content: Buffer, position: number) => content.subarray(0, position),
  empty: () => Buffer.alloc(0),
  zero: (content: Buffer, position: number) => content.fill(0, position),
  flip: (content: Buffer, position: number) =>
    content.fill((content[position] ?? 0) ^ 0x55, position, position + 1),
} as const;
