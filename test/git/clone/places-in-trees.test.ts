import { chmodSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { ObjectId } from "#base/ids.ts";
import { commitsBetween } from "#git/clone/commits-between.ts";
import type { ObjectAnswer } from "#git/clone/object-answers.ts";
import type { OpenClone } from "#git/clone/open-clone.ts";
import { searchHistory } from "#git/clone/search-history.ts";
import { walkCommits } from "#git/clone/walk-commits.ts";
import { makeHistory, type PlannedCommit } from "#test/clone/fast-history.ts";
import { opened } from "#test/clone/opened.ts";
import { makeRepository } from "#test/scratch-repository.ts";

const signal = new AbortController().signal;
/** More than are read one by one. */
const COMMITS = 400;
const PLUGINS = 6;
const NEVER = ObjectId.parse("0123456789012345678901234567890123456789");

function* history(): Generator<PlannedCommit> {
  const first = Array.from({ length: PLUGINS }, (_none, i) => [`plugins/p${i}/code.js`, "0"]);
  yield { "README.md": "many\n", ...Object.fromEntries(first) };
  for (let i = 1; i < COMMITS; i++) yield { [`plugins/p${i % PLUGINS}/code.js`]: `${i}` };
}

/** The clone, and which trees were read where many are. */
function countingTrees(clone: OpenClone) {
  const trees: ObjectId[] = [];
  const readEach: OpenClone["objects"]["readEach"] = async (ids, take) =>
    await clone.objects.readEach(ids, (answer, index) => {
      const id = ids[index];
      if (answer.kind === "object" && answer.type === "tree" && id !== undefined) trees.push(id);
      take(answer, index);
    });
  return { trees, clone: { ...clone, objects: { ...clone.objects, readEach } } };
}

test("a tree is read once, whatever is looked for and counted for however many plugins", async () => {
  const directory = realpathSync(mkdtempSync(join(tmpdir(), "countersign-places-")));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  makeHistory(directory, history());
  const { trees, clone } = countingTrees(await opened(directory));
  const numbers = Array.from({ length: PLUGINS }, (_none, i) => i);
  const wanted = numbers.map((i) => ({ path: `plugins/p${i}`, tree: NEVER, claimed: null }));
  const found = await searchHistory(clone, { wanted }, signal);
  expect(found.map(({ kind }) => kind)).toEqual(numbers.map(() => "not-found"));
  const { commits } = await walkCommits(clone, [], signal);
  const [to = NEVER, from = NEVER] = [commits.at(0), commits.at(-1)].map((one) =>
    ObjectId.parse(one?.commit),
  );
  const between = await Promise.all(
    numbers.map((i) => commitsBetween(clone, { from, to, path: `plugins/p${i}` }, signal)),
  );
  expect(between.map((one) => (one.kind === "counted" ? one.commits.length : one))).toEqual(
    numbers.map((i) => Math.floor((COMMITS - 1 - i) / PLUGINS) + (i === 0 ? 0 : 1)),
  );
  // In each commit its own tree and that of the folder `plugins`.
  expect(trees).toHaveLength(2 * COMMITS);
  expect(new Set(trees).size).toBe(2 * COMMITS);
});

test("where git dies of one of many objects, the others are read all the same", async () => {
  const scratch = makeRepository();
  onTestFinished(scratch.remove);
  const names = Array.from({ length: COMMITS }, (_none, i) => `file-${i}`);
  for (const name of names) scratch.write(name, `content of ${name}`);
  const ids = scratch
    .git("hash-object", "-w", "--", ...names)
    .split("\n")
    .map((id) => ObjectId.parse(id));
  const spoilt = ids[100] ?? NEVER;
  const file = join(scratch.root, ".git/objects", spoilt.slice(0, 2), spoilt.slice(2));
  chmodSync(file, 0o644);
  writeFileSync(file, readFileSync(file).subarray(0, 12));
  const clone = await opened(scratch.root);
  const answers: ObjectAnswer["kind"][][] = ids.map(() => []);
  const asked = [...ids, NEVER];
  answers.push([]);
  await clone.objects.readEach(asked, (answer, index) => answers[index]?.push(answer.kind));
  const expected = asked.map((id) => [id === spoilt ? "broken" : id === NEVER ? "missing" : "object"]);
  expect(answers).toEqual(expected);
});
