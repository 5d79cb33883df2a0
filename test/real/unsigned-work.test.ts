import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { identifyProcess } from "#base/process-identity.ts";
import { watchedTree } from "#commands/hooks/watched-tree.ts";
import { reviewUnsigned } from "#commands/on-demand/review-unsigned.ts";
import { DEFAULT_CONFIG } from "#gate/config.ts";
import { locationsOf } from "#runs/locations.ts";
import { type GateWorld, makeGateWorld, type WorldSession } from "#test/gate-world.ts";
import { reviewAnswer } from "#test/reviewer-action.ts";
import type { ScratchRepository } from "#test/scratch-repository.ts";

let world: GateWorld;
let repository: ScratchRepository;
beforeAll(async () => {
  world = await makeGateWorld((request) => reviewAnswer(request));
  repository = world.repository;
});
beforeEach(() => {
  world.api.play((request) => reviewAnswer(request));
});
afterAll(async () => {
  await world.close();
});

const WRONG = "export const wrong = 1;";
const SMALL = { COUNTERSIGN_MAX_DIFF_BYTES: "20000" };

async function blocked(file: string): Promise<WorldSession> {
  const session = world.session();
  await session.start();
  repository.write(file, `${WRONG}\n`);
  world.api.play((request) => reviewAnswer(request, [{ file, line_start: 1, quote: WRONG }]));
  expect((await session.stop()).decision).toBe("block");
  world.api.play((request) => reviewAnswer(request));
  return session;
}

function linesOf(word: string): string {
  return Array.from({ length: 400 }, (_, n) => `export const ${word}${n} = ${n};\n`).join("");
}

test("what did not fit stays due, and comes first when it is asked for again", async () => {
  for (const word of ["one", "two"]) repository.write(`${word}.js`, linesOf(word));
  const session = world.session({ env: SMALL });
  rmSync(join(repository.root, "one.js"));
  rmSync(join(repository.root, "two.js"));
  await session.start();
  for (const word of ["one", "two"]) repository.write(`${word}.js`, linesOf(word));
  world.api.play(() => ({ kind: "refuse", status: 401, body: { error: { message: "no key" } } }));
  await session.stop();
  world.api.play((request) => reviewAnswer(request));
  await session.end();
  const before = world.api.requests.length;
  const codes: (number | undefined)[] = [];
  for (const expected of ["ALLOW", "ALLOW", "No session left anything unsigned"]) {
    const run = await world.countersign(["review", "--unsigned"], SMALL);
    expect(run.stdout).toContain(expected);
    codes.push(run.exitCode);
  }
  const shown = world.api.requests.slice(before).map(({ prompt }) => prompt);
  expect(shown).toHaveLength(2);
  expect(shown.join("")).toContain("+export const one399 = 399;");
  expect(shown.join("")).toContain("+export const two399 = 399;");
  expect(codes).toEqual([0, 0, 0]);
  repository.commit("All of it");
});

test("what was done after the rounds were used up is due with the rest", async () => {
  const session = world.session({ env: { COUNTERSIGN_MAX_ROUNDS: "1" } });
  await session.start();
  for (const round of [1, 2, 3]) {
    repository.write("rounds.js", `${WRONG}\nexport const round = ${round};\n`);
    world.api.play((request) =>
      reviewAnswer(request, [{ file: "rounds.js", line_start: 1, quote: WRONG, title: `In round ${round}` }]),
    );
    if (round === 3) repository.write("late.js", "export const afterTheCap = 1;\n");
    await session.stop();
  }
  await session.end();
  expect(session.outcomes()).toEqual(["blocked", "capped(rounds)", "capped(rounds)"]);
  world.api.play((request) => reviewAnswer(request));
  expect((await world.countersign(["review", "--unsigned"])).exitCode).toBe(0);
  expect(world.api.requests.at(-1)?.prompt).toContain("afterTheCap");
  rmSync(join(repository.root, "rounds.js"));
  rmSync(join(repository.root, "late.js"));
});

test("a stop that comes first leaves nothing for the review that waited for it", async () => {
  const session = await blocked("mended.js");
  repository.write("mended.js", "export const right = 1;\n");
  await session.stop();
  const { signal } = new AbortController();
  const locations = locationsOf(world.env, repository.home, process.platform);
  const tree = await watchedTree(locations, repository.root, signal);
  if (tree === undefined) throw new Error("no repository");
  const place = { environment: world.env, locations };
  const setting = { place, config: DEFAULT_CONFIG, digest: "", tree, now: new Date() };
  expect(await reviewUnsigned(session.id, setting, signal)).toBeUndefined();
  expect(session.outcomes()).toEqual(["blocked", "allowed"]);
});

test("a review that finds the same again is where the open findings are read from then on", async () => {
  const session = await blocked("still.js");
  await session.end();
  const run = await world.countersign(["review", "--unsigned"]);
  expect(run.exitCode).toBe(1);
  const receipt = `${session.id.slice(-8)}-2`;
  expect(run.stdout).toContain(`why ${receipt}`);
  const { stdout } = await world.countersign(["status"]);
  expect(stdout).toMatch(new RegExp(`what session ${session.id} left \\(blocked, .* receipt ${receipt};`));
  rmSync(join(repository.root, "still.js"));
  expect((await world.countersign(["review", "--unsigned"])).exitCode).toBe(0);
});

test("a session starts, and says what is unsigned, while another holds that session's record", async () => {
  const session = await blocked("locked.js");
  await session.end();
  const lock = join(world.state, "sessions", `${session.id}.json.lock`);
  writeFileSync(lock, JSON.stringify(identifyProcess(process.pid)));
  const told = await world.session().start();
  expect(told.systemMessage).toContain("1 earlier session left work unsigned");
  expect(told.systemMessage).not.toContain("not on record");
  rmSync(lock);
  expect((await world.session().start()).systemMessage).toContain("1 earlier session left work unsigned");
  expect((await world.session().start()).systemMessage).toBeUndefined();
});
