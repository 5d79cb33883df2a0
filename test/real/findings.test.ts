import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { type GateWorld, makeGateWorld, type WorldSession } from "#test/gate-world.ts";
import { type AnswerFinding, reviewAnswer } from "#test/reviewer-action.ts";

const FILE = "src/price.js";
const LINE = "export const price = cents / 0;";

let world: GateWorld;
let session: WorldSession;
let asked: string[] = [];
let findings: readonly AnswerFinding[] = [];

beforeAll(async () => {
  world = await makeGateWorld((request) => {
    asked.push(request.prompt);
    return reviewAnswer(request, findings);
  });
});
afterAll(async () => {
  await world.close();
});
beforeEach(async () => {
  asked = [];
  world.repository.write(FILE, "export const price = 1;\n");
  session = world.session();
  await session.start();
  world.repository.write(FILE, `${LINE}\nexport const other = ${process.hrtime.bigint()};\n`);
  findings = [finding()];
});

function finding(own: Partial<AnswerFinding> = {}): AnswerFinding {
  return {
    file: FILE,
    line_start: 1,
    quote: LINE,
    title: "Divides by zero",
    failure_path: "price is Infinity",
    ...own,
  };
}

/** The agent changes something else, and leaves what was found as it is. */
function changeElsewhere(): void {
  world.repository.write("src/other.js", `export const other = ${process.hrtime.bigint()};\n`);
}

function last() {
  const receipt = session.receipts().at(-1);
  if (receipt === undefined) throw new Error("there is no receipt");
  return receipt;
}

test("a disputed finding must be answered: told once, it counts with an answer", async () => {
  expect((await session.stop()).reason).toMatch(/Divides by zero \([0-9a-f]{12}\)/);
  const id = last().findings[0]?.id ?? "";
  changeElsewhere();
  await session.stop({ last_assistant_message: `${id} is wrong: cents is never used there.` });
  expect(asked[1]).toContain(`The agent on it: ${id} is wrong: cents is never used there.`);
  expect(asked[2]).toContain("its failure_path only says again what it said before");
  expect(asked).toHaveLength(3);
  expect(last()).toMatchObject({
    outcome: { kind: "allowed" },
    findings: [{ status: "unverified", doubt: "dispute-not-answered", id }],
  });
});

test("a disputed finding that is answered holds the stop back again", async () => {
  await session.stop();
  changeElsewhere();
  findings = [finding({ failure_path: "cents is used on that very line", quote: LINE })];
  expect((await session.stop({ last_assistant_message: "It is fine." })).decision).toBe("block");
  expect(asked).toHaveLength(2);
});

test("a finding that the reviewer let go never blocks again while its lines stay", async () => {
  await session.stop();
  changeElsewhere();
  findings = [finding({ file: "src/other.js", quote: "export const other", title: "Something else" })];
  expect((await session.stop({ last_assistant_message: "It is fine." })).decision).toBe("block");
  world.repository.write("src/other.js", "export const another = 1;\n");
  findings = [finding({ failure_path: "now said in other words", severity: "critical" })];
  expect((await session.stop()).decision).toBeUndefined();
  expect(asked[2]).toContain("[begin settled");
  expect(last().findings).toMatchObject([{ status: "settled", by: "reviewer" }]);
});

test("a dismissal signs the same content without another question, and is void when the lines change", async () => {
  await session.stop();
  const id = last().findings[0]?.id ?? "";
  const dismissed = await world.inTerminal(["dismiss", id.slice(0, 8), "--why", "cents is checked before"]);
  expect(dismissed).toMatchObject({ exitCode: 0 });
  const { systemMessage } = await session.stop();
  expect(systemMessage).toContain("1 finding dismissed by a person");
  expect(asked).toHaveLength(1);
  expect(last()).toMatchObject({
    outcome: { kind: "allowed" },
    findings: [{ status: "settled", by: "person", why: "cents is checked before" }],
  });
  world.repository.write(FILE, "export const price = cents / 00;\n");
  findings = [finding({ quote: "export const price = cents / 00;" })];
  expect((await session.stop()).decision).toBe("block");
});
