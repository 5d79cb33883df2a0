import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { AllowedTime } from "#commands/hooks/registered-deadline.ts";
import { type StopDeadline, stopDeadline } from "#commands/stop/stop-deadline.ts";

let looks = 0;
beforeEach(() => {
  looks = 0;
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** A stop whose process has run for `begun` seconds. */
function started(allowed: AllowedTime, { wanted = 240, begun = 0 } = {}): StopDeadline {
  const origin = performance.now() - begun * 1_000;
  return stopDeadline({
    wanted,
    allow: () => {
      looks += 1;
      return allowed;
    },
    elapsed: () => (performance.now() - origin) / 1_000,
  });
}

const WHOLE = { seconds: 240, answered: 295, cut: undefined };
const SHORT = { seconds: 8, answered: 9, cut: "/s.json gives the Stop hook 10 s" };

test("a stop that is over at once never looks at what the host gives it", () => {
  const deadline = started(WHOLE);
  vi.advanceTimersByTime(900);
  deadline.clear();
  vi.advanceTimersByTime(1_000_000);
  expect(looks).toBe(0);
  expect(deadline.signal.aborted).toBe(false);
});

test("one that takes long looks once, and ends in time", () => {
  const deadline = started(WHOLE, { begun: 2 });
  vi.advanceTimersByTime(1_001);
  deadline.beforeReview();
  expect(looks).toBe(1);
  vi.advanceTimersByTime(236_900);
  expect(deadline.signal.aborted).toBe(false);
  vi.advanceTimersByTime(200);
  expect(deadline.signal.reason.failure).toEqual({
    kind: "deadline",
    seconds: 240,
    waitingFor: "the review",
  });
  expect(deadline.last.aborted).toBe(false);
  vi.advanceTimersByTime(55_000);
  expect(deadline.last.reason.failure).toMatchObject({ waitingFor: expect.stringContaining("on record") });
});

test("a time that was cut says by what, at the deadline and at the last moment", () => {
  const deadline = started(SHORT);
  deadline.beforeReview();
  vi.advanceTimersByTime(8_000);
  expect(deadline.signal.reason.failure).toMatchObject({ seconds: 8, detail: SHORT.cut });
  vi.advanceTimersByTime(1_000);
  expect(deadline.last.reason.failure).toMatchObject({ detail: SHORT.cut });
});

test("no review is begun where too little is left for one", () => {
  expect(() => started(SHORT, { begun: 5.9 }).beforeReview()).not.toThrow();
  const late = started(SHORT, { begun: 6.1 });
  expect(() => late.beforeReview()).toThrow(
    expect.objectContaining({ failure: expect.objectContaining({ kind: "deadline", detail: SHORT.cut }) }),
  );
  expect(() => started(WHOLE, { begun: 238.1 }).beforeReview()).toThrow();
});

test("a time that is used up already ends at the next tick", () => {
  const deadline = started(SHORT, { begun: 60 });
  vi.advanceTimersByTime(1_001);
  expect([deadline.signal.aborted, deadline.last.aborted]).toEqual([true, true]);
});

test("a wish below a second is kept", () => {
  const deadline = started({ seconds: 0.2, answered: 295, cut: undefined }, { wanted: 0.2 });
  vi.advanceTimersByTime(201);
  vi.advanceTimersByTime(1);
  expect(deadline.signal.aborted).toBe(true);
});
