import { expect, test } from "vitest";
import type { AppServer, Notification } from "#codex/app-server.ts";
import { CodexFault } from "#codex/fault.ts";
import { type TurnWatch, watchTurn } from "#codex/turn-watch.ts";

const THREAD = "thread-1";

type Line = { readonly watch: TurnWatch; say(method: string, params: object): void; listeners(): number };

/** A watch on a connection that says what the test says. */
function line(): Line {
  const listeners = new Set<(notification: Notification) => void>();
  const server: AppServer = {
    kind: "private",
    version: "0.169.0",
    codexHome: "/nowhere",
    lost: new AbortController().signal,
    request: () => Promise.reject(new Error("nothing is asked")),
    listen(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    close: () => Promise.resolve(),
  };
  return {
    watch: watchTurn(server, THREAD),
    say(method, params) {
      for (const listener of listeners) listener({ method, params: { threadId: THREAD, ...params } });
    },
    listeners: () => listeners.size,
  };
}

function troubleOf(watch: TurnWatch): unknown {
  const { reason }: { reason: unknown } = watch.trouble;
  return reason instanceof CodexFault ? reason.failure : reason;
}

const answer = (text: string, phase: string | null = null) => ({
  item: { type: "agentMessage", text, phase },
});
const ended = (id: string, status = "completed") => ({ turn: { id, status } });

test("what comes before the turn's name is known is not lost", async () => {
  const { watch, say } = line();
  say("item/completed", { turnId: "t1", ...answer("early") });
  say("turn/completed", ended("t1"));
  expect(watch.record().message).toBeUndefined();
  watch.name("t1");
  expect(watch.record().message).toBe("early");
  expect(await watch.ended).toMatchObject({ id: "t1", status: "completed" });
});

test("other threads, other turns and comments on the way do not count", async () => {
  const { watch, say } = line();
  watch.name("t1");
  say("item/completed", { turnId: "t1", ...answer("mine", "final_answer") });
  say("item/completed", { turnId: "t1", ...answer("on the way", "commentary") });
  say("item/completed", { turnId: "t2", ...answer("of another turn") });
  say("item/completed", { threadId: "thread-2", turnId: "t1", ...answer("of another thread") });
  say("turn/completed", ended("t2", "failed"));
  say("turn/completed", { threadId: "thread-2", ...ended("t1", "failed") });
  say("turn/completed", ended("t1"));
  expect(await watch.ended).toMatchObject({ status: "completed" });
  expect(watch.record()).toMatchObject({ message: "mine" });
});

test("a retried turn's last answer holds", () => {
  const { watch, say } = line();
  watch.name("t1");
  say("item/completed", { turnId: "t1", ...answer("first try") });
  say("item/completed", { turnId: "t1", ...answer("second try") });
  expect(watch.record().message).toBe("second try");
});

test.each(["item/commandExecution/requestApproval", "item/tool/requestUserInput", "execCommandApproval"])(
  "%s on our thread is trouble",
  (method) => {
    const { watch, say } = line();
    watch.name("t1");
    say(method, { threadId: "thread-2" });
    expect(watch.trouble.aborted).toBe(false);
    say(method, {});
    expect(troubleOf(watch)).toEqual({ kind: "approval-asked", method });
  },
);

test("an unreachable provider is trouble at the second notice in a row", () => {
  const { watch, say } = line();
  const notice = {
    turnId: "t1",
    willRetry: true,
    error: { message: "Reconnecting... waiting for network", additionalDetails: "Connection failed: x" },
  };
  watch.name("t1");
  say("error", notice);
  say("item/completed", { turnId: "t1", ...answer("it came back") });
  say("error", notice);
  expect(watch.trouble.aborted).toBe(false);
  say("error", notice);
  expect(troubleOf(watch)).toEqual({ kind: "provider-unreachable", detail: "Connection failed: x" });
});

test("an error that is not retried is left to the turn's end", () => {
  const { watch, say } = line();
  watch.name("t1");
  say("error", { turnId: "t1", willRetry: false, error: { message: "x", codexErrorInfo: "unauthorized" } });
  expect(watch.trouble.aborted).toBe(false);
});

test("a notification of another shape is trouble, not silence", () => {
  const { watch, say } = line();
  watch.name("t1");
  say("item/completed", { turnId: "t1", item: { type: "agentMessage", text: 7 } });
  expect(troubleOf(watch)).toMatchObject({ kind: "protocol", method: "item/completed" });
});

test("commands and a failed sandbox are told", () => {
  const { watch, say, listeners } = line();
  watch.name("t1");
  const command = { type: "commandExecution", command: "ls", status: "failed", exitCode: null };
  say("item/completed", {
    turnId: "t1",
    item: { ...command, aggregatedOutput: "bwrap: Creating new namespace failed: x" },
  });
  say("item/completed", {
    turnId: "t1",
    item: { ...command, exitCode: 2, aggregatedOutput: "no bwrap: here" },
  });
  expect(watch.record().commands).toEqual([
    { command: "ls", status: "failed", exitCode: undefined, sandboxFailed: true },
    { command: "ls", status: "failed", exitCode: 2, sandboxFailed: false },
  ]);
  watch.stop();
  expect(listeners()).toBe(0);
});
