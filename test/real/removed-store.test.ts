import { rmSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { closeBreaker } from "#test/close-breaker.ts";
import { type GateWorld, makeGateWorld } from "#test/gate-world.ts";
import { reviewAnswer } from "#test/reviewer-action.ts";
import type { ScratchRepository } from "#test/scratch-repository.ts";

let world: GateWorld;
let repository: ScratchRepository;
beforeAll(async () => {
  world = await makeGateWorld((request) => reviewAnswer(request));
  repository = world.repository;
});
beforeEach(async () => {
  await closeBreaker(world.state);
  world.api.play((request) => reviewAnswer(request));
});
afterAll(async () => {
  await world.close();
});

function removeStores(): void {
  rmSync(join(world.state, "objects"), { recursive: true });
}

function headOf(): string {
  return repository.git("rev-parse", "HEAD").trim().slice(0, 12);
}

const WRONG = "export const wrong = 1;";
const PARTLY = "allowed(partial)";
const AGAIN = "are shown again";

test("without the private store all since the commit of the baseline is shown again, and said", async () => {
  const from = headOf();
  repository.write("before.js", "export const before = 1;\n");
  const session = world.session();
  await session.start();
  repository.write("signed.js", "export const signed = 1;\n");
  await session.stop();
  repository.write("wrong.js", `${WRONG}\n`);
  world.api.play((request) => reviewAnswer(request, [{ file: "wrong.js", line_start: 1, quote: WRONG }]));
  expect((await session.stop()).decision).toBe("block");
  removeStores();
  repository.write("wrong.js", "export const mended = 1;\n");
  repository.commit("Mended");
  await session.start("resume");
  world.api.play((request) => reviewAnswer(request));
  const { decision, systemMessage } = await session.stop();
  expect(decision).toBeUndefined();
  expect(systemMessage).toContain(`counted from commit ${from}, for the private object store`);
  expect(systemMessage).toContain(AGAIN);
  expect(systemMessage).toContain("signed by");
  const [receipt] = session.receipts().slice(-1);
  expect(receipt?.scope?.notes).toEqual([expect.stringContaining(`counted from commit ${from}`)]);
  expect(receipt?.scope?.shown.map(({ path }) => path)).toEqual(["before.js", "signed.js", "wrong.js"]);
  const prompt = world.api.requests.at(-1)?.prompt;
  for (const name of ["before", "signed", "mended"]) expect(prompt).toContain(`+export const ${name} = 1;`);
  expect(await session.stop()).toEqual({});
  removeStores();
  expect(await session.stop()).toEqual({});
  const unchanged = "skipped(unchanged)";
  expect(session.outcomes()).toEqual(["allowed", "blocked", PARTLY, unchanged, unchanged]);
  expect((await world.countersign(["audit", "verify"])).exitCode).toBe(0);
});

test("what is undone back to that commit does not pass for unchanged", async () => {
  repository.write("README.md", "# A repository\n\nOf mine.\n");
  const session = world.session();
  await session.start();
  removeStores();
  repository.write("README.md", "# A repository\n");
  const { systemMessage } = await session.stop();
  expect(systemMessage).toContain("what was undone back to that state cannot be seen");
  expect(session.outcomes()).toEqual(["skipped(nothing-to-show)"]);
  expect(await session.stop()).toEqual({});
});

test("what a partial signature left out is not lost with the store, though it was committed", async () => {
  const session = world.session({ env: { COUNTERSIGN_MAX_DIFF_BYTES: "1500" } });
  await session.start();
  const line = "export const long = 1; // and so on, for a while\n";
  repository.write("large.js", `export const large = 1;\n${line.repeat(40)}`);
  repository.write("small.js", "export const small = 1;\n");
  repository.commit("Both");
  await session.stop();
  expect(session.outcomes()).toEqual([PARTLY]);
  removeStores();
  repository.write("small.js", "export const small = 2;\n");
  await session.stop();
  const scope = session.receipts().at(-1)?.scope;
  const named = [...(scope?.shown ?? []), ...(scope?.notCovered ?? [])].map(({ path }) => path);
  expect(named.sort()).toEqual(["large.js", "small.js"]);
});

test("what was committed, taken back and signed over is shown when it comes back without the store", async () => {
  const session = world.session();
  await session.start();
  repository.write("hidden.js", "export const hidden = 1;\n");
  repository.commit("Hide");
  rmSync(join(repository.root, "hidden.js"));
  repository.write("plain.js", "export const plain = 1;\n");
  await session.stop();
  removeStores();
  repository.git("checkout", "--quiet", "--", "hidden.js");
  await session.stop();
  expect(world.api.requests.at(-1)?.prompt).toContain("+export const hidden = 1;");
  expect(session.outcomes()).toEqual(["allowed", PARTLY]);
});

test("the baseline of another worktree is counted from its commit too", async () => {
  const linked = join(repository.beside, "linked");
  repository.git("worktree", "add", "--quiet", "-b", "linked", linked);
  const session = world.session();
  await session.start();
  repository.write("../beside/linked/first.js", "export const first = 1;\n");
  await session.stop({ cwd: linked });
  removeStores();
  repository.write("../beside/linked/second.js", "export const second = 1;\n");
  const { systemMessage } = await session.stop({ cwd: linked });
  expect(systemMessage).toContain(AGAIN);
  const prompt = world.api.requests.at(-1)?.prompt;
  for (const name of ["first", "second"]) expect(prompt).toContain(`+export const ${name} = 1;`);
  expect(session.outcomes()).toEqual(["allowed", PARTLY]);
});

test("a review of what was left unsigned is of all that is there", async () => {
  const session = world.session();
  await session.start();
  repository.write("left.js", `${WRONG}\n`);
  world.api.play((request) => reviewAnswer(request, [{ file: "left.js", line_start: 1, quote: WRONG }]));
  await session.stop();
  removeStores();
  world.api.play((request) => reviewAnswer(request));
  const run = await world.countersign(["review", "--unsigned"]);
  expect(run.exitCode).toBe(0);
  expect(run.stdout).toContain(AGAIN);
  expect(world.api.requests.at(-1)?.prompt).toContain(`+${WRONG}`);
});
