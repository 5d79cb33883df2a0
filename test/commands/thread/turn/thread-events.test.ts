import { expect, test } from "vitest";
import { eventsOfNotices } from "#commands/thread/turn/thread-events.ts";

const tokens = (input: number) => ({
  tokenUsage: {
    last: { inputTokens: input, cachedInputTokens: 1, outputTokens: 2, reasoningOutputTokens: 1 },
  },
});
const command = { type: "commandExecution", id: "c1", command: "cat f", status: "inProgress" };
const read = { type: "read", command: "cat f", path: "/work/f" };

test("notifications tell what a run does; what is not understood tells nothing", () => {
  const eventsOf = eventsOfNotices();
  const seen = [
    ["turn/started", { threadId: "t", turn: { id: "a" } }],
    ["item/started", { item: { ...command, commandActions: [read] } }],
    ["item/completed", { item: { ...command, status: "completed", exitCode: 2 } }],
    ["item/completed", { item: { type: "fileChange", status: "completed", changes: [{ path: "/work/g" }] } }],
    ["item/started", { item: { type: "mcpToolCall", server: "docs", tool: "read" } }],
    ["item/started", { item: { type: "webSearch" } }],
    ["item/completed", { item: { type: "agentMessage", text: "Done." } }],
    ["thread/tokenUsage/updated", tokens(10)],
    ["thread/tokenUsage/updated", tokens(20)],
    ["error", { error: { message: "Reconnecting...", additionalDetails: "no network" }, willRetry: true }],
    ["item/started", { item: { type: "commandExecution" } }],
    ["item/completed", { item: { type: "agentMessage", text: "" } }],
    ["thread/tokenUsage/updated", {}],
    ["error", {}],
    ["something/new", {}],
  ] as const;
  expect(seen.flatMap(([method, params]) => eventsOf({ method, params }))).toEqual([
    { kind: "turn", turnId: "a", state: "started" },
    { kind: "command", item: "c1", command: "cat f" },
    { kind: "read", path: "/work/f" },
    { kind: "command-end", item: "c1", command: "cat f", exitCode: 2 },
    { kind: "edit", path: "/work/g" },
    { kind: "tool", name: "docs/read" },
    { kind: "tool", name: "webSearch" },
    { kind: "message", text: "Done." },
    { kind: "tokens", input: 10, cachedInput: 1, output: 2, reasoning: 1 },
    { kind: "tokens", input: 30, cachedInput: 2, output: 4, reasoning: 2 },
    { kind: "error", text: "Reconnecting... (no network)", willRetry: true },
  ]);
});
