import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { parseShape } from "#base/json.ts";
import type { AppServer, Notification } from "#codex/connection/app-server.ts";
import { CodexFault } from "#codex/fault.ts";
import type { ReviewThread } from "#codex/review/review-thread.ts";
import { type CompletedTurn, runTurn } from "#codex/review/turn.ts";
import { QUIET_MS } from "#codex/turn/turn-on-record.ts";

const THREAD: ReviewThread = {
  id: "thread-1",
  root: import.meta.dirname,
  resumed: false,
  notResumed: undefined,
  model: "gpt-5.5",
  modelProvider: "stand-in",
  effort: "low",
  cliVersion: "0.169.0",
  instructionSources: [],
  rolloutPath: undefined,
  sandbox: "profile",
  probe: { kind: "holds" },
};
const ANSWER = { turnId: "t1", item: { type: "agentMessage", text: "ALLOW", phase: "final_answer" } };
const DEADLINE = new CodexFault({ kind: "deadline", seconds: 240, waitingFor: "the review" });

/** A turn whose answer came and whose end is never told; `record` is what the server has of it. */
type Lost = {
  record: () => object;
  readonly asked: readonly string[];
  readonly deadline: AbortController;
  readonly run: Promise<CompletedTurn>;
};

async function answeredTurn(record: () => object): Promise<Lost> {
  const listeners = new Set<(notification: Notification) => void>();
  const asked: string[] = [];
  const say = (method: string, params: object): void => {
    for (const listener of listeners) listener({ method, params: { threadId: THREAD.id, ...params } });
  };
  const server: AppServer = {
    kind: "private",
    version: "0.169.0",
    codexHome: "/nowhere",
    lost: new AbortController().signal,
    request: async (method, _params, result) => {
      asked.push(method);
      if (method === "turn/interrupt") say("turn/completed", { turn: { id: "t1", status: "interrupted" } });
      if (method === "thread/read") return parseShape({ thread: { turns: [7, lost.record()] } }, result);
      return parseShape(method === "turn/start" ? { turn: { id: "t1" } } : {}, result);
    },
    listen(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    close: () => Promise.resolve(),
  };
  const deadline = new AbortController();
  const request = { prompt: "Look.", schema: {}, effort: "low" };
  const lost: Lost = { record, asked, deadline, run: runTurn(server, THREAD, request, deadline.signal) };
  lost.run.catch(() => undefined);
  await vi.advanceTimersByTimeAsync(1);
  say("item/completed", ANSWER);
  return lost;
}

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

test("an end that was not told is found on record", async () => {
  const lost = await answeredTurn(() => ({ id: "t1", status: "inProgress" }));
  await vi.advanceTimersByTimeAsync(3 * QUIET_MS);
  lost.record = () => ({ id: "t1", status: "completed", completedAt: 7 });
  await vi.advanceTimersByTimeAsync(QUIET_MS);
  expect(await lost.run).toMatchObject({ id: "t1", message: "ALLOW", completedAt: 7_000 });
  const asked = lost.asked.length;
  await vi.advanceTimersByTimeAsync(3 * QUIET_MS);
  expect(lost.asked).toHaveLength(asked);
});

test("nobody asks while nothing is overdue", async () => {
  const lost = await answeredTurn(() => ({ id: "t1", status: "completed" }));
  await vi.advanceTimersByTimeAsync(QUIET_MS - 10);
  expect(lost.asked).toEqual(["turn/start"]);
});

test.each<readonly [string, object, object]>([
  ["failed", { error: { message: "x", codexErrorInfo: "unauthorized" } }, { kind: "not-signed-in" }],
  ["interrupted", {}, { kind: "turn-interrupted" }],
])("a turn that is %s on record is no answer", async (status, more, failure) => {
  const lost = await answeredTurn(() => ({ id: "t1", status, ...more }));
  await vi.advanceTimersByTimeAsync(QUIET_MS);
  await expect(lost.run).rejects.toMatchObject({ failure });
});

test.each<readonly [string, () => object]>([
  ["still runs", () => ({ id: "t1", status: "inProgress" })],
  ["is in a state that nobody knows", () => ({ id: "t1", status: "finishing" })],
  ["is not among its turns", () => ({ id: "t2", status: "completed" })],
  ["has a form that nobody knows", () => ({ id: "t1" })],
  [
    "is refused",
    () => {
      throw new CodexFault({ kind: "protocol", method: "thread/read", detail: "no" });
    },
  ],
])("an answer in a turn that %s is none: it is interrupted at the deadline", async (_name, record) => {
  const lost = await answeredTurn(record);
  await vi.advanceTimersByTimeAsync(4 * QUIET_MS);
  expect(lost.asked.filter((method) => method === "thread/read").length).toBeGreaterThan(2);
  lost.deadline.abort(DEADLINE);
  await vi.advanceTimersByTimeAsync(10_000);
  await expect(lost.run).rejects.toBe(DEADLINE);
  expect(lost.asked).toContain("turn/interrupt");
});
