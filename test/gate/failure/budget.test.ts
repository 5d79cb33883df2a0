import { expect, test } from "vitest";
import { budgetPause, budgetSpan, budgetUse } from "#gate/failure/budget.ts";
import { pauseText } from "#gate/failure/pause-text.ts";
import { fc } from "#test/seeded-check.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const NOW = Date.UTC(2026, 10, 23, 9, 0, 30);

test("without a budget nothing is looked at, and nothing is used up", () => {
  expect(budgetSpan(undefined, NOW)).toBeUndefined();
  expect(budgetSpan({}, NOW)).toBeUndefined();
  expect(budgetUse(undefined, [{ at: NOW, tokens: 5 }], NOW)).toEqual([]);
  expect(budgetPause([])).toBeUndefined();
});

test("only as far back as is counted", () => {
  expect(budgetSpan({ reviewsPerHour: 1 }, NOW)).toBe(NOW - HOUR);
  expect(budgetSpan({ reviewsPerHour: 1, tokensPerDay: 1 }, NOW)).toBe(NOW - DAY);
});

test("reviews of the last hour count, and there is room once the oldest has left it", () => {
  const spent = [NOW - 61 * MINUTE, NOW - 5 * MINUTE, NOW - 40 * MINUTE, NOW + 1].map((at) => ({
    at,
    tokens: 9,
  }));
  expect(budgetUse({ reviewsPerHour: 3 }, spent, NOW)).toEqual([
    { limit: "reviewsPerHour", used: 2, allowed: 3, until: undefined },
  ]);
  const [use] = budgetUse({ reviewsPerHour: 2 }, spent, NOW);
  expect(use).toEqual({ limit: "reviewsPerHour", used: 2, allowed: 2, until: NOW + 20 * MINUTE });
  // A limit that was lowered meanwhile waits for more than one to leave.
  expect(budgetUse({ reviewsPerHour: 1 }, spent, NOW)[0]?.until).toBe(NOW + 55 * MINUTE);
});

test("tokens of the last day count, and the limit that holds longest is named", () => {
  const spent = [
    { at: NOW - 23 * HOUR, tokens: 10 },
    { at: NOW - 2 * HOUR, tokens: 900 },
    { at: NOW - MINUTE, tokens: 200 },
  ];
  const uses = budgetUse({ reviewsPerHour: 1, tokensPerDay: 1_000 }, spent, NOW);
  expect(uses.map(({ used }) => used)).toEqual([1, 1_110]);
  const pause = budgetPause(uses);
  expect(pause).toEqual({
    kind: "budget",
    limit: "tokensPerDay",
    used: 1_110,
    allowed: 1_000,
    until: NOW + 22 * HOUR,
  });
  expect(pauseText(pause ?? never())).toBe(
    "The budget is used up: 1110 tokens within a day, of 1000 allowed. Nobody is asked until 2026-11-24 07:01 UTC.",
  );
  expect(pauseText({ ...(pause ?? never()), limit: "reviewsPerHour", used: 1, allowed: 1 })).toBe(
    "The budget is used up: 1 review within an hour, of 1 allowed. Nobody is asked until 2026-11-24 07:01 UTC.",
  );
});

function never(): never {
  throw new Error("it is used up");
}

test("when a pause says that there is room, there is, and not before", () => {
  const parts = fc.array(fc.record({ ago: fc.nat(DAY), tokens: fc.nat(1_000) }), { maxLength: 30 });
  fc.assert(
    fc.property(
      parts,
      fc.integer({ min: 1, max: 20 }),
      fc.integer({ min: 1, max: 5_000 }),
      (made, reviews, tokens) => {
        const spent = made.map(({ ago, tokens: taken }) => ({ at: NOW - ago, tokens: taken }));
        const budget = { reviewsPerHour: reviews, tokensPerDay: tokens };
        const at = (now: number) => budgetPause(budgetUse(budget, spent, now));
        const pause = at(NOW);
        if (pause === undefined) return;
        expect(pause.used).toBeGreaterThanOrEqual(pause.allowed);
        expect(at(pause.until - 1)).toBeDefined();
        expect(at(pause.until)).toBeUndefined();
      },
    ),
  );
});

test("a pause after failures says what failed, and how often", () => {
  const breaker = {
    kind: "breaker",
    failure: "server-died",
    receipt: "abc-1",
    since: NOW,
    until: NOW + MINUTE,
  } as const;
  expect(pauseText({ ...breaker, row: 3, times: 1 })).toBe(
    "The Codex app-server ended during the review; 3 reviews in a row failed. Nobody is asked until 2026-11-23 09:02 UTC.",
  );
  expect(
    pauseText({ ...breaker, failure: "sunspots", row: 1, times: 1, until: Date.UTC(2026, 10, 23, 9, 5) }),
  ).toBe("The reviewer failed (sunspots). Nobody is asked until 2026-11-23 09:05 UTC.");
});
