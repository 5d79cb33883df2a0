import { appendFileSync } from "node:fs";
import { expect, test } from "vitest";
import { eventReader } from "#commands/thread/standing/event-reader.ts";
import type { RunEvent } from "#runs/records/run-event.ts";
import { appendRunEvent, eventsFile } from "#runs/records/run-events.ts";
import { scratchFolder } from "#test/scratch-folder.ts";

const AT = "2026-01-02T03:04:05.678Z";
const edit = (path: string): RunEvent => ({ at: AT, kind: "edit", path });

test("each look sees what has come since the one before", () => {
  const folder = scratchFolder();
  const read = eventReader(folder);
  expect(read()).toEqual([]);
  appendRunEvent(folder, edit("a"));
  appendRunEvent(folder, edit("b"));
  expect(read()).toEqual([edit("a"), edit("b")]);
  expect(read()).toEqual([]);
  appendRunEvent(folder, edit("c"));
  expect(read()).toEqual([edit("c")]);
});

test("a line that is being written is seen once it is whole, wherever it was cut", () => {
  const folder = scratchFolder();
  const line = Buffer.from(`${JSON.stringify(edit("日本語"))}\n`);
  for (let cut = 1; cut < line.length; cut += 1) {
    const read = eventReader(folder);
    read();
    appendFileSync(eventsFile(folder), line.subarray(0, cut));
    expect(read()).toEqual([]);
    appendFileSync(eventsFile(folder), line.subarray(cut));
    expect(read()).toEqual([edit("日本語")]);
  }
});

test("what is not understood is passed over", () => {
  const folder = scratchFolder();
  appendFileSync(eventsFile(folder), `{"at":"${AT}","kind":"of a later version"}\nno json\n\n`);
  appendRunEvent(folder, edit("a"));
  expect(eventReader(folder)()).toEqual([edit("a")]);
});

test("a file of many megabytes is read whole", () => {
  const folder = scratchFolder();
  const line = `${JSON.stringify(edit("x".repeat(1_000)))}\n`;
  appendFileSync(eventsFile(folder), line.repeat(3_000));
  expect(eventReader(folder)()).toHaveLength(3_000);
});
