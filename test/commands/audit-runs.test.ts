import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, expect, test } from "vitest";
import { outcomeText } from "#commands/receipt-row.ts";
import type { Outcome } from "#gate/stop/outcome.ts";
import type { Locations } from "#runs/locations.ts";
import { writeReceipt } from "#runs/receipts.ts";
import { changeSession } from "#runs/session-file.ts";
import { callCommand } from "#test/call-command.ts";
import { receiptDraft, reviewValue, sessionId, sessionValue } from "#test/session-values.ts";
import { freshLocations } from "#test/state-root.ts";

const NEVER = new AbortController().signal;
const LONG = sessionId("4ad3c1f0-1111-4222-8333-444455556666");
let locations: Locations;

beforeEach(async () => {
  locations = freshLocations();
  await changeSession(locations, LONG, () => sessionValue({ session_id: LONG }), NEVER);
  await writeReceipt(locations, LONG, receiptDraft(), NEVER);
  const failed = { kind: "failed", class: "usage-limit", detail: "x", blocked: false } as const;
  const second = receiptDraft({ at: "2026-01-02T03:05:00.000Z", outcome: failed, review: null, scope: null });
  await writeReceipt(locations, LONG, second, NEVER);
  await writeReceipt(
    locations,
    sessionId("s2"),
    receiptDraft({
      at: "2026-01-02T03:06:00.000Z",
      review: reviewValue({ model: "bad\u001b[31m\tmodel\n漢字漢字" }),
    }),
    NEVER,
  );
});

test("countersign audit runs, in a pipe", async () => {
  const { code, stdout, stderr } = await callCommand(locations, ["audit", "runs"]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  expect(stdout).toBe(
    [
      "time (UTC)\toutcome\treviewed\tmodel\ts\treceipt",
      "2026-01-02 03:06:00\tallowed\t1 file\tbad model 漢字漢字\t12.3\ts2-1",
      "2026-01-02 03:05:00\tfailed (usage-limit)\t\t\t12.3\t55556666-2",
      "2026-01-02 03:04:05\tallowed\t1 file\tgpt-5.5-codex\t12.3\t55556666-1",
      "",
    ].join("\n"),
  );
});

test("countersign audit runs, on a terminal", async () => {
  const { stdout } = await callCommand(locations, ["audit", "runs"], { terminal: true });
  expect(stdout).toBe(
    `time (UTC)           outcome               reviewed  model           s     receipt
2026-01-02 03:06:00  allowed               1 file    bad model 漢…   12.3  s2-1
2026-01-02 03:05:00  failed (usage-limit)                            12.3  55556666-2
2026-01-02 03:04:05  allowed               1 file    gpt-5.5-codex   12.3  55556666-1
`,
  );
});

test("on a terminal no line is longer than 100 columns and none is coloured", async () => {
  for (const environment of [{}, { FORCE_COLOR: "1" }, { NO_COLOR: "1" }]) {
    const { stdout } = await callCommand(locations, ["audit", "runs"], { terminal: true, environment });
    expect(stdout).not.toContain("\u001b");
    for (const line of stdout.split("\n")) expect(line.length).toBeLessThanOrEqual(100);
  }
});

test("--json holds each receipt whole, with its digest and place", async () => {
  const { code, stdout } = await callCommand(locations, [
    "audit",
    "runs",
    "--json",
    "--session",
    LONG,
    "-n",
    "1",
  ]);
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({
    schema: "countersign/audit-runs/1",
    receipts: [
      {
        path: expect.stringContaining(`${LONG}-2.json`),
        digest: expect.stringMatching(/^[0-9a-f]{64}$/),
        receipt: { n: 2 },
      },
    ],
    unreadable: [],
  });
});

test("a receipt that cannot be read is told, and is exit code 1", async () => {
  const path = join(locations.receipts, "2026", "01", "02", "20260102T040000000Z-s2-2.json");
  writeFileSync(path, "{torn");
  const { code, stdout, stderr } = await callCommand(locations, ["audit", "runs"]);
  expect(code).toBe(1);
  expect(stdout.split("\n")).toHaveLength(5);
  expect(stderr).toContain(`cannot be read: ${path} (`);
});

test("where nothing is on record, that is said", async () => {
  const { code, stdout, stderr } = await callCommand(freshLocations(), ["audit", "runs"]);
  expect({ code, stdout }).toEqual({ code: 0, stdout: "" });
  expect(stderr).toMatch(/^No decision is on record/);
});

test.each<readonly [Outcome, string]>([
  [{ kind: "allowed", partial: false }, "allowed"],
  [{ kind: "allowed", partial: true }, "allowed (partial)"],
  [{ kind: "blocked", round: 1, of: 3 }, "blocked (1 of 3)"],
  [{ kind: "advised" }, "advised"],
  [{ kind: "skipped", why: "unchanged" }, "skipped (unchanged)"],
  [{ kind: "deferred", why: "background-tasks" }, "deferred (background-tasks)"],
  [{ kind: "capped", why: "rounds" }, "capped (rounds)"],
  [{ kind: "unresolved" }, "unresolved"],
  [{ kind: "failed", class: "deadline", detail: "", blocked: false }, "failed (deadline)"],
  [{ kind: "joined" }, "joined"],
])("an outcome in few words: %j", (outcome, text) => expect(outcomeText(outcome)).toBe(text));
