import { afterEach, describe, expect, test, vi } from "vitest";
import { progressOn } from "#commands/progress/run-progress.ts";
import type { RunEvent } from "#runs/records/run-event.ts";

const BEGAN = new Date("2026-01-02T12:00:00.000Z");
const at = (seconds: number): string => new Date(BEGAN.getTime() + seconds * 1_000).toISOString();

/** A terminal of that width as far as it has to do with us: it knows `\r` and `\n`, and wraps. */
function terminal(columns: number) {
  const rows: string[] = [""];
  let column = 0;
  let wrapped = false;
  let writes = 0;
  const put = (character: string): void => {
    if (character === "\r") column = 0;
    else if (character === "\n") {
      rows.push("");
      column = 0;
    } else {
      if (column >= columns) wrapped = true;
      const row = (rows.at(-1) ?? "").padEnd(column);
      rows[rows.length - 1] = row.slice(0, column) + character + row.slice(column + 1);
      column += 1;
    }
  };
  const output = {
    isTerminal: true,
    columns: () => columns,
    write: (text: string) => {
      writes += 1;
      for (const character of text) put(character);
    },
  };
  return {
    output,
    rows: () => rows.map((row) => row.trimEnd()),
    column: () => column,
    wrapped: () => wrapped,
    writes: () => writes,
  };
}

const EVENTS: readonly RunEvent[] = [
  { at: at(0), kind: "phase", text: "starting" },
  { at: at(1), kind: "command", item: "1", command: `/bin/bash -lc 'npm run ${"x".repeat(200)}'` },
  { at: at(2), kind: "command-end", item: "1", command: "npm", exitCode: 0 },
  { at: at(2), kind: "message", text: "Fertig: 日本語" },
];

afterEach(() => vi.useRealTimers());

describe("on a terminal", () => {
  test("what happened stays, how it stands is written over and gone at the end", () => {
    vi.useFakeTimers({ now: BEGAN });
    const screen = terminal(60);
    const progress = progressOn(screen.output, { began: BEGAN, cwd: "/work/project", quiet: false });
    for (const event of EVENTS) progress.say(event);
    expect(screen.rows().slice(0, -1)).toEqual([
      "   0:00          starting",
      `   0:01  runs    npm run ${"x".repeat(32)}…`,
      "   0:02  says    Fertig: 日本語",
    ]);
    expect(screen.rows().at(-1)).toBe("   0:00  says Fertig: 日本語 · 1 command");
    vi.advanceTimersByTime(65_000);
    expect(screen.rows().at(-1)).toBe("   1:05  says Fertig: 日本語 · 1 command");
    progress.end();
    progress.end();
    vi.advanceTimersByTime(5_000);
    expect(screen.rows().at(-1)).toBe("");
    expect([screen.wrapped(), screen.column()]).toEqual([false, 0]);
  });

  test("nothing is written while nothing changes", () => {
    vi.useFakeTimers({ now: BEGAN });
    const screen = terminal(60);
    const progress = progressOn(screen.output, { began: BEGAN, cwd: "/work/project", quiet: false });
    progress.say({ at: at(0), kind: "phase", text: "starting" });
    const before = screen.writes();
    progress.say({ at: at(0), kind: "left-out" });
    expect(screen.writes()).toBe(before + 1);
    progress.say({ at: at(0), kind: "turn", turnId: "t", state: "started" });
    progress.say({ at: at(0), kind: "turn", turnId: "t", state: "started" });
    expect(screen.writes()).toBe(before + 2);
    progress.end();
  });

  test("what the terminal itself wrote behind the line goes with it", () => {
    vi.useFakeTimers({ now: BEGAN });
    const screen = terminal(40);
    const progress = progressOn(screen.output, { began: BEGAN, cwd: "/work/project", quiet: false });
    progress.say({ at: at(0), kind: "message", text: "word ".repeat(50) });
    screen.output.write("^C");
    progress.end();
    expect(screen.rows().at(-1)).toBe("");
    expect(screen.wrapped()).toBe(false);
  });

  test.each([1, 2, 5, 20, 79, 200])("no line wraps at a width of %i", (columns) => {
    vi.useFakeTimers({ now: BEGAN });
    const screen = terminal(columns);
    const progress = progressOn(screen.output, { began: BEGAN, cwd: "/work/project", quiet: false });
    for (const event of EVENTS) progress.say(event);
    progress.end();
    expect(screen.wrapped()).toBe(false);
  });

  test("no escape sequence and no colour is written", () => {
    const written: string[] = [];
    const output = { isTerminal: true, write: (text: string) => void written.push(text) };
    const progress = progressOn(output, { began: BEGAN, cwd: "/work/project", quiet: false });
    for (const event of EVENTS) progress.say(event);
    progress.end();
    expect(written.join("")).not.toMatch(/[^\P{Cc}\r\n]/u);
  });
});

describe("elsewhere", () => {
  test("plain lines are written, whole, and nothing else", () => {
    const written: string[] = [];
    const output = { isTerminal: false, write: (text: string) => void written.push(text) };
    const progress = progressOn(output, { began: BEGAN, cwd: "/work/project", quiet: false });
    for (const event of EVENTS) progress.say(event);
    progress.end();
    expect(written).toEqual([
      "   0:00          starting\n",
      `   0:01  runs    npm run ${"x".repeat(200)}\n`,
      "   0:02  says    Fertig: 日本語\n",
    ]);
  });

  test("nothing at all is written where that is wanted", () => {
    const screen = terminal(60);
    const progress = progressOn(screen.output, { began: BEGAN, cwd: "/work/project", quiet: true });
    for (const event of EVENTS) progress.say(event);
    progress.end();
    expect(screen.writes()).toBe(0);
  });
});
