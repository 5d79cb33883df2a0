import { rmSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import * as z from "zod/mini";
import { parseJson } from "#base/json.ts";
import { type GateWorld, makeGateWorld } from "#test/gate-world.ts";
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

const WRONG = "export const sum = (a, b) => a - b;";

function playFinding(file: string, quote = WRONG): void {
  world.api.play((request) =>
    request.prompt.includes(quote)
      ? reviewAnswer(request, [{ title: "Subtracts", file, line_start: 1, quote }])
      : reviewAnswer(request),
  );
}

test("uncommitted work is reviewed from a shell: 0 allows, and a receipt is left", async () => {
  repository.write("one.js", "export const uncommittedWork = 1;\n");
  const run = await world.countersign(["review"]);
  expect(run.exitCode).toBe(0);
  expect(run.stdout).toContain("Countersign: ALLOW · the uncommitted work\n");
  expect(world.api.requests.at(-1)?.prompt).toContain("+export const uncommittedWork = 1;");
  expect(world.receipts().at(-1)).toMatchObject({ event: "review", outcome: { kind: "allowed" } });
  repository.commit("One");
  expect((await world.countersign(["review", "--uncommitted"])).stdout).toContain("nothing to review");
});

test("a finding that counts is exit code 1, in text and as JSON", async () => {
  repository.write("sum.js", `${WRONG}\n`);
  playFinding("sum.js");
  const run = await world.countersign(["review", "--json"]);
  expect(run.exitCode).toBe(1);
  const Printed = z.looseObject({
    schema: z.literal("countersign/review/1"),
    exitCode: z.literal(1),
    reviews: z.array(z.looseObject({ findings: z.array(z.looseObject({ status: z.string() })) })),
  });
  expect(parseJson(run.stdout, Printed).reviews[0]?.findings.map(({ status }) => status)).toEqual(["counts"]);
  repository.commit("Sum");
});

test("a branch is reviewed from where it left another, and a commit against its parent", async () => {
  repository.git("switch", "--quiet", "-c", "feature");
  repository.write("feature.js", "export const featureOne = 1;\n");
  const first = repository.commit("Feature one");
  repository.git("switch", "--quiet", "main");
  repository.write("main.js", "export const onMain = 1;\n");
  repository.commit("Main goes on");
  repository.git("switch", "--quiet", "feature");
  repository.write("feature2.js", "export const featureTwo = 2;\n");
  expect((await world.countersign(["review", "--base", "main"])).exitCode).toBe(0);
  const branch = world.api.requests.at(-1)?.prompt ?? "";
  expect(branch).toContain("+export const featureOne = 1;");
  expect(branch).toContain("+export const featureTwo = 2;");
  expect(branch).not.toContain("onMain");
  expect((await world.countersign(["review", "--commit", first])).stdout).toContain(first.slice(0, 12));
  const commit = world.api.requests.at(-1)?.prompt ?? "";
  expect(commit).toContain("featureOne");
  expect(commit).not.toContain("featureTwo");
  repository.commit("Feature two");
});

test("what could not be reviewed is exit code 2, and words that cannot be used say so", async () => {
  repository.write("more.js", "export const more = 1;\n");
  world.api.play(() => ({ kind: "refuse", status: 401, body: { error: { message: "no key" } } }));
  const failed = await world.countersign(["review"]);
  expect(failed.exitCode).toBe(2);
  expect(failed.stdout).toContain("no verdict");
  repository.commit("More");
  for (const [words, text] of [
    [["review", "--base", "no-such-branch"], '"no-such-branch" names no commit here'],
    [["review", "--commit=--all"], "names no commit here"],
    [["review", "--base", "main", "--unsigned"], "exclude each other"],
  ] as const) {
    const run = await world.countersign(words);
    expect(run.exitCode).toBe(2);
    expect(run.stderr).toContain(text);
  }
});

test("what a session left unsigned is said once at the next start, and reviewed on demand", async () => {
  const session = world.session();
  await session.start();
  repository.write("left.js", `${WRONG}\n`);
  playFinding("left.js");
  expect((await session.stop()).decision).toBe("block");
  await session.end();

  const told = await world.session().start();
  expect(told.systemMessage).toMatch(/1 earlier session left work unsigned .*blocked on .*review --unsigned/);
  expect((await world.session().start()).systemMessage).toBeUndefined();

  const still = await world.countersign(["review", "--unsigned"]);
  expect(still.exitCode).toBe(1);
  expect(still.stdout).toContain(`what session ${session.id} left unsigned (blocked)`);
  repository.write("left.js", "export const sum = (a, b) => a + b;\n");
  repository.write("others.js", "export const workOfAnother = 1;\n");
  expect((await world.countersign(["review", "--unsigned"])).exitCode).toBe(0);
  expect(world.api.requests.at(-1)?.prompt).toContain("a + b");
  expect(world.api.requests.at(-1)?.prompt).not.toContain("workOfAnother");
  expect((await world.countersign(["review", "--unsigned"])).stdout).toContain("No session left anything");
  expect(session.outcomes()).toEqual(["blocked", "blocked", "allowed"]);
});

test("work that is gone is no longer due", async () => {
  const session = world.session();
  await session.start();
  const before = world.api.requests.length;
  repository.write("gone.js", `${WRONG}\n`);
  playFinding("gone.js");
  await session.stop();
  await session.end();
  rmSync(join(repository.root, "gone.js"));
  expect((await world.countersign(["review", "--unsigned"])).stdout).toContain("nothing to review");
  expect((await world.countersign(["review", "--unsigned"])).stdout).toContain("No session left anything");
  expect(world.api.requests).toHaveLength(before + 1);
});
