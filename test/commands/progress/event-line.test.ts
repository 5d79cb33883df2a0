import { describe, expect, test } from "vitest";
import { eventLine } from "#commands/progress/event-line.ts";
import { noEventYet, viewAfter } from "#commands/progress/run-view.ts";
import type { RunEvent } from "#runs/records/run-event.ts";

const BEGAN = Date.parse("2026-01-02T12:00:00.000Z");
const at = (seconds: number): string => new Date(BEGAN + seconds * 1_000).toISOString();

/** The lines of a whole run, in order. */
function linesOf(events: readonly RunEvent[]): readonly string[] {
  let view = noEventYet(BEGAN, "/work/project");
  return events.flatMap((event) => {
    const line = eventLine(view, event);
    view = viewAfter(view, event);
    return line === undefined ? [] : [line];
  });
}

describe("eventLine", () => {
  test("tells a run from its begin to its end, a line for each thing", () => {
    const command = "/bin/bash -lc 'npm test'";
    const lines = linesOf([
      { at: at(0), kind: "phase", text: "starting" },
      { at: at(0), kind: "thread", threadId: "01a1" },
      { at: at(1), kind: "turn", turnId: "t", state: "started" },
      { at: at(2), kind: "read", path: "src/a.ts" },
      { at: at(3), kind: "command", item: "i1", command },
      { at: at(75), kind: "command-end", item: "i1", command, exitCode: 1 },
      { at: at(76), kind: "edit", path: "/work/project/src/a.ts" },
      { at: at(77), kind: "tool", name: "web search" },
      { at: at(78), kind: "tokens", input: 1, cachedInput: 0, output: 1, reasoning: 0 },
      { at: at(79), kind: "error", text: "stream\ndisconnected", willRetry: true },
      { at: at(3_700), kind: "message", text: "It is mended.\n\nAll of it." },
      { at: at(3_701), kind: "left-out" },
      { at: at(3_702), kind: "error", text: "no more", willRetry: false },
    ]);
    expect(lines).toEqual([
      "   0:00          starting",
      "   0:00  thread  01a1",
      "   0:02  reads   src/a.ts",
      "   0:03  runs    npm test",
      "   1:15  failed  npm test (ended with 1 after 1 min 12 s)",
      "   1:16  edits   src/a.ts",
      "   1:17  uses    web search",
      "   1:19  error   retrying after: stream disconnected",
      "1:01:40  says    It is mended. All of it.",
      "1:01:41          so much happens that not all of it is shown from here on",
      "1:01:42  error   no more",
    ]);
  });

  test("says that a command went well only where somebody had to wait for it", () => {
    const run = (seconds: number): readonly string[] =>
      linesOf([
        { at: at(0), kind: "command", item: null, command: "make" },
        { at: at(seconds), kind: "command-end", item: null, command: "make", exitCode: 0 },
      ]);
    expect(run(9)).toEqual(["   0:00  runs    make"]);
    expect(run(10)).toEqual(["   0:00  runs    make", "   0:10  done    make (ended with 0 after 10 s)"]);
  });

  test("a file that the command names is not told twice, and others by their whole path", () => {
    const lines = linesOf([
      { at: at(1), kind: "command", item: "1", command: "/bin/bash -lc 'cat src/a.ts'" },
      { at: at(1), kind: "read", path: "/work/project/src/a.ts" },
      { at: at(1), kind: "read", path: "/work/projects/b.ts" },
    ]);
    expect(lines).toEqual(["   0:01  runs    cat src/a.ts", "   0:01  reads   /work/projects/b.ts"]);
  });

  test("names the end of a command whose begin it never saw, or that has no exit code", () => {
    const lines = linesOf([
      { at: at(4), kind: "command-end", item: "x", command: "make", exitCode: 2 },
      { at: at(5), kind: "command-end", item: "y", command: "ls", exitCode: null },
      { at: at(6), kind: "command-end", item: "z", command: "true", exitCode: 0 },
    ]);
    expect(lines).toEqual([
      "   0:04  failed  make (ended with 2)",
      "   0:05  failed  ls (ended without an exit code)",
    ]);
  });

  test("lets no control character and no line break of others through", () => {
    const nasty = "a\u001b[31mb\u0007\r\nc\u202ed\u009b2J";
    const lines = linesOf([
      { at: at(0), kind: "read", path: nasty },
      { at: at(0), kind: "command", item: "i", command: nasty },
      { at: at(0), kind: "command-end", item: "i", command: nasty, exitCode: 3 },
      { at: at(0), kind: "edit", path: nasty },
      { at: at(0), kind: "tool", name: nasty },
      { at: at(0), kind: "message", text: nasty },
      { at: at(0), kind: "phase", text: nasty },
      { at: at(0), kind: "thread", threadId: nasty },
      { at: at(0), kind: "error", text: nasty, willRetry: true },
    ]);
    expect(lines).toHaveLength(9);
    for (const line of lines) expect(line).not.toMatch(/[\p{Cc}\u202e]/u);
  });

  test("cuts what nobody would read to the end", () => {
    const [line = ""] = linesOf([{ at: at(0), kind: "message", text: "word ".repeat(1_000) }]);
    expect(line).toHaveLength(400);
    expect(line.endsWith("…")).toBe(true);
  });
});
