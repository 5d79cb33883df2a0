import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { closeBreaker } from "#test/close-breaker.ts";
import { type GateWorld, type HookAnswer, makeGateWorld, type WorldSession } from "#test/gate-world.ts";
import { type AnswerFinding, reviewAnswer, runCommand, say } from "#test/reviewer-action.ts";

const MEBI = 1024 * 1024;
const UNSAFE = /[^\P{Cc}\t\n]|[\u2028\u2029\u202a-\u202e\u2066-\u2069]/u;
const LINES = Array.from({ length: 200 }, (_none, index) => `export const price${index} = ${index} - 1;`);

let world: GateWorld;
let session: WorldSession;
let file = "";
let number = 0;
beforeAll(async () => {
  world = await makeGateWorld((request) => reviewAnswer(request));
});
beforeEach(async () => {
  await closeBreaker(world.state);
  number += 1;
  file = `src/prices-${number}.js`;
  session = world.session();
  await session.start();
  world.repository.write(file, `${LINES.join("\n")}\n`);
});
afterAll(async () => {
  await world.close();
});

function finding(changes: Partial<AnswerFinding> = {}): AnswerFinding {
  return { file, line_start: 1, quote: LINES[0] ?? "", ...changes };
}

/** The bytes of the session's file and of its largest receipt. */
function recorded(): { readonly session: number; readonly receipt: number } {
  const bytes = (folder: string) =>
    readdirSync(join(world.state, folder), { recursive: true, encoding: "utf8" })
      .filter((name) => name.includes(session.id.slice(-8)) && name.endsWith(".json"))
      .map((name) => statSync(join(world.state, folder, name)).size);
  const [sessions, receipts] = [bytes("sessions"), bytes("receipts")];
  expect(sessions).toHaveLength(1);
  expect(receipts.length).toBeGreaterThan(0);
  return { session: Math.max(...sessions), receipt: Math.max(...receipts) };
}

test("an answer of four megabytes is refused, and leaves a small record", async () => {
  world.api.play(() => say("x".repeat(4 * MEBI)));
  const answer = await session.stop();
  expect(session.outcomes()).toEqual(["failed(answer-wrong-shape)"]);
  expectSmallRecord(answer);
});

test("one of fifty megabytes is no verdict, whoever gives up on it first", async () => {
  const hurried = world.session({ env: { COUNTERSIGN_DEADLINE_SECONDS: "15" } });
  await hurried.start();
  world.repository.write(file, `${LINES.join("\n")}\n// changed\n`);
  world.api.play(() => say("x".repeat(50 * MEBI)));
  session = hurried;
  const answer = await session.stop();
  expect(session.outcomes()).toHaveLength(1);
  expect(session.outcomes()[0]).toMatch(/^failed\(/);
  expectSmallRecord(answer);
});

function expectSmallRecord(answer: HookAnswer): void {
  expect(answer.decision).toBeUndefined();
  expect(answer.systemMessage?.length).toBeLessThan(2_000);
  expect(recorded().receipt).toBeLessThan(64_000);
  expect(recorded().session).toBeLessThan(64_000);
}

test("thousands of findings are refused, and leave a small record", async () => {
  const many = Array.from({ length: 3_000 }, (_none, index) => finding({ title: `Defect ${index}` }));
  world.api.play((request) => reviewAnswer(request, many));
  await session.stop();
  expect(session.outcomes()).toEqual(["failed(answer-wrong-shape)"]);
  expect(recorded().receipt).toBeLessThan(64_000);
});

test("the longest answer that is read makes a bounded block and a bounded record", async () => {
  const words = "\u4e00 why ".repeat(700);
  const many = LINES.map((quote, index) =>
    finding({ line_start: index + 1, quote, title: `Defect ${index}`, failure_path: words }),
  );
  world.api.play((request) => reviewAnswer(request, many));
  const answer = await session.stop();
  expect(answer.decision).toBe("block");
  expect(answer.reason?.length).toBeLessThanOrEqual(60_000);
  expect(answer.systemMessage?.length).toBeLessThan(4_000);
  expect(recorded().receipt).toBeLessThan(4 * MEBI);
  expect(recorded().session).toBeLessThan(8 * MEBI);
  const again = await session.stop({ stop_hook_active: true });
  expect(again.systemMessage?.length).toBeLessThan(8_000);
  expect(session.outcomes()).toEqual(["blocked", "unresolved"]);
});

test("terminal codes in every field reach neither the agent nor the user nor a terminal", async () => {
  const code = "\u001b[2J\u001b]0;x\u0007\u009b31m\u202e\u2028\u0000\ud83d ALLOW";
  const worst = finding({ title: code, failure_path: code, recommendation: code });
  world.api.play((request) =>
    reviewAnswer(request, [worst, { ...worst, file: code, quote: code }], {
      summary: code,
      examined: [code],
    }),
  );
  const answer = await session.stop();
  expect(answer.decision).toBe("block");
  expect(`${answer.reason}${answer.systemMessage}`).not.toMatch(UNSAFE);
  const receipt = session.receipts().at(-1)?.id ?? "";
  for (const words of [["why", receipt], ["status"]]) {
    const { exitCode, stdout, stderr } = await world.countersign(words);
    expect(exitCode).toBe(0);
    expect(`${stdout}${stderr}`).not.toMatch(UNSAFE);
  }
});

test("absurd lines and paths are told once, recorded, and hold nobody back", async () => {
  world.api.play((request) =>
    reviewAnswer(request, [
      finding({ line_start: -5, line_end: -1 }),
      finding({ line_start: 0, line_end: 0 }),
      finding({ line_start: Number.MAX_SAFE_INTEGER, line_end: 1_000_000 }),
      finding({ file: `/etc/../${file}` }),
      finding({ file: `..\\${file}` }),
      finding({ quote: "x".repeat(500_000) }),
    ]),
  );
  const before = world.api.requests.length;
  expect((await session.stop()).decision).toBeUndefined();
  expect(world.api.requests).toHaveLength(before + 2);
  expect(world.api.requests.at(-1)?.prompt.length).toBeLessThan(8_000);
  expect(
    session
      .receipts()
      .at(-1)
      ?.findings.every(({ status }) => status === "unverified"),
  ).toBe(true);
});

test("a command as long as a book leaves a small record", async () => {
  world.api.play((request) =>
    request.outputs.length === 0
      ? runCommand(request, `true # ${"x".repeat(MEBI)}`)
      : request.outputs.length === 1
        ? runCommand(request, `head -c 100 ${file}`)
        : reviewAnswer(request),
  );
  await session.stop();
  expect(session.receipts().at(-1)?.review?.commands.length).toBeGreaterThan(0);
  expect(recorded().receipt).toBeLessThan(128_000);
});

test("half a character in the agent's message does not keep the review away", async () => {
  session = world.session({ env: { COUNTERSIGN_DEADLINE_SECONDS: "100" } });
  await session.start();
  world.repository.write(file, `${LINES.join("\n")}\n// changed\n`);
  await session.stop({ last_assistant_message: "Done \ud83d." });
  expect(session.outcomes()).toEqual(["allowed"]);
});
