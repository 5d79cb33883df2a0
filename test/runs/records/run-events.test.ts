import { lstatSync, mkdirSync, readFileSync, symlinkSync, utimesSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { parseJson } from "#base/json.ts";
import { RunEvent } from "#runs/records/run-event.ts";
import { appendRunEvent, eventsFile } from "#runs/records/run-events.ts";
import { scratchFolder } from "#test/scratch-folder.ts";

const at = "2026-01-02T03:04:05.678Z";

function eventsIn(folder: string): readonly RunEvent[] {
  const lines = readFileSync(eventsFile(folder), "utf8").trimEnd().split("\n");
  return lines.map((line) => parseJson(line, RunEvent));
}

test("events are kept one to a line, for this user only, whatever their texts hold", () => {
  const folder = scratchFolder();
  const events: readonly RunEvent[] = [
    { at, kind: "turn", turnId: null, state: "started" },
    { at, kind: "command-end", item: "i1", command: "printf 'a\nb\u2028'", exitCode: null },
    { at, kind: "message", text: "漢字 \u0000 \ud800" },
  ];
  for (const event of events) expect(appendRunEvent(folder, event)).toBe("written");
  expect(eventsIn(folder)).toEqual(events);
  expect(lstatSync(eventsFile(folder)).mode & 0o777).toBe(0o600);
});

test("200 MB of events leave less than 6 MiB, all milestones, and word of what was left out", () => {
  const folder = scratchFolder();
  const text = "x".repeat(200_000);
  for (let sent = 0; sent < 1_000; sent += 1) appendRunEvent(folder, { at, kind: "message", text });
  for (let sent = 0; sent < 5_000; sent += 1) {
    appendRunEvent(folder, {
      at,
      kind: "command",
      item: null,
      command: `echo ${sent}${text.slice(0, 1_900)}`,
    });
  }
  expect(appendRunEvent(folder, { at, kind: "turn", turnId: "t", state: "completed" })).toBe("written");
  for (let sent = 0; sent < 2_000; sent += 1) appendRunEvent(folder, { at, kind: "phase", text });
  utimesSync(eventsFile(folder), 0, 0);
  expect(appendRunEvent(folder, { at, kind: "phase", text })).toBe("left-out");
  expect(lstatSync(eventsFile(folder)).mtimeMs).toBeGreaterThan(0);
  expect(lstatSync(eventsFile(folder)).size).toBeLessThan(6 * 1024 * 1024);
  const kinds = eventsIn(folder).map(({ kind }) => kind);
  expect(kinds.filter((kind) => kind === "left-out")).toHaveLength(1);
  expect(kinds.slice(kinds.indexOf("left-out") + 1)).not.toContain("command");
  expect(kinds.slice(kinds.indexOf("left-out") + 1)).toContain("turn");
});

test("events that cannot be written are said to be, and never follow a link", () => {
  const folder = scratchFolder();
  expect(appendRunEvent(join(folder, "gone"), { at, kind: "phase", text: "x" })).toBe("unwritable");
  mkdirSync(join(folder, "a", "events.jsonl"), { recursive: true });
  expect(appendRunEvent(join(folder, "a"), { at, kind: "phase", text: "x" })).toBe("unwritable");
  mkdirSync(join(folder, "b"));
  symlinkSync(join(folder, "elsewhere"), join(folder, "b", "events.jsonl"));
  expect(appendRunEvent(join(folder, "b"), { at, kind: "phase", text: "x" })).toBe("unwritable");
});
