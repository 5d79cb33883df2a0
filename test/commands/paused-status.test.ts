import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import * as z from "zod/mini";
import { parseJson } from "#base/json.ts";
import type { Locations } from "#runs/locations.ts";
import type { ReceiptDraft } from "#runs/receipts/receipt.ts";
import { receiptHandle } from "#runs/receipts/receipt.ts";
import { writeReceipt } from "#runs/receipts/receipts.ts";
import { callCommand } from "#test/call-command.ts";
import { receiptDraft, reviewValue, sessionId } from "#test/session-values.ts";
import { freshLocations } from "#test/state-root.ts";

const NEVER = new AbortController().signal;
const REVIEWER = { key: "reviewer-one", version: "0.169.0", retriedAfter: null };

/** Puts a failed review on record and returns its handle. `callCommand` comes at noon of the same day. */
async function failed(locations: Locations, at: string, own: Partial<ReceiptDraft> = {}): Promise<string> {
  const draft = receiptDraft({
    at: `2026-01-02T${at}:00.000Z`,
    outcome: { kind: "failed", class: "server-died", detail: "", blocked: false },
    failure: { kind: "server-died", detail: "" },
    reviewer: REVIEWER,
    review: null,
    seconds: 1,
    ...own,
  });
  return receiptHandle(
    (await writeReceipt(locations, sessionId(`s-${at.replace(":", "")}`), draft, NEVER)).receipt,
  );
}

const Pauses = z.looseObject({
  pauses: z.array(z.record(z.string(), z.unknown())),
  budget: z.array(z.record(z.string(), z.unknown())),
});

test("a limit that is reached is shown with its end, its receipt and the way out", async () => {
  const locations = freshLocations();
  const resetsAt = Date.parse("2026-01-02T14:06:00Z");
  const receipt = await failed(locations, "11:30", {
    failure: { kind: "usage-limit", detail: "", resetsAt },
  });
  const { stdout } = await callCommand(locations, ["status"]);
  expect(stdout).toContain("Codex's usage limit is reached. Nobody is asked until 2026-01-02 14:06 UTC.\n");
  expect(stdout).toContain("(another Codex, account or model than this folder's)");
  expect(stdout).toContain(
    `since 2026-01-02 11:30:01 UTC, by receipt ${receipt}; \`countersign on\` has it tried at the next stop\n`,
  );
  const json = parseJson((await callCommand(locations, ["status", "--json"])).stdout, Pauses);
  expect(json.pauses).toEqual([
    {
      failure: "usage-limit",
      receipt,
      since: "2026-01-02T11:30:01.000Z",
      until: "2026-01-02T14:06:00.000Z",
      row: 1,
      times: 1,
      here: false,
      clear: "countersign on",
    },
  ]);
});

test("two failures in a row over two sessions pause, and `on` ends that", async () => {
  const locations = freshLocations();
  await failed(locations, "11:58");
  expect((await callCommand(locations, ["status"])).stdout).not.toContain("paused");
  const second = await failed(locations, "11:59");
  expect((await callCommand(locations, ["status"])).stdout).toContain("2 reviews in a row failed");
  const on = await callCommand(locations, ["on"]);
  expect(on.stdout).toContain(
    `\nThe pause after server-died (receipt ${second}) is over: the next stop has the reviewer tried again.\n`,
  );
  expect((await callCommand(locations, ["status"])).stdout).not.toContain("paused");
  expect((await callCommand(locations, ["on"])).stdout).not.toContain("The pause");
});

test("`on` says to a program which pauses it ended, also where an agent asks", async () => {
  const locations = freshLocations();
  await failed(locations, "11:58");
  const receipt = await failed(locations, "11:59");
  const environment = { CLAUDECODE: "1" };
  const { stdout } = await callCommand(locations, ["on", "--json"], { environment });
  expect(parseJson(stdout, z.looseObject({ endedPauses: z.array(z.string()) })).endedPauses).toEqual([
    receipt,
  ]);
});

test.each<readonly [string, Partial<ReceiptDraft>]>([
  ["an answer", { failure: null, outcome: { kind: "allowed", partial: false }, review: reviewValue() }],
  ["another reviewer's failure", { reviewer: { ...REVIEWER, key: "reviewer-two" } }],
  ["a failure of this machine", { failure: { kind: "git-failed" } }],
  ["a failure before anybody was asked", { reviewer: undefined }],
])("%s is no second failure in a row", async (_name, own) => {
  const locations = freshLocations();
  await failed(locations, "11:58");
  await failed(locations, "11:59", own);
  expect((await callCommand(locations, ["status"])).stdout).not.toContain("paused");
});

test("a receipt that is torn, of the future or too old says nothing", async () => {
  const locations = freshLocations();
  await failed(locations, "11:59");
  await failed(locations, "12:01");
  const day = join(locations.receipts, "2026", "01", "02");
  writeFileSync(join(day, "20260102T115930000Z-s-torn-1.json"), '{"reviewer": {');
  const long = join(locations.receipts, "2025", "11", "01");
  mkdirSync(long, { recursive: true });
  await failed(locations, "11:57", { at: "2025-11-01T11:57:00.000Z" });
  expect((await callCommand(locations, ["status"])).stdout).not.toContain("paused");
});

test("what is used of a budget is shown, and that it is used up", async () => {
  const locations = freshLocations();
  const usage = { input: 900, cachedInput: 0, output: 100, reasoning: 0 };
  const answered = { failure: null, outcome: { kind: "allowed", partial: false } } as const;
  await failed(locations, "09:00", { ...answered, review: reviewValue({ usage }) });
  await failed(locations, "11:30", { ...answered, review: reviewValue({ usage }) });
  await failed(locations, "11:40", {
    ...answered,
    review: null,
    known: { receipt: "r", session: sessionId("s") },
    reviewer: undefined,
  });
  const environment = { COUNTERSIGN_BUDGET: '{"reviewsPerHour":2,"tokensPerDay":2000}' };
  const { stdout } = await callCommand(locations, ["status"], { environment });
  expect(stdout).toContain("budget    1 of 2 reviews in the last hour\n");
  expect(stdout).toContain(
    "budget    2000 of 2000 tokens in the last day: used up until 2026-01-03 09:00:01 UTC, and stops are let through unsigned\n",
  );
  const json = parseJson(
    (await callCommand(locations, ["status", "--json"], { environment })).stdout,
    Pauses,
  );
  expect(json.budget).toEqual([
    { limit: "reviewsPerHour", used: 1, allowed: 2, until: null },
    { limit: "tokensPerDay", used: 2000, allowed: 2000, until: "2026-01-03T09:00:01.000Z" },
  ]);
});

test("under onFailure block the table says which failures hold a stop back", async () => {
  const environment = { COUNTERSIGN_ON_FAILURE: "block" };
  const { stdout } = await callCommand(freshLocations(), ["status"], { environment });
  expect(stdout).toContain(
    'failures  hold the stop back once for each session and kind (onFailure is "block"), but for turn-interrupted, bad-input\n',
  );
});
