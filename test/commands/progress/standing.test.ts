import { expect, test } from "vitest";
import { cellsOf } from "#commands/progress/fitted.ts";
import { noEventYet, type RunView, viewAfter } from "#commands/progress/run-view.ts";
import { standingLine } from "#commands/progress/standing.ts";
import type { RunEvent } from "#runs/records/run-event.ts";

const BEGAN = Date.parse("2026-01-02T12:00:00.000Z");
const at = (seconds: number): string => new Date(BEGAN + seconds * 1_000).toISOString();

function after(...events: readonly RunEvent[]): RunView {
  return events.reduce(viewAfter, noEventYet(BEGAN, "/work/project"));
}

const line = (view: RunView, seconds: number, cells = 100): string =>
  standingLine(view, BEGAN + seconds * 1_000, cells);

test("says how long it runs and what it does now, and sums up what it did", () => {
  const one: RunEvent = { at: at(3), kind: "command", item: "1", command: "/bin/bash -lc 'npm test'" };
  const two: RunEvent = { at: at(4), kind: "command", item: "2", command: "sleep 60" };
  const ended: RunEvent = { at: at(9), kind: "command-end", item: "1", command: "npm test", exitCode: 0 };
  expect(line(after(), 0)).toBe("   0:00  begins");
  expect(line(after(one), 5)).toBe("   0:05  runs npm test (2 s) · 1 command");
  expect(line(after(one, two), 5)).toBe("   0:05  runs npm test and 1 command more (2 s) · 2 commands");
  expect(line(after(one, two, ended), 70)).toBe("   1:10  runs sleep 60 (1 min 6 s) · 2 commands");
  const rest: readonly RunEvent[] = [
    { at: at(71), kind: "command-end", item: "2", command: "sleep 60", exitCode: 0 },
    { at: at(72), kind: "edit", path: "a" },
    { at: at(72), kind: "edit", path: "a" },
    { at: at(72), kind: "edit", path: "b" },
    { at: at(73), kind: "tokens", input: 12_000, cachedInput: 9, output: 345, reasoning: 9 },
    { at: at(74), kind: "error", text: "cut off", willRetry: true },
  ];
  expect(line(after(one, two, ended, ...rest), 80)).toBe(
    "   1:20  retrying after: cut off · 2 commands · 2 files edited · 12.3k tokens",
  );
});

test.each([
  ["started", "thinks"],
  ["completed", "has ended its turn"],
  ["failed", "could not end its turn"],
  ["interrupted", "was interrupted"],
] as const)("says of a turn that is %s: %s", (state, words) => {
  expect(line(after({ at: at(1), kind: "turn", turnId: "t", state }), 1)).toBe(`   0:01  ${words}`);
});

test("fits every width, and gives the sums up before what it does", () => {
  const view = after(
    { at: at(1), kind: "edit", path: "a" },
    { at: at(1), kind: "tokens", input: 1_000, cachedInput: 0, output: 0, reasoning: 0 },
    { at: at(1), kind: "command", item: "1", command: "npm run 日本語 -- --a-long-option=of-a-long-command" },
  );
  for (let cells = 1; cells <= 120; cells += 1)
    expect(cellsOf(line(view, 2, cells))).toBeLessThanOrEqual(cells);
  expect(line(view, 2, 120)).toContain("(1 s) · 1 command · 1 file edited · 1.0k tokens");
  expect(line(view, 2, 80)).toMatch(
    /^ {3}0:02 {2}runs npm run .*… · 1 command · 1 file edited · 1.0k tokens$/,
  );
  expect(line(view, 2, 40)).toMatch(/^ {3}0:02 {2}runs npm run .*…$/);
});

test("keeps the ids of the thread and of its turn", () => {
  const view = after(
    { at: at(0), kind: "thread", threadId: "thread" },
    { at: at(0), kind: "turn", turnId: "turn", state: "started" },
    { at: at(1), kind: "turn", turnId: "of its review", state: "started" },
    { at: at(1), kind: "turn", turnId: null, state: "completed" },
    { at: at(1), kind: "left-out" },
  );
  expect([view.threadId, view.turnId]).toEqual(["thread", "turn"]);
});
