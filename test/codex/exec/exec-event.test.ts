import { expect, test } from "vitest";
import { execEvent } from "#codex/exec/exec-event.ts";
import { NOTHING_SEEN, seenWith } from "#codex/exec/exec-seen.ts";

const line = (value: object): string => JSON.stringify(value);
const item = (type: string, fields: object, event = "item.completed"): string =>
  line({ type: event, item: { id: "item_1", type, ...fields } });

test.each([
  ["no JSON", "hello"],
  ["an array", "[1]"],
  ["a kind of a later release", line({ type: "sub_agent.started", id: 1 })],
  ["an item that only shows the way", item("todo_list", { items: [] })],
  ["thinking", item("reasoning", { text: "hm" })],
  ["an update of an item", item("command_execution", { command: "ls" }, "item.updated")],
  ["a thread without a usable id", line({ type: "thread.started", thread_id: "../../x" })],
  ["a command without a line", item("command_execution", { command: 5 })],
])("%s tells nothing", (_, text) => {
  expect(execEvent(text)).toBeUndefined();
});

test.each([
  [line({ type: "turn.completed" }), { kind: "turn-completed", usage: undefined }],
  [line({ type: "turn.failed", error: { message: "no" } }), { kind: "turn-failed", message: "no" }],
  [line({ type: "turn.failed" }), { kind: "turn-failed", message: "" }],
  [item("web_search", { query: "x" }), { item: { kind: "tool", name: "web" }, over: true }],
  [
    item("mcp_tool_call", { server: "s", tool: "t", status: "failed" }),
    { item: { name: "mcp:s", state: "failed" } },
  ],
  [item("new_tool", {}), { item: { kind: "tool", name: "new_tool", state: "" } }],
  [item("error", { message: "careful" }), { item: { kind: "warning", text: "careful" } }],
])("%s is understood", (text, event) => {
  expect(execEvent(text)).toMatchObject(event);
});

test("a failed command whose sandbox could not start is told from one that failed", () => {
  const failed = (output: string) =>
    execEvent(
      item("command_execution", { command: "ls", aggregated_output: output, exit_code: 1, status: "failed" }),
    );
  expect(failed("bwrap: No permissions\n")).toMatchObject({ item: { sandboxFailed: true } });
  expect(failed("ls: cannot open\n")).toMatchObject({ item: { sandboxFailed: false } });
});

test("what began and what ended are one, and what never ended stays open", () => {
  const lines = [
    item("command_execution", { id: "a", command: "ls", status: "in_progress" }, "item.started"),
    item("command_execution", { id: "b", command: "sleep 9", status: "in_progress" }, "item.started"),
    item("command_execution", { id: "a", command: "ls", exit_code: 0, status: "completed" }),
    item("agent_message", { id: "c", text: "first" }),
    item("agent_message", { id: "d", text: "last" }),
    item("file_change", { id: "e", changes: [{ path: "/x/a", kind: "add" }], status: "completed" }),
  ];
  const seen = lines.flatMap((text) => execEvent(text) ?? []).reduce(seenWith, NOTHING_SEEN);
  expect(seen.commands).toMatchObject([
    { id: "a", exitCode: 0, over: true },
    { id: "b", exitCode: undefined, over: false },
  ]);
  expect(seen).toMatchObject({ message: "last", edits: [{ paths: ["/x/a"], over: true }] });
});
