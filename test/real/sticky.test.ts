import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
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

async function started(): Promise<WorldSession> {
  const session = world.session();
  await session.start();
  return session;
}

const A = "export const shift = (n) => n << 33;";
const B = "export const shift = (n) => n << 32;";

/** Blocks whatever line it is shown. */
function playBlocks(file: string, ...quotes: readonly string[]): void {
  world.api.play((request) => {
    const quote = quotes.findLast((one) => request.prompt.includes(`+${one}`));
    return quote === undefined
      ? reviewAnswer(request)
      : reviewAnswer(request, [{ title: "Shifts too far", file, line_start: 1, quote }]);
  });
}

test("back at a content that was held back, it is held back again and nobody is asked", async () => {
  const session = await started();
  playBlocks("shift.js", A, B);
  repository.write("shift.js", `${A}\n`);
  const first = await session.stop();
  repository.write("shift.js", `${B}\n`);
  await session.stop();
  const asked = world.api.requests.length;
  world.api.play((request) => reviewAnswer(request));
  repository.write("shift.js", `${A}\n`);
  const again = await session.stop();
  expect(again.decision).toBe("block");
  expect(again.reason).toContain(A);
  expect(world.api.requests).toHaveLength(asked);
  expect(session.outcomes()).toEqual(["blocked", "blocked", "blocked"]);
  const [one, , three] = session.receipts();
  expect(three?.known).toEqual({ receipt: one?.id, session: session.id });
  expect(first.reason?.split("\n").slice(2, 4)).toEqual(again.reason?.split("\n").slice(2, 4));
  await session.stop();
  expect(session.outcomes().at(-1)).toBe("unresolved");
  repository.commit("Shift");
});

test("many stops on one content cost one call", async () => {
  const session = await started();
  const asked = world.api.requests.length;
  playBlocks("once.js", A);
  repository.write("once.js", `${A}\n`);
  for (let stop = 0; stop < 100; stop += 1) {
    if (stop % 20 === 19) session.prompt();
    await session.stop();
  }
  expect(world.api.requests).toHaveLength(asked + 1);
  expect(session.outcomes().filter((outcome) => outcome === "blocked")).toHaveLength(1);
  repository.commit("Once");
});

test("the same change in another session has the verdict that it had, signed or not", async () => {
  const one = await started();
  const two = await started();
  const three = await started();
  repository.write("shared.js", "export const shared = 1;\n");
  await one.stop();
  const asked = world.api.requests.length;
  const answer = await two.stop();
  expect(world.api.requests).toHaveLength(asked);
  expect(answer.systemMessage).toContain("signed by");
  expect(two.receipts().at(-1)).toMatchObject({
    outcome: { kind: "allowed" },
    review: null,
    known: { session: one.id, receipt: one.receipts().at(-1)?.id },
  });
  playBlocks("shared.js", A);
  repository.write("shared.js", `${A}\n`);
  expect((await three.stop()).decision).toBe("block");
  const blocked = world.api.requests.length;
  const fourth = world.session();
  repository.write("shared.js", "export const shared = 1;\n");
  await fourth.start();
  repository.write("shared.js", `${A}\n`);
  expect((await fourth.stop()).decision).toBe("block");
  repository.write("shared.js", "export const shared = 2;\n");
  expect((await fourth.stop()).decision).toBeUndefined();
  expect(world.api.requests.length).toBeGreaterThan(blocked);
  repository.commit("Shared");
});

test("an outage is no verdict: the same content is asked about again", async () => {
  const session = await started();
  world.api.play(() => ({ kind: "refuse", status: 401, body: { error: { message: "no key" } } }));
  repository.write("outage.js", "export const outage = 1;\n");
  await session.stop();
  const asked = world.api.requests.length;
  world.api.play((request) => reviewAnswer(request));
  await session.stop();
  expect(world.api.requests).toHaveLength(asked + 1);
  expect(session.outcomes()).toEqual(["failed(not-signed-in)", "allowed"]);
});

test("another model or effort is another reviewer, who is asked", async () => {
  repository.write("model.js", "export const model = 0;\n");
  repository.commit("Model");
  const sessions = [{}, { COUNTERSIGN_EFFORT: "high" }, {}].map((env) => world.session({ env }));
  for (const session of sessions) await session.start();
  repository.write("model.js", "export const model = 1;\n");
  const calls: number[] = [];
  for (const session of sessions) {
    const before = world.api.requests.length;
    await session.stop();
    calls.push(world.api.requests.length - before);
  }
  expect(calls).toEqual([1, 1, 0]);
});
