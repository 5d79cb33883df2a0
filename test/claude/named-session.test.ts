import { describe, expect, test } from "vitest";
import { parseHookInput } from "#claude/hook-input.ts";
import { namedSession } from "#claude/named-session.ts";
import { fc } from "#test/seeded-check.ts";

const STOP = { session_id: "s1", cwd: "/repo", hook_event_name: "Stop", prompt_id: "p" };

describe("namedSession", () => {
  test("names the session and its folder", () => {
    expect(namedSession("Stop", JSON.stringify(STOP))).toEqual({ session_id: "s1", cwd: "/repo" });
    expect(namedSession("SessionEnd", '{"session_id":"s1"}')).toEqual({ session_id: "s1", cwd: undefined });
    expect(namedSession("SessionEnd", '{"session_id":"s1","cwd":7}')).toEqual({
      session_id: "s1",
      cwd: undefined,
    });
  });

  test.each([
    ["nothing", ""],
    ["no JSON", "{"],
    ["null", "null"],
    ["a list", "[]"],
    ["no session", JSON.stringify({ cwd: "/repo" })],
    ["a session id that climbs out of its folder", JSON.stringify({ ...STOP, session_id: "../../etc" })],
    ["a session id that is a device", JSON.stringify({ ...STOP, session_id: "con" })],
    ["another event", JSON.stringify({ ...STOP, hook_event_name: "SubagentStop" })],
    ["an event that is no text", JSON.stringify({ ...STOP, hook_event_name: null })],
  ])("%s names none", (_name, text) => {
    expect(namedSession("Stop", text)).toBeUndefined();
  });

  test("says of every input that can be read what its schema says", () => {
    const input = fc.record(
      {
        session_id: fc.oneof(fc.constantFrom("s1", "con", "../x"), fc.anything()),
        cwd: fc.oneof(fc.constantFrom("/repo", "repo"), fc.anything()),
        hook_event_name: fc.oneof(fc.constantFrom("SessionEnd", "Stop"), fc.anything()),
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(input, (value) => {
        const text = JSON.stringify(value);
        expect(namedSession("SessionEnd", text)).toEqual(read(text));
      }),
    );
  });
});

function read(text: string) {
  try {
    const { session_id, cwd } = parseHookInput("SessionEnd", text);
    return { session_id, cwd };
  } catch {
    return undefined;
  }
}
