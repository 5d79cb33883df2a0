import { describe, expect, test } from "vitest";
import { JsonFault } from "#base/json.ts";
import { parseHookInput } from "#claude/hook-input.ts";

const START = {
  session_id: "4ad3c1de-0000-4000-8000-000000000001",
  transcript_path: "/home/u/.claude/projects/-repo/4ad3.jsonl",
  cwd: "/repo",
  hook_event_name: "SessionStart",
  source: "startup",
};
const STOP = {
  session_id: "4ad3c1de-0000-4000-8000-000000000001",
  transcript_path: "/home/u/.claude/projects/-repo/4ad3.jsonl",
  cwd: "/repo",
  prompt_id: "18a5",
  permission_mode: "bypassPermissions",
  effort: { level: "medium" },
  hook_event_name: "Stop",
  stop_hook_active: false,
  last_assistant_message: "I wrote src/b.txt.",
  background_tasks: [
    { id: "bz3pu6acm", type: "shell", status: "running", description: "d", command: "sleep 9" },
    { id: "afec", type: "subagent", status: "running", description: "d", agent_type: "general-purpose" },
  ],
  session_crons: [],
};

describe("parseHookInput", () => {
  test("reads what the host of today sends, unknown fields included", () => {
    expect(parseHookInput("Stop", JSON.stringify(STOP))).toEqual(STOP);
    expect(parseHookInput("SessionStart", JSON.stringify(START))).toMatchObject(START);
  });

  test("does without everything that older hosts leave out", () => {
    const bare = JSON.stringify({ session_id: "s1", cwd: "/repo" });
    expect(parseHookInput("Stop", bare)).toMatchObject({ session_id: "s1", cwd: "/repo" });
    expect(parseHookInput("Stop", bare).background_tasks).toBeUndefined();
    expect(parseHookInput("SessionStart", bare).source).toBeUndefined();
    expect(parseHookInput("SessionEnd", '{"session_id":"s1"}').session_id).toBe("s1");
  });

  test("takes a field of another type as absent where we can do without it", () => {
    const odd = { ...STOP, prompt_id: 7, background_tasks: { n: 1 }, stop_hook_active: "no" };
    const input = parseHookInput("Stop", JSON.stringify(odd));
    expect([input.prompt_id, input.background_tasks, input.stop_hook_active]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });

  test.each([
    ["nothing", ""],
    ["no JSON", "{"],
    ["null", "null"],
    ["a session id that climbs out of its folder", JSON.stringify({ ...STOP, session_id: "../../etc" })],
    ["no session id", JSON.stringify({ ...STOP, session_id: undefined })],
    ["a relative cwd", JSON.stringify({ ...STOP, cwd: "repo" })],
    ["another event", JSON.stringify({ ...STOP, hook_event_name: "SubagentStop" })],
  ])("refuses %s", (_name, text) => {
    expect(() => parseHookInput("Stop", text)).toThrow(JsonFault);
  });
});
