import { afterEach, expect, test, vi } from "vitest";
import { retriedAfter, watchTrouble } from "#codex/exec/exec-trouble.ts";

afterEach(() => {
  vi.useRealTimers();
});

const again = (cause: string) => ({ kind: "error", message: `Reconnecting... 1/5 (${cause})` }) as const;
const LIMITED = again("exceeded retry limit, last status: 429 Too Many Requests");

test.each([
  ["Reconnecting... 2/5 (unexpected status 503 (busy))", "unexpected status 503 (busy)"],
  ["Reconnecting... waiting for network (Connection failed: error)", "Connection failed: error"],
  ["Reconnecting... 1/5", "Reconnecting... 1/5"],
  ["unexpected status 503", undefined],
])("%s is asked again after %s", (message, cause) => {
  expect(retriedAfter(message)).toBe(cause);
});

test("what no waiting mends is given up at once", () => {
  const trouble = watchTrouble();
  trouble.hear(again("You've hit your usage limit."));
  expect([trouble.gaveUp.aborted, trouble.standing()?.kind]).toEqual([true, "usage-limit"]);
});

test("a rate limit is waited for, and no longer than makes sense", () => {
  vi.useFakeTimers();
  const trouble = watchTrouble();
  trouble.hear(LIMITED);
  vi.advanceTimersByTime(60_000);
  expect([trouble.gaveUp.aborted, trouble.standing()?.kind]).toEqual([false, "rate-limit"]);
  vi.advanceTimersByTime(600_000);
  expect(trouble.gaveUp.aborted).toBe(true);
});

test("a sign of life ends the trouble", () => {
  vi.useFakeTimers();
  const trouble = watchTrouble();
  trouble.hear(LIMITED);
  trouble.hear({ kind: "turn-started" });
  vi.advanceTimersByTime(600_000);
  expect([trouble.gaveUp.aborted, trouble.standing()]).toEqual([false, undefined]);
});

test("who has stopped listening is not called any more", () => {
  vi.useFakeTimers();
  const trouble = watchTrouble();
  trouble.hear(LIMITED);
  trouble.stop();
  vi.advanceTimersByTime(600_000);
  expect(trouble.gaveUp.aborted).toBe(false);
});
