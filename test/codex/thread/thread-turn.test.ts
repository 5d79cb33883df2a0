import { expect, test } from "vitest";
import { CodexFault } from "#codex/fault.ts";
import type { RunThread } from "#codex/thread/open-thread.ts";
import { runOnThread, type ThreadTask } from "#codex/thread/thread-turn.ts";
import { type ScriptedServer, scriptedServer } from "#test/scripted-server.ts";

const THREAD: RunThread = {
  id: "t-1",
  cwd: "/work",
  model: "gpt",
  modelProvider: "openai",
  rolloutPath: undefined,
};
const TURN: ThreadTask = { kind: "turn", prompt: "Hi", effort: undefined, schema: undefined };
const REVIEW: ThreadTask = { kind: "review", target: { type: "uncommittedChanges" } };

function scripted(): ScriptedServer {
  const scene: ScriptedServer = scriptedServer({
    "turn/start": () => ({ turn: { id: "a" } }),
    "review/start": () => ({ turn: { id: "a" } }),
    "turn/interrupt": () => {
      say(scene, "turn/completed", { turn: { id: "a", status: "interrupted" } });
      return {};
    },
  });
  return scene;
}

function say(scene: ScriptedServer, method: string, params: object): void {
  scene.say(method, { threadId: "t-1", ...params });
}

const run = (scene: ScriptedServer, task: ThreadTask, signal = new AbortController().signal) =>
  runOnThread(scene.server, { thread: THREAD, task }, () => undefined, signal);

test("a review is the turn with which it was started, whatever other turn does its work", async () => {
  const scene = scripted();
  const running = run(scene, REVIEW);
  await Promise.resolve();
  say(scene, "turn/started", { turn: { id: "b" } });
  say(scene, "turn/completed", { turn: { id: "b", status: "completed" } });
  say(scene, "item/completed", { turnId: "a", item: { type: "exitedReviewMode", review: "All well." } });
  say(scene, "turn/completed", { turn: { id: "a", status: "completed" } });
  const seen = await running;
  expect(seen).toMatchObject({ turnIds: ["a", "b"], review: "All well." });
  expect(seen.end).toMatchObject({ kind: "completed", turn: { id: "a" } });
});

test("a turn of somebody else on the thread is none of this run's", async () => {
  const scene = scripted();
  const running = run(scene, TURN);
  await Promise.resolve();
  say(scene, "item/completed", { turnId: "b", item: { type: "agentMessage", text: "Not mine" } });
  say(scene, "item/completed", { turnId: "a", item: { type: "agentMessage", text: "Mine" } });
  say(scene, "turn/completed", { turn: { id: "a", status: "completed" } });
  expect((await running).record.message).toBe("Mine");
});

test.each([
  ["a provider that limits the rate", { codexErrorInfo: "rateLimitExceeded", message: "x" }, "rate-limit"],
  [
    "one that is not there",
    { message: "x", additionalDetails: "Connection failed: x" },
    "provider-unreachable",
  ],
  ["nobody at all", undefined, "provider-silent"],
] as const)("a deadline that comes while Codex waits for %s is told as that", async (_, error, kind) => {
  const scene = scripted();
  const deadline = new AbortController();
  const running = run(scene, TURN, deadline.signal);
  await Promise.resolve();
  if (error !== undefined) say(scene, "error", { turnId: "a", willRetry: true, error });
  deadline.abort(new CodexFault({ kind: "deadline", seconds: 6, waitingFor: "its end" }));
  const { end } = await running;
  expect(end).toMatchObject({ kind: "broken", error: { failure: { kind } } });
  expect(scene.asked.map(({ method }) => method)).toEqual([
    "turn/start",
    "turn/interrupt",
    "thread/backgroundTerminals/clean",
  ]);
});

test("a turn that worked until the deadline ran out of time", async () => {
  const scene = scripted();
  const deadline = new AbortController();
  const running = run(scene, TURN, deadline.signal);
  await Promise.resolve();
  say(scene, "error", { turnId: "a", willRetry: true, error: { message: "Reconnecting... 1/5" } });
  say(scene, "item/completed", { turnId: "a", item: { type: "agentMessage", text: "So far" } });
  deadline.abort(new CodexFault({ kind: "deadline", seconds: 6, waitingFor: "its end" }));
  expect(await running).toMatchObject({
    record: { message: "So far" },
    end: { kind: "broken", error: { failure: { kind: "deadline" } } },
  });
});

test("what was ended before it began is not started", async () => {
  const scene = scripted();
  const seen = await run(scene, TURN, AbortSignal.abort(new Error("ended by SIGINT")));
  expect(seen).toMatchObject({ turnIds: [], end: { kind: "broken" } });
  expect(scene.asked).toEqual([]);
});

test("half a character is no text, and is replaced", async () => {
  const scene = scripted();
  const running = run(scene, { ...TURN, prompt: "a\ud800b" });
  await Promise.resolve();
  say(scene, "turn/completed", { turn: { id: "a", status: "completed" } });
  await running;
  expect(scene.asked[0]?.params).toMatchObject({ input: [{ type: "text", text: "a\ufffdb" }] });
});
