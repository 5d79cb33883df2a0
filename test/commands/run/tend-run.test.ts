import { statSync, utimesSync } from "node:fs";
import { afterEach, expect, test, vi } from "vitest";
import { tendRun } from "#commands/run/tend-run.ts";
import { askToCancel } from "#runs/records/run-cancel.ts";
import { appendRunEvent, eventsFile } from "#runs/records/run-events.ts";
import { scratchFolder } from "#test/scratch-folder.ts";

const ASKED = { at: "2026-01-02T03:04:05.678Z", by: "terminal", session: null } as const;
const NEVER = new AbortController().signal;

afterEach(() => vi.useRealTimers());

test("a run hears that it is to end", async () => {
  vi.useFakeTimers();
  const folder = scratchFolder();
  const tended = tendRun(folder, NEVER);
  vi.advanceTimersByTime(1_000);
  expect(tended.signal.aborted).toBe(false);
  await askToCancel({ folder }, ASKED);
  vi.advanceTimersByTime(1_000);
  expect(String(tended.signal.reason)).toContain("cancelled by `countersign thread cancel`");
  tended.stop();
});

test("the caller's own reason ends it too", () => {
  const caller = new AbortController();
  const tended = tendRun(scratchFolder(), caller.signal);
  caller.abort(new Error("ended by SIGTERM"));
  expect(String(tended.signal.reason)).toContain("ended by SIGTERM");
  tended.stop();
});

test("a silent run shows that it lives, until it is over", () => {
  vi.useFakeTimers();
  const folder = scratchFolder();
  const tended = tendRun(folder, NEVER);
  // There is nothing to touch yet.
  vi.advanceTimersByTime(10_000);
  appendRunEvent(folder, { at: ASKED.at, kind: "phase", text: "starting" });
  const old = new Date("2020-01-01T00:00:00Z");
  utimesSync(eventsFile(folder), old, old);
  vi.advanceTimersByTime(5_000);
  expect(statSync(eventsFile(folder)).mtime.getFullYear()).toBeGreaterThan(2020);
  tended.stop();
  utimesSync(eventsFile(folder), old, old);
  vi.advanceTimersByTime(60_000);
  expect(statSync(eventsFile(folder)).mtime).toEqual(old);
});
