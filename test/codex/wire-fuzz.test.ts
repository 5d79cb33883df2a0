import { PassThrough } from "node:stream";
import { expect, test } from "vitest";
import * as z from "zod/mini";
import type { AppServer } from "#codex/connection/app-server.ts";
import { connect } from "#codex/connection/connection.ts";
import { lineTransport, type Transport } from "#codex/connection/transport.ts";
import { CodexFault } from "#codex/fault.ts";
import { resetTime } from "#codex/turn/reset-time.ts";
import { turnFailure } from "#codex/turn/turn-failure.ts";
import { watchTurn } from "#codex/turn/turn-watch.ts";
import { anyJson, anyText, damaged, expectLinear, fuzz, mutated, nested } from "#test/fuzz.ts";
import { fc } from "#test/seeded-check.ts";

const OF_TURN = { threadId: "thread-1", turnId: "t1" };
const COMMAND = {
  type: "commandExecution",
  id: "c",
  command: "ls",
  cwd: "/r",
  source: "agent",
  status: "completed",
  exitCode: 0,
  aggregatedOutput: "x",
  commandActions: [{ type: "read", command: "cat a", name: "a", path: "/r/a" }],
};
const USAGE = { inputTokens: 1, cachedInputTokens: 1, outputTokens: 1, reasoningOutputTokens: 1 };
const ERROR = {
  message: "Reconnecting... 1/5",
  codexErrorInfo: { responseStreamDisconnected: { httpStatusCode: 429 } },
  additionalDetails: "Please try again in 1.2s.",
};
const item = (method: string, inner: object) => ({ method, params: { ...OF_TURN, item: inner } });
const MESSAGES: readonly object[] = [
  item("item/completed", { type: "agentMessage", text: "ALLOW", phase: null }),
  item("item/completed", COMMAND),
  item("item/completed", { type: "fileChange", status: "completed", changes: [{ path: "/r/a" }] }),
  item("item/completed", { type: "mcpToolCall", server: "db", tool: "drop" }),
  item("item/started", { type: "userMessage" }),
  { method: "thread/tokenUsage/updated", params: { ...OF_TURN, tokenUsage: { last: USAGE } } },
  { method: "error", params: { ...OF_TURN, error: ERROR, willRetry: true } },
  {
    method: "turn/completed",
    params: { threadId: "thread-1", turn: { id: "t1", status: "failed", error: ERROR } },
  },
  { id: 0, method: "item/commandExecution/requestApproval", params: OF_TURN },
  { id: 1, result: { thread: { id: "thread-1" } } },
  { id: 1, error: { code: -32600, message: "Server is draining" } },
];

type Played = { readonly server: AppServer; say(text: string): void; end(): void };

/** A server that answers the handshake and then says what the test says. */
async function played(): Promise<Played> {
  let onText: (text: string) => void = () => undefined;
  let onEnd: (error: Error | undefined) => void = () => undefined;
  const transport: Transport = {
    send: async (text) => {
      const { id, method } = z.parse(
        z.looseObject({ id: z.optional(z.number()), method: z.string() }),
        JSON.parse(text),
      );
      const result = { userAgent: "countersign/0.169.0 (Test)", codexHome: "/nowhere" };
      if (method === "initialize") queueMicrotask(() => onText(JSON.stringify({ id, result })));
    },
    receive: (text, end) => {
      [onText, onEnd] = [text, end];
    },
    end: () => undefined,
  };
  const wire = {
    kind: "private",
    transport,
    obituary: () => "gone",
    release: () => Promise.resolve(),
    hold: () => undefined,
  } as const;
  const server = await connect(wire, "0", AbortSignal.timeout(60_000));
  return { server, say: (text) => onText(text), end: () => onEnd(undefined) };
}

/** Says all of it while a request waits and a turn is watched; nothing but a CodexFault comes of it. */
async function hear(texts: readonly string[]): Promise<void> {
  const { server, say, end } = await played();
  const watch = watchTurn(server, "thread-1");
  watch.name("t1");
  const Result = z.looseObject({ thread: z.looseObject({ id: z.string() }) });
  const asked = server.request("thread/start", {}, Result, AbortSignal.timeout(60_000));
  const settled = asked.then(
    ({ thread }) => expect(typeof thread.id).toBe("string"),
    (error: unknown) => expect(error).toBeInstanceOf(CodexFault),
  );
  for (const text of texts) say(text);
  await new Promise((resolve) => setImmediate(resolve));
  end();
  await settled;
  const { message, commands, fileChanges, foreignTools, usage } = watch.record();
  expect(["string", "undefined"]).toContain(typeof message);
  for (const { command, actions, exitCode } of commands) {
    expect([typeof command, Array.isArray(actions), typeof (exitCode ?? 0)]).toEqual([
      "string",
      true,
      "number",
    ]);
  }
  expect(fileChanges.flatMap(({ paths }) => paths).every((path) => typeof path === "string")).toBe(true);
  expect(foreignTools.every((tool) => typeof tool === "string")).toBe(true);
  expect(Object.values(usage).every((tokens) => typeof tokens === "number")).toBe(true);
  for (const signal of [watch.trouble, server.lost]) {
    if (signal.aborted) expect(signal.reason).toBeInstanceOf(CodexFault);
  }
  watch.stop();
  await server.close();
}

test("whatever a server says, requests end and turns are told as they are or not at all", async () => {
  const odd = fc.oneof(fc.constantFrom(...MESSAGES).chain(mutated), anyJson());
  const text = fc.oneof(
    { weight: 4, arbitrary: odd.map((value) => JSON.stringify(value)) },
    { weight: 2, arbitrary: fc.constantFrom(...MESSAGES).map((message) => JSON.stringify(message)) },
    {
      weight: 1,
      arbitrary: fc
        .constantFrom(...MESSAGES)
        .chain((message) => damaged(JSON.stringify(message)))
        .map(String),
    },
    { weight: 1, arbitrary: anyText() },
  );
  await fuzz(fc.array(text, { minLength: 1, maxLength: 8 }), hear, 2);
  await hear([nested(), `{"method":"error","params":${nested()}}`, `{"id":1,"result":${nested()}}`]);
});

test("a long line costs what it is long, however it arrives", async () => {
  await expectLinear(async (size) => {
    const input = new PassThrough();
    const heard: number[] = [];
    const transport = lineTransport(input, new PassThrough(), Promise.resolve());
    transport.receive(
      (text) => heard.push(text.length),
      () => undefined,
    );
    const chunk = "x".repeat(100);
    for (let sent = 0; sent < size; sent += chunk.length) input.write(chunk);
    const flushed = new Promise((resolve) => input.once("end", resolve));
    input.end("\n");
    await flushed;
    expect(heard).toEqual([size]);
  }, 400_000);
});

test("an error is a failure with plain facts, whatever it says", async () => {
  const check = (value: unknown): void => {
    const error = z.safeParse(
      z.looseObject({ message: z.string(), additionalDetails: z.nullish(z.string()) }),
      value,
    );
    if (!error.success) return;
    const failure: Readonly<Record<string, unknown>> = turnFailure(error.data, Date.UTC(2026, 0, 1));
    expect(String(failure["detail"]).length).toBeLessThanOrEqual(600);
    for (const name of ["resetsAt", "retryAt"]) {
      const time = failure[name];
      if (time !== undefined) expect(new Date(Number(time)).getTime()).not.toBeNaN();
    }
  };
  await fuzz(mutated(ERROR), check, 2);
  await fuzz(anyText(), (message) => check({ message, codexErrorInfo: "usageLimitExceeded" }));
  const amount = fc.oneof(fc.nat(), fc.constantFrom("9".repeat(400), "1e9", "0", "1.5"));
  const told = fc.tuple(
    fc.constantFrom("in", "at"),
    amount,
    anyText(),
    fc.constantFrom("s", "d", ":99 PM", " years"),
  );
  await fuzz(told, ([word, number, text, unit]) => {
    for (const message of [
      `try again ${word} ${number}${unit}`,
      `try again ${word} Zzz ${number}th, ${number} ${number}:00 PM ${text}`,
    ])
      check({ message, codexErrorInfo: "usageLimitExceeded" });
  });
  for (const piece of ["try again in 1s ", "1s, and ", "1.1", "try again at Nov "]) {
    await expectLinear(
      (size) => void resetTime(`try again in ${piece.repeat(size / piece.length)}`, 0),
      20_000,
    );
  }
});
