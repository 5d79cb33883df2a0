import { expect, test } from "vitest";
import * as z from "zod/mini";
import type { AppServer } from "#codex/connection/app-server.ts";
import { CodexFault } from "#codex/fault.ts";
import { Turn } from "#codex/protocol.ts";
import type { ReviewThread } from "#codex/review/review-thread.ts";
import { runTurn } from "#codex/review/turn.ts";
import { eventuallyAsync } from "#test/eventually.ts";
import type { Script } from "#test/responses-api.ts";
import {
  closeThread,
  openReviewServer,
  openThread,
  type ReviewPlace,
  reviewPlace,
  timeLimit,
} from "#test/review-server.ts";
import {
  type Action,
  closedGate,
  refuse,
  reviewAnswer,
  runCommand,
  say,
  usageLimit,
} from "#test/reviewer-action.ts";
import { eventually, pidsOf } from "#test/shared-server.ts";

const ASK = { prompt: "Look at this.\nrequest_id: nonce-1", schema: { type: "object" }, effort: "high" };

type Scene = { readonly place: ReviewPlace; readonly server: AppServer; readonly thread: ReviewThread };

async function scene(
  script: Script,
  retries: { requestRetries?: number; streamRetries?: number } = {},
): Promise<Scene> {
  const place = await reviewPlace(script, retries);
  const server = await openReviewServer(place);
  return { place, server, thread: await openThread(server, place) };
}

/** The status of the thread's last turn, as the server has it on record. */
async function lastStatus({ server, thread }: Scene): Promise<string | undefined> {
  const Read = z.looseObject({
    thread: z.looseObject({ status: z.looseObject({ type: z.string() }), turns: z.array(Turn) }),
  });
  const params = { threadId: thread.id, includeTurns: true };
  const read = () => server.request("thread/read", params, Read, timeLimit());
  // The interrupt was asked for; the server has its own time to carry it out.
  await eventuallyAsync(
    async () => (await read()).thread.status.type !== "active",
    () => "no turn runs any more",
  );
  return (await read()).thread.turns.at(-1)?.status;
}

async function failureOf(run: Promise<unknown>): Promise<object> {
  const error = await run.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (error instanceof CodexFault) return error.failure;
  throw new Error("the turn did not fail with a CodexFault", { cause: error });
}

test("a completed turn carries its answer, its commands and what it used", async () => {
  const { place, server, thread } = await scene((request) =>
    request.outputs.length === 0 ? runCommand(request, "echo hi; exit 3") : reviewAnswer(request),
  );
  const before = Date.now();
  const turn = await runTurn(server, thread, ASK, timeLimit());
  expect(JSON.parse(turn.message ?? "")).toMatchObject({ request_id: "nonce-1", decision: "ALLOW" });
  expect(turn.commands).toEqual([
    {
      command: expect.stringContaining("echo hi; exit 3"),
      cwd: place.root,
      exitCode: 3,
      status: "failed",
      actions: [],
      complained: false,
      sandboxFailed: false,
      outsideSandbox: false,
    },
  ]);
  expect(turn).toMatchObject({ fileChanges: [], foreignTools: [] });
  expect(turn.usage).toEqual({ input: 200, cachedInput: 20, output: 40, reasoning: 10 });
  expect(turn.startedAt).toBeGreaterThan(before - 2_000);
  expect(turn.completedAt).toBeLessThan(Date.now() + 1_000);
  expect(place.api.requests[0]).toMatchObject({
    effort: "high",
    schema: { type: "object" },
    prompt: ASK.prompt,
  });
});

test("an empty answer completes a turn without a message", async () => {
  const { server, thread } = await scene(() => ({ kind: "empty" }));
  expect(await runTurn(server, thread, ASK, timeLimit())).toMatchObject({ message: undefined, commands: [] });
});

const soon = Math.floor(Date.now() / 1000) + 5400;
const FAILURES: readonly (readonly [string, Action, object])[] = [
  ["401", refuse(401, { message: "bad key" }), { kind: "not-signed-in" }],
  ["403", refuse(403, { message: "no access" }), { kind: "not-signed-in" }],
  [
    "404 of the model",
    refuse(404, { code: "model_not_found", message: "no model x" }),
    { kind: "model-not-found" },
  ],
  ["400", refuse(400, { message: "not like this" }), { kind: "request-refused" }],
  ["a usage limit", usageLimit(soon), { kind: "usage-limit" }],
  ["429", refuse(429, { message: "slow" }), { kind: "rate-limit", retryAt: undefined }],
  ["500", refuse(500, { message: "boom" }), { kind: "provider-overloaded" }],
  ["503", refuse(503, { code: "server_is_overloaded", message: "full" }), { kind: "provider-overloaded" }],
  [
    "a context that is too large",
    refuse(400, { code: "context_length_exceeded", message: "long" }),
    { kind: "context-too-large" },
  ],
  [
    "a failed response",
    { kind: "fail", code: "rate_limit_exceeded", message: "Please try again in 900s." },
    { kind: "rate-limit" },
  ],
  [
    "a stream that is cut after some text",
    { kind: "cut", text: '{"decision":"ALLOW"}' },
    { kind: "stream-cut" },
  ],
];

test.each(FAILURES)("%s fails the turn, and the turn is over", async (_name, action, failure) => {
  const stage = await scene(() => action);
  expect(await failureOf(runTurn(stage.server, stage.thread, ASK, timeLimit()))).toMatchObject(failure);
  expect(await lastStatus(stage)).toBe("failed");
});

test("a usage limit says when it ends", async () => {
  const { server, thread } = await scene(() => usageLimit(soon));
  const failure = await failureOf(runTurn(server, thread, ASK, timeLimit()));
  const { resetsAt } = z.parse(z.looseObject({ resetsAt: z.number() }), failure);
  expect(Math.abs(resetsAt - soon * 1_000)).toBeLessThanOrEqual(60_000);
});

test("what Codex would retry for long, or for ever, is given up early", async () => {
  const after = await scene(() => refuse(429, { message: "slow" }, { "retry-after": "3600" }), {
    streamRetries: 5,
  });
  const limited = failureOf(runTurn(after.server, after.thread, ASK, timeLimit()));
  const bad = await scene(() => refuse(401, { message: "bad key" }), { streamRetries: 5 });
  expect(await failureOf(runTurn(bad.server, bad.thread, ASK, timeLimit()))).toMatchObject({
    kind: "not-signed-in",
  });
  expect(bad.place.api.requests.length).toBeLessThan(3);
  expect(await lastStatus(bad)).toBe("interrupted");

  const gone = await scene(() => say("never"));
  await gone.place.api.close();
  expect(await failureOf(runTurn(gone.server, gone.thread, ASK, timeLimit()))).toMatchObject({
    kind: "provider-unreachable",
  });
  expect(await lastStatus(gone)).toBe("interrupted");

  expect(await limited).toMatchObject({ kind: "rate-limit" });
  expect(after.place.api.requests).toHaveLength(1);
  expect(await lastStatus(after)).toBe("interrupted");
});

test.each<readonly [string, Action]>([
  ["never sends headers", { kind: "silent" }],
  ["never ends its stream", { kind: "hold", until: new Promise(() => undefined) }],
])("a provider that %s is left at the deadline", async (_name, action) => {
  const stage = await scene(() => action);
  const deadline = new AbortController();
  const run = runTurn(stage.server, stage.thread, ASK, deadline.signal);
  await stage.place.api.requested(1);
  const reason = new CodexFault({ kind: "deadline", seconds: 1, waitingFor: "the answer" });
  deadline.abort(reason);
  expect(await failureOf(run)).toMatchObject({ kind: "provider-silent", seconds: 1 });
  expect(await lastStatus(stage)).toBe("interrupted");
  await stage.place.api.idle();
});

test("an aborted turn leaves no command running", async () => {
  const marker = `sleep 4${process.pid}`;
  const stage = await scene((request) =>
    request.outputs.length > 0 ? { kind: "silent" } : runCommand(request, `${marker}; echo woke`),
  );
  const user = new AbortController();
  const run = runTurn(stage.server, stage.thread, ASK, user.signal);
  await eventually(() => pidsOf(marker).length > 0);
  user.abort(new Error("enough"));
  await expect(run).rejects.toThrow("enough");
  await eventually(() => pidsOf(marker).length === 0);
  expect(await lastStatus(stage)).toBe("interrupted");
});

test("a command that a completed turn left running ends with it", async () => {
  const marker = `sleep 5${process.pid}`;
  const runs = (): boolean => pidsOf(marker).length > 0;
  const script: Script = async (request) => {
    if (request.outputs.length === 0) return runCommand(request, marker, 300);
    await eventually(runs);
    return say("done");
  };
  const { server, thread } = await scene(script);
  const { leftRunning } = await runTurn(server, thread, ASK, timeLimit());
  expect(leftRunning).toMatchObject([{ command: { command: expect.stringContaining(marker) } }]);
  await eventually(() => !runs());
  await closeThread(server, thread);
});

test("an abort before the start starts nothing, and one during the start still stops the turn", async () => {
  const stage = await scene(() => ({ kind: "silent" }));
  await expect(runTurn(stage.server, stage.thread, ASK, AbortSignal.abort(new Error("no")))).rejects.toThrow(
    "no",
  );
  expect(stage.place.api.requests).toHaveLength(0);
  const early = new AbortController();
  const run = runTurn(stage.server, stage.thread, ASK, early.signal);
  early.abort(new Error("at once"));
  await expect(run).rejects.toThrow("at once");
  expect(await lastStatus(stage)).toBe("interrupted");
});

test("two threads on one server do not mix", async () => {
  const gate = closedGate();
  const stage = await scene(async (request) => {
    if (request.prompt === "slow") await gate.opened;
    if (request.prompt === "fails") return refuse(400, { message: "this one fails" });
    return say(`answer to ${request.prompt}`);
  });
  const { server, place, thread } = stage;
  const [second, third] = await Promise.all([openThread(server, place), openThread(server, place)]);
  const slow = runTurn(server, thread, { ...ASK, prompt: "slow" }, timeLimit());
  const failed = failureOf(runTurn(server, third, { ...ASK, prompt: "fails" }, timeLimit()));
  const quick = await runTurn(server, second, { ...ASK, prompt: "quick" }, timeLimit());
  expect(quick).toMatchObject({ message: "answer to quick", usage: { input: 100 } });
  expect(await failed).toMatchObject({ kind: "request-refused" });
  gate.open();
  expect(await slow).toMatchObject({ message: "answer to slow", usage: { input: 100 } });
});

test("a server that dies in mid-turn ends the turn", async () => {
  const { place, server, thread } = await scene(() => ({ kind: "silent" }));
  const run = failureOf(runTurn(server, thread, ASK, timeLimit()));
  await place.api.requested(1);
  const [pid, ...others] = pidsOf(`"${place.home.codexHome}/auth.json"="deny"`);
  if (pid === undefined || others.length > 0) throw new Error("the server's process was not found");
  process.kill(pid, "SIGKILL");
  expect(await run).toMatchObject({ kind: "server-died" });
});
