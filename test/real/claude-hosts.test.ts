import { expect, test } from "vitest";
import { printClaude, runClaude, startClaude } from "#test/claude-process.ts";
import { ask } from "#test/claude-world.ts";
import { countingScene } from "#test/counting-scene.ts";
import { inEach, inOrder } from "#test/messages-api.ts";
import type { Action } from "#test/messages-stream.ts";
import { closedGate, reviewAnswer } from "#test/reviewer-action.ts";

const { world, write } = countingScene();
const say = (text: string): Action => ({ kind: "say", text });
const writesOne = () => inOrder(write(1), say("I wrote it."), say("It is right."));

function withEnvironment(env: Readonly<Record<string, string>>) {
  return { ...world().options, env: { ...world().options.env, ...env } };
}

test("a fork of a session still owes what that one was held back for", async () => {
  world().messages.play(writesOne());
  const { sessionId } = await runClaude({ ...world().options, prompt: "count" });
  expect(world().outcomes(sessionId)).toEqual(["blocked", "unresolved"]);
  const args = ["--resume", sessionId, "--fork-session"];
  world().messages.play(inOrder(say("It is still right.")));
  const fork = await runClaude({ ...world().options, args, prompt: "are you sure?" });
  expect(fork.sessionId).not.toBe(sessionId);
  expect(world().outcomes(fork.sessionId)).toEqual(["unresolved"]);
  world().messages.play(inOrder(write(2), say("It is two.")));
  await runClaude({ ...world().options, args: ["--resume", fork.sessionId], prompt: "make it two" });
  expect(world().outcomes(fork.sessionId)).toEqual(["unresolved", "allowed"]);
});

test("where headless sessions are only advised, the finding is told and nobody is held back", async () => {
  world().messages.play(writesOne());
  const options = withEnvironment({ COUNTERSIGN_HEADLESS: "advise" });
  const run = await runClaude({ ...options, prompt: "count" });
  expect(world().outcomes(run.sessionId)).toEqual(["advised"]);
  const said = run.events.filter(({ subtype }) => subtype === "informational").map(({ content }) => content);
  expect(said.join("\n")).toContain("It is one");
  expect(run.events.find(({ type }) => type === "result")).toMatchObject({ result: "I wrote it." });
});

test("where the gate is off for headless sessions, they cost no review and no record", async () => {
  const before = world().reviews.requests.length;
  world().messages.play(inOrder(write(1), say("I wrote it.")));
  const options = withEnvironment({ COUNTERSIGN_HEADLESS: "off" });
  const run = await runClaude({ ...options, prompt: "count" });
  expect(world().outcomes(run.sessionId)).toEqual([]);
  expect(world().reviews.requests).toHaveLength(before);
});

test("a headless session that prints JSON prints one object, though it was held back", async () => {
  world().messages.play(inOrder(write(1), say("I wrote it."), write(2), say("It is two.")));
  const args = ["--output-format", "json"];
  const { stdout, stderr } = await printClaude({ ...world().options, prompt: "count", args });
  expect(JSON.parse(stdout)).toMatchObject({ type: "result", result: "It is two.", is_error: false });
  expect(stderr).toBe("");
});

test("compaction in a terminal keeps what is owed", async () => {
  world().messages.play(writesOne());
  const known = world().outcomes().length;
  const screen = await world().openTerminal();
  await ask(screen, "count", "It is right.");
  await screen.type("/compact");
  await screen.press("Enter");
  await screen.shows("Compacted");
  world().messages.play(inOrder(say("Nothing more.")));
  await ask(screen, "are you sure?", "Nothing more.");
  await screen.close();
  expect(world().outcomes().slice(known)).toEqual(["blocked", "unresolved", "unresolved"]);
});

test("two hosts on one session: one file of record, a chain that holds, and nothing is reviewed twice", async () => {
  world().messages.play(inOrder(say("Hello.")));
  const { sessionId } = await runClaude({ ...world().options, prompt: "hello" });
  const gate = closedGate();
  const before = world().reviews.requests.length;
  world().reviews.play((request) => ({
    kind: "hold",
    until: gate.opened.then(() => reviewAnswer(request)),
  }));
  world().messages.play(inEach(say("Hello."), write(2), say("Done.")));
  const args = ["--resume", sessionId];
  const first = startClaude({ ...world().options, args, prompt: "make it two" });
  const second = startClaude({ ...world().options, args, prompt: "make it two" });
  await world().reviews.requested(before + 1);
  gate.open();
  const runs = await Promise.all([first.done, second.done]);
  expect(runs.map(({ exitCode }) => exitCode)).toEqual([0, 0]);
  expect(world().reviews.requests).toHaveLength(before + 1);
  expect(world().outcomes(sessionId)[0]).toBe("skipped(unchanged)");
  expect(world().outcomes(sessionId).slice(1).toSorted()[0]).toBe("allowed");
  expect(world().outcomes(sessionId)).toHaveLength(3);
  expect(await world().countersign(["audit", "runs"])).toMatchObject({ exitCode: 0 });
});
