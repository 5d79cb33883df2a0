import { expect, onTestFinished, test } from "vitest";
import type { AppServer, Notification } from "#codex/connection/app-server.ts";
import { CodexFault } from "#codex/fault.ts";
import { type TurnWatch, watchTurn } from "#codex/turn/turn-watch.ts";

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
  const watch = watchTurn(server, THREAD);
  onTestFinished(watch.stop);
  return {
    watch,
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
  expect(watch.record().commands).toMatchObject([
    { command: "ls", status: "failed", exitCode: undefined, sandboxFailed: true },
    { command: "ls", status: "failed", exitCode: 2, sandboxFailed: false },
  ]);
  watch.stop();
  expect(listeners()).toBe(0);
});

test("a turn is at rest once all that it left running is seen to end, and how that ended is not held against it", async () => {
  const { watch, say } = line();
  let rested = false;
  void watch.atRest.then(() => {
    rested = true;
  });
  watch.name("t1");
  const command = { type: "commandExecution", command: "ls", status: "inProgress", exitCode: null };
  for (const id of ["c1", "c2", "c3"]) say("item/started", { turnId: "t1", item: { ...command, id } });
  say("item/started", { turnId: "t1", item: { ...command, command: "no id" } });
  say("item/completed", { turnId: "t1", item: { ...command, id: "c1", exitCode: 0 } });
  say("turn/completed", ended("t1"));
  await watch.ended;
  say("item/completed", { turnId: "t1", item: { ...command, id: "c3", exitCode: -1 } });
  await Promise.resolve();
  expect(rested).toBe(false);
  say("item/completed", { turnId: "t1", item: { ...command, id: "c2", exitCode: -1 } });
  await watch.atRest;
  expect(watch.record().commands).toMatchObject([{ command: "ls", exitCode: 0 }]);
  expect(watch.record().leftRunning).toMatchObject([
    { id: "c2", gone: true, command: { exitCode: undefined } },
    { id: "c3", gone: true, command: { exitCode: undefined } },
  ]);
});

test("a turn that left nothing running is at rest when it ends", async () => {
  const { watch, say } = line();
  watch.name("t1");
  say("turn/completed", ended("t1"));
  await watch.atRest;
  expect(watch.record()).toMatchObject({ isOver: true, leftRunning: [] });
});

const aCommand = { type: "commandExecution", command: "cat a", status: "completed", exitCode: 0 };

function commandTold(item: object): unknown {
  const { watch, say } = line();
  watch.name("t1");
  say("item/completed", { turnId: "t1", item: { ...aCommand, ...item } });
  return watch.record().commands[0];
}

test("what Codex understands of a command is kept, the rest is left out", () => {
  const actions = [
    { type: "read", command: "cat a", name: "a", path: "/r/a" },
    { type: "search", command: "rg x", query: "x", path: null },
    { type: "unknown", command: "wc a" },
    { type: "read", path: { of: "another form" } },
    "a word",
  ];
  expect(commandTold({ cwd: "/r", commandActions: actions })).toMatchObject({
    cwd: "/r",
    actions: [
      { type: "read", path: "/r/a" },
      { type: "search", path: undefined },
    ],
  });
  expect(commandTold({ commandActions: null })).toMatchObject({ cwd: "", actions: [] });
});

test("a denied read is a complaint and no failure of the sandbox", () => {
  const denied = { complained: true, sandboxFailed: false };
  const output = "cat: .env: Permission denied\nx\n";
  expect(commandTold({ status: "failed", exitCode: 1, aggregatedOutput: output })).toMatchObject(denied);
  expect(commandTold({ aggregatedOutput: "cat: b: No such file or directory" })).toMatchObject(denied);
  expect(commandTold({ aggregatedOutput: "Permission denied is said like this" })).toMatchObject({
    complained: false,
  });
});

test("what another client ran on the thread was outside of the sandbox", () => {
  expect(commandTold({ source: "userShell" })).toMatchObject({ outsideSandbox: true });
  expect(commandTold({ source: "unifiedExecStartup" })).toMatchObject({ outsideSandbox: false });
});

test.each([
  ["completed", "written"],
  ["inProgress", "written"],
  ["declined", "tried"],
  ["failed", "tried"],
])("a patch that is %s counts as %s", (status, kind) => {
  const { watch, say } = line();
  watch.name("t1");
  const changes = [{ path: "/r/a", kind: { type: "add" }, diff: "x" }];
  say("item/completed", { turnId: "t1", item: { type: "fileChange", id: "1", status, changes } });
  expect(watch.record().fileChanges).toEqual([{ kind, paths: ["/r/a"] }]);
});

test("a patch of another shape is trouble, for it could have been written", () => {
  const { watch, say } = line();
  watch.name("t1");
  say("item/completed", { turnId: "t1", item: { type: "fileChange", status: "completed" } });
  expect(troubleOf(watch)).toMatchObject({ kind: "protocol" });
});

test("a tool that knows no sandbox is told by its name, and other items by nothing", () => {
  const { watch, say } = line();
  watch.name("t1");
  say("item/completed", { turnId: "t1", item: { type: "mcpToolCall", server: "db", tool: "drop" } });
  say("item/completed", { turnId: "t1", item: { type: "sleep" } });
  expect(watch.record()).toMatchObject({ foreignTools: ["db/drop"], commands: [], fileChanges: [] });
});

test("what the server says by itself is no word of the model, and an error of the provider is", () => {
  const { watch, say } = line();
  watch.name("t1");
  say("turn/started", { turn: { id: "t1" } });
  say("item/started", { turnId: "t1", item: { type: "userMessage" } });
  say("item/completed", { turnId: "t1", item: { type: "userMessage" } });
  expect(watch.heard()).toBe(false);
  say("error", { turnId: "t1", willRetry: true, error: { message: "Reconnecting... 1/5" } });
  expect(watch.heard()).toBe(true);
});

test("a thought that begins is a word of the model", () => {
  const { watch, say } = line();
  watch.name("t1");
  say("item/started", { turnId: "t1", item: { type: "reasoning" } });
  expect(watch.heard()).toBe(true);
});
