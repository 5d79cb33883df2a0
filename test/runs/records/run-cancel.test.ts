import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { askToCancel, cancelDone, cancelRequest, recordCancel } from "#runs/records/run-cancel.ts";
import { scratchFolder } from "#test/scratch-folder.ts";

const ASKED = { at: "2026-01-02T03:04:05.678Z", by: "terminal", session: null } as const;
const DONE = { at: "2026-01-02T03:05:00.000Z", process: "gone", turn: "stopped", detail: "on s" } as const;

test("who asked a run to end is kept, and the first one stands", async () => {
  const run = { folder: scratchFolder() };
  expect(cancelRequest(run)).toBeUndefined();
  await askToCancel(run, ASKED);
  await askToCancel(run, { ...ASKED, by: "agent-shell" });
  expect(cancelRequest(run)).toEqual({ schema: "countersign/run-cancel/1", ...ASKED });
});

test("what was done from outside is kept apart from who asked", async () => {
  const run = { folder: scratchFolder() };
  await recordCancel(run, DONE);
  await recordCancel(run, { ...DONE, turn: "unknown" });
  expect(cancelDone(run)).toEqual({ schema: "countersign/run-cancelled/1", ...DONE });
  expect(cancelRequest(run)).toBeUndefined();
});

test("what cannot be understood asks for nothing", () => {
  const run = { folder: scratchFolder() };
  for (const text of ["", "{", '{"schema":"countersign/run-cancel/2"}']) {
    writeFileSync(join(run.folder, "cancel.json"), text);
    expect(cancelRequest(run)).toBeUndefined();
  }
});
