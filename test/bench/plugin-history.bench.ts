import { mkdtempSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { performance } from "node:perf_hooks";
import { afterAll, beforeAll, expect, test } from "vitest";
import { ObjectId } from "#base/ids.ts";
import { walkOnce } from "#git/clone/ancestry.ts";
import { cloneState } from "#git/clone/clone-state.ts";
import { commitsBetween } from "#git/clone/commits-between.ts";
import { folderTree } from "#git/clone/folder-tree.ts";
import { hashObject } from "#git/clone/object-hash.ts";
import { openClone } from "#git/clone/open-clone.ts";
import { searchHistory } from "#git/clone/search-history.ts";
import type { WantedTree } from "#git/clone/wanted-tree.ts";
import { makeHistory, type PlannedCommit } from "#test/clone/fast-history.ts";

const MARKETPLACES = 40;
const COMMITS = 5_000;
const PLUGINS = 5;
const TURNS = 5;
const AT_ONCE = 2;

const signal = new AbortController().signal;
const base = realpathSync(mkdtempSync(join(tmpdir(), "countersign-bench-")));

beforeAll(() => {
  for (let i = 0; i < MARKETPLACES; i++)
    makeHistory(marketplace(i).directory, history({ ...marketplace(i), commits: COMMITS }));
}, 600_000);

afterAll(() => rmSync(base, { recursive: true, force: true }));

/** None of the plugins is what its HEAD or its record says, so that every history is looked through. */
test(`${MARKETPLACES} marketplaces with ${COMMITS} commits and ${PLUGINS} plugins each`, async () => {
  const begun = performance.now();
  const numbers = Array.from({ length: MARKETPLACES }, (_none, i) => i);
  const searches = Array.from({ length: AT_ONCE }, async () => {
    for (let i = numbers.shift(); i !== undefined; i = numbers.shift()) await lookAt(marketplace(i));
  });
  await Promise.all(searches);
  say(`${MARKETPLACES} × ${COMMITS} commits × ${PLUGINS} plugins`, performance.now() - begun);
  const near = performance.now();
  for (let i = 0; i < MARKETPLACES; i++) await lookAt(marketplace(i), true);
  say("the same, all of them as HEAD has them", performance.now() - near);
});

test("one plugin and fifty of one marketplace", async () => {
  const directory = join(base, "fifty");
  makeHistory(directory, history({ seed: 0, plugins: 50, commits: COMMITS }));
  const one: number[] = [];
  const fifty: number[] = [];
  for (let turn = 0; turn < TURNS; turn++) {
    one.push(await timed(() => lookAt({ directory, seed: 0, plugins: 1 })));
    fifty.push(await timed(() => lookAt({ directory, seed: 0, plugins: 50 })));
  }
  say("1 of 50 plugins", median(one));
  say("50 of 50 plugins", median(fifty));
  process.stdout.write(`ratio ${(median(fifty) / median(one)).toFixed(2)} (medians of ${TURNS})\n`);
});

test("how far one plugin and fifty of one marketplace are behind", async () => {
  const directory = join(base, "behind");
  makeHistory(directory, history({ seed: 0, plugins: 50, commits: COMMITS }));
  const one: number[] = [];
  const fifty: number[] = [];
  for (let turn = 0; turn < TURNS; turn++) {
    one.push(await timed(() => countBehind(directory, 1)));
    fifty.push(await timed(() => countBehind(directory, 50)));
  }
  say("1 of 50 plugins, from the first commit", median(one));
  say("50 of 50 plugins", median(fifty));
  process.stdout.write(`ratio ${(median(fifty) / median(one)).toFixed(2)} (medians of ${TURNS})\n`);
});

test("few distinct trees and many", async () => {
  const still = join(base, "still");
  makeHistory(still, history({ ...marketplace(0), commits: COMMITS, every: 50 }));
  const figures = { still: [] as number[], moving: [] as number[] };
  for (let turn = 0; turn < TURNS; turn++) {
    figures.still.push(await timed(() => lookAt({ ...marketplace(0), directory: still })));
    figures.moving.push(await timed(() => lookAt(marketplace(0))));
  }
  say("every fiftieth commit touches a plugin", median(figures.still));
  say("every commit touches a plugin", median(figures.moving));
});

type Plan = Omit<Marketplace, "directory"> & { readonly commits: number; readonly every?: number };

function marketplace(number: number): Marketplace {
  return { directory: join(base, `marketplace-${number}`), seed: number, plugins: PLUGINS };
}

/** Each commit changes one plugin, or with `every`, each so-manieth; the others change what is beside them. */
function* history({ seed, plugins, commits, every = 1 }: Plan): Generator<PlannedCommit> {
  const first = Array.from({ length: plugins }, (_none, i) => [
    `plugins/p${i}/code.js`,
    `${seed} first ${i}\n`,
  ]);
  yield { "README.md": `marketplace ${seed}\n`, ...Object.fromEntries(first) };
  for (let i = 1; i < commits; i++) {
    if (i % every > 0) yield { "docs/notes.md": `${i}\n` };
    else yield { [`plugins/p${(i / every) % plugins}/code.js`]: `${seed} ${i}\n` };
  }
}

type Marketplace = { readonly directory: string; readonly seed: number; readonly plugins: number };

/** Looks for the first version of each plugin; with `isHead`, for the last, as the work tree has it. */
async function lookAt({ directory, seed, plugins }: Marketplace, isHead = false): Promise<void> {
  const opening = await openClone(directory, signal);
  if (opening.kind !== "open") throw new Error(JSON.stringify(opening));
  try {
    expect((await cloneState(opening, signal)).kind).toBe("clone");
    const wanted: WantedTree[] = [];
    for (let i = 0; i < plugins; i++) {
      const path = `plugins/p${i}`;
      const tree = isHead ? await treeOf(join(directory, path)) : firstTree(seed, i);
      wanted.push({ path, tree, claimed: null });
    }
    const found = await searchHistory(opening.clone, { wanted }, signal);
    expect(found.filter((match) => match.kind === "found" && match.isHead === isHead)).toHaveLength(plugins);
  } finally {
    opening.clone.close();
  }
}

/** As an audit does: it is looked for all of them, and then told of each how far it is behind. */
async function countBehind(directory: string, plugins: number): Promise<void> {
  const opening = await openClone(directory, signal);
  if (opening.kind !== "open") throw new Error(JSON.stringify(opening));
  try {
    const { commits } = await walkOnce(opening.clone, signal);
    const [to, from] = [commits.at(0), commits.at(-1)].map((one) => ObjectId.parse(one?.commit));
    if (from === undefined || to === undefined) throw new Error("no history");
    const wanted = Array.from({ length: plugins }, (_none, i) => ({
      path: `plugins/p${i}`,
      tree: firstTree(0, i),
      claimed: from,
    }));
    await searchHistory(opening.clone, { wanted }, signal);
    let told = 0;
    for (const { path } of wanted) {
      const between = await commitsBetween(opening.clone, { from, to, path }, signal);
      told += between.kind === "counted" ? between.commits.length : 0;
    }
    expect(told).toBeGreaterThanOrEqual(plugins * Math.floor((COMMITS - 1) / 50));
  } finally {
    opening.clone.close();
  }
}

async function treeOf(folder: string): Promise<ObjectId> {
  const read = await folderTree(folder, { ignore: [] }, signal);
  if (read.kind !== "read") throw new Error(JSON.stringify(read));
  return read.tree;
}

function firstTree(seed: number, plugin: number): ObjectId {
  const blob = hashObject("sha1", "blob", Buffer.from(`${seed} first ${plugin}\n`));
  const line = Buffer.concat([Buffer.from("100644 code.js\0"), Buffer.from(blob, "hex")]);
  return hashObject("sha1", "tree", line);
}

async function timed(work: () => Promise<void>): Promise<number> {
  const begun = performance.now();
  await work();
  return performance.now() - begun;
}

function say(what: string, milliseconds: number): void {
  process.stdout.write(`${what.padEnd(50)} ${(milliseconds / 1000).toFixed(2)} s\n`);
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}
