import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { hookResponses, printClaude, runClaude } from "#test/claude-process.ts";
import { type ClaudeWorld, makeClaudeWorld } from "#test/claude-world.ts";
import { inEach } from "#test/messages-api.ts";
import { type Action, editFile, writeFile } from "#test/messages-stream.ts";
import { answersSoFar, stopFeedback } from "#test/model-request.ts";
import type { Script } from "#test/responses-api.ts";
import { closedGate, reviewAnswer } from "#test/reviewer-action.ts";

const WRONG = "export const total = (a, b) => a - b;";
const RIGHT = "export const total = (a, b) => a + b;";

let world: ClaudeWorld;
let file: string;
let before: { readonly reviews: number; readonly messages: number };
let files = 0;
beforeAll(async () => {
  world = await makeClaudeWorld();
  expect(await world.countersign(["setup", "--scope", "user"])).toMatchObject({ exitCode: 0, stderr: "" });
});
beforeEach(() => {
  files += 1;
  file = `src/total-${files}.js`;
  before = { reviews: world.reviews.requests.length, messages: world.messages.requests.length };
  world.reviews.play(findsTheBug);
});
afterAll(async () => {
  expect(world.messages.surprises).toEqual([]);
  expect(world.reviews.others).toEqual([]);
  await world.close();
});

const say = (text: string): Action => ({ kind: "say", text });
const path = () => join(world.repository.root, file);
const reviewsMade = () => world.reviews.requests.length - before.reviews;
/** What stop hooks told the agent, one entry for each request of this test. */
const feedback = () => world.messages.requests.slice(before.messages).map(stopFeedback);
const newOutcomes = (known: number) => world.outcomes().slice(known);

/** Finds the bug while it is there. */
const findsTheBug: Script = (request) => {
  const quote = readFileSync(path(), "utf8").trimEnd();
  if (quote !== WRONG) return reviewAnswer(request);
  return reviewAnswer(request, [{ file, line_start: 1, quote, title: "It subtracts" }]);
};

const writesAndMends = () =>
  inEach(
    writeFile(path(), `${WRONG}\n`),
    say("I wrote total."),
    editFile(path(), "a - b", "a + b"),
    say("It adds now."),
  );

test("a headless session is held back with the finding, mends it, and is signed", async () => {
  world.messages.play(writesAndMends());
  const run = await runClaude({ ...world.options, prompt: "write total" });

  expect(run).toMatchObject({ exitCode: 0, stderr: "" });
  expect(run.events.find(({ type }) => type === "result")).toMatchObject({
    result: "It adds now.",
    is_error: false,
  });
  expect(readFileSync(path(), "utf8")).toBe(`${RIGHT}\n`);
  const told = feedback();
  expect(told.map((reasons) => reasons.length)).toEqual([0, 0, 1, 0]);
  expect(told[2]?.[0]).toContain(`[high] ${file}:1 It subtracts`);
  expect(told[2]?.[0]).toContain(`Lines: ${WRONG}`);
  expect(reviewsMade()).toBe(2);
  expect(world.outcomes(run.sessionId)).toEqual(["blocked", "allowed"]);
  const asked = world.reviews.requests.slice(-2).map(({ prompt }) => prompt);
  for (const prompt of asked) expect(prompt).toMatch(/begin request === \d+ ===\]\nwrite total\n/);
  expect(hookResponses(run, "Stop").map(({ stderr, exit_code }) => [stderr, exit_code])).toEqual([
    ["", 0],
    ["", 0],
  ]);
});

test("the agent is never told the way out, and the user is", async () => {
  world.messages.play(writesAndMends());
  const run = await runClaude({ ...world.options, prompt: "write total" });
  const shown = run.events.filter(({ subtype }) => subtype === "informational").map(({ content }) => content);
  expect(shown[0]).toContain("`!countersign skip`");
  expect(shown[1]).toMatch(/^Stop says: Countersign: signed by \S+ · 1 file · \d+ s · \S+ tokens$/);
  const sent = JSON.stringify(world.messages.requests.slice(before.messages));
  const waysOut = ["countersign skip", "countersign off"];
  expect(waysOut.filter((way) => sent.includes(way))).toEqual([]);
});

test.each([{ args: [] }, { args: ["--output-format", "text"] }])(
  "what a headless session prints is its answer and nothing else ($args)",
  async ({ args }) => {
    world.messages.play(writesAndMends());
    const printed = await printClaude({ ...world.options, prompt: "write total", args });
    expect(printed).toEqual({ stdout: "It adds now.\n", stderr: "", exitCode: 0 });
    expect(reviewsMade()).toBe(2);
  },
);

test("in a terminal the user sees the review run, the finding, the ways out and the signature", async () => {
  world.messages.play(writesAndMends());
  const gate = closedGate();
  world.reviews.play((request) => ({
    kind: "hold",
    until: gate.opened.then(async () => await findsTheBug(request)),
  }));
  const known = world.outcomes().length;
  const screen = await world.openTerminal();
  await screen.type("write total");
  await screen.press("Enter");
  await screen.shows("(Countersign: a second model reads the change… · ", "I wrote total.");
  gate.open();
  await screen.shows(
    "Stop hook reported a problem",
    `1. [high] ${file}:1 It subtracts`,
    "Stop says: Countersign: held back, 1 finding",
    "To let the next stop through: `!countersign skip`",
    "To switch the gate off for this session: `!countersign off`",
  );
  await screen.shows("It adds now.", "Stop says: Countersign: signed by gpt-5.5 · 1 file · ");
  expect(await screen.hides("esc to interrupt")).not.toContain("Stop hook failed");
  await screen.close();
  expect(newOutcomes(known)).toEqual(["blocked", "allowed"]);
});

test("an agent that only talks costs no review", async () => {
  world.messages.play(inEach(say("Nothing to do.")));
  const run = await runClaude({ ...world.options, prompt: "hello" });
  expect(reviewsMade()).toBe(0);
  expect(world.outcomes(run.sessionId)).toEqual(["skipped(unchanged)"]);
  expect(feedback()).toEqual([[]]);
});

test("an agent that changes nothing after a block is reviewed once", async () => {
  world.messages.play(inEach(writeFile(path(), `${WRONG}\n`), say("I wrote total."), say("It is right.")));
  const run = await runClaude({ ...world.options, prompt: "write total" });
  expect(run.exitCode).toBe(0);
  expect(reviewsMade()).toBe(1);
  expect(world.outcomes(run.sessionId)).toEqual(["blocked", "unresolved"]);
  expect(feedback().map((reasons) => reasons.length)).toEqual([0, 0, 1]);
});

test("an agent that edits in every round is held back three times, and then the session ends", async () => {
  world.reviews.play((request) => {
    const quote = readFileSync(path(), "utf8").trimEnd();
    return reviewAnswer(request, [{ file, line_start: 1, quote, title: "It is still wrong" }]);
  });
  world.messages.play((request) => {
    const round = answersSoFar(request);
    return round % 2 === 0 ? writeFile(path(), `export const total = ${round};\n`) : say("I tried again.");
  });
  const run = await runClaude({ ...world.options, prompt: "write total" });
  expect(run.exitCode).toBe(0);
  expect(run.events.find(({ type }) => type === "result")?.result).toBe("I tried again.");
  expect(world.outcomes(run.sessionId)).toEqual(["blocked", "blocked", "blocked", "capped(rounds)"]);
  expect(feedback().filter((reasons) => reasons.length > 0)).toHaveLength(3);
});
