import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import type { Locations } from "#runs/locations.ts";
import { attemptsByReviewer, callsSince, recentAttempts } from "#runs/receipts/attempts.ts";
import type { ReceiptDraft } from "#runs/receipts/receipt.ts";
import { receiptName } from "#runs/receipts/receipt-files.ts";
import { receiptDraft, reviewValue, sessionId } from "#test/session-values.ts";
import { freshLocations } from "#test/state-root.ts";

const NOW = Date.parse("2026-01-20T12:00:00.000Z");
const SECOND = 1_000;
const DAY = 24 * 3_600 * SECOND;
const FAILED = { failure: { kind: "deadline" }, review: null } as const;

/** A receipt of that reviewer from so long ago; it took one second. */
function put(locations: Locations, key: string, ago: number, own: Partial<ReceiptDraft> = {}): string {
  const at = new Date(NOW - ago).toISOString();
  const session = sessionId(`s${ago}`);
  const name = receiptName(locations, session, 1, new Date(at));
  const reviewer = { key, version: "0.169.0", retriedAfter: null };
  const draft = receiptDraft({ at, seconds: 1, reviewer, ...own });
  const place = { schema: "countersign/receipt/1", id: name.id, session, n: 1, previous: null };
  mkdirSync(dirname(name.path), { recursive: true });
  writeFileSync(name.path, JSON.stringify({ ...draft, ...place }, null, 2));
  return name.path;
}

test("a reviewer's receipts are read back to its last answer", () => {
  const locations = freshLocations();
  const resetsAt = NOW + DAY;
  put(locations, "k", 10 * SECOND, { ...FAILED, failure: { kind: "usage-limit", resetsAt } });
  put(locations, "other", 20 * SECOND, FAILED);
  put(locations, "k", 30 * SECOND);
  put(locations, "k", 40 * SECOND, FAILED);
  const found = recentAttempts(locations, "k", NOW);
  expect(found.map(({ result }) => result)).toEqual([
    { kind: "failed", failure: "usage-limit", until: resetsAt },
    { kind: "answered" },
  ]);
  expect(found[0]).toMatchObject({ to: NOW - 9 * SECOND, receipt: "s10000-1", reviewer: { key: "k" } });
  expect([...attemptsByReviewer(locations, NOW).keys()]).toEqual(["k", "other"]);
});

test("a pause of the breaker is read, one of the budget says nothing of the reviewer", () => {
  const locations = freshLocations();
  const breaker = {
    kind: "breaker",
    failure: "deadline",
    receipt: "r-1",
    since: 1,
    until: 2,
    row: 2,
    times: 1,
  } as const;
  const budget = { kind: "budget", limit: "reviewsPerHour", used: 1, allowed: 1, until: 2 } as const;
  put(locations, "k", 10 * SECOND, { review: null, paused: breaker });
  put(locations, "k", 20 * SECOND, { review: null, paused: budget });
  const found = recentAttempts(locations, "k", NOW);
  expect(found.map(({ result }) => result)).toEqual([{ kind: "paused", pause: breaker }]);
  expect(callsSince(locations, NOW - DAY, NOW)).toEqual([]);
});

test("what is torn, of the future, too old or of a later form says nothing", () => {
  const locations = freshLocations();
  const torn = put(locations, "k", 10 * SECOND, FAILED);
  writeFileSync(torn, '{"reviewer":');
  const folder = put(locations, "k", 11 * SECOND, FAILED);
  rmSync(folder);
  mkdirSync(folder);
  put(locations, "k", -10 * SECOND, FAILED);
  put(locations, "k", 40 * DAY, FAILED);
  const later = put(locations, "k", 20 * SECOND, FAILED);
  writeFileSync(later, '{"reviewer": {"name": "another form"}}');
  expect(recentAttempts(locations, "k", NOW)).toEqual([]);
});

test("only so many are opened: what lies behind them is forgotten", () => {
  const locations = freshLocations();
  put(locations, "k", 1_000 * SECOND, FAILED);
  for (let n = 1; n <= 299; n += 1) put(locations, "other", n * SECOND, FAILED);
  expect(recentAttempts(locations, "k", NOW)).toHaveLength(1);
  put(locations, "other", 500 * SECOND, FAILED);
  expect(recentAttempts(locations, "k", NOW)).toEqual([]);
});

test("calls are counted over all reviewers, with the tokens that they took", () => {
  const locations = freshLocations();
  const usage = { input: 70, cachedInput: 60, output: 5, reasoning: 1 };
  put(locations, "k", 10 * SECOND, { review: reviewValue({ usage }) });
  put(locations, "other", 20 * SECOND, FAILED);
  put(locations, "k", 30 * SECOND, { review: reviewValue({ usage: null }) });
  put(locations, "k", 2 * DAY);
  const known = put(locations, "k", 40 * SECOND, {
    known: { receipt: "r", session: sessionId("s") },
    review: null,
  });
  expect(known).toContain(join("2026", "01", "20"));
  expect(callsSince(locations, NOW - DAY, NOW).map(({ tokens }) => tokens)).toEqual([75, 0, 0]);
});
