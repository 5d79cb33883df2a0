import { expect, test } from "vitest";
import { DEFAULT_CONFIG } from "#gate/config.ts";
import { FAILURE_POLICIES, failurePolicy } from "#gate/failure/failure-policy.ts";
import { FAILURE_TEXTS } from "#gate/failure/failure-texts.ts";

test("every kind that has words has a policy", () => {
  expect(Object.keys(FAILURE_POLICIES).sort()).toEqual(Object.keys(FAILURE_TEXTS).sort());
});

test("only the reviewer's own failures count against it, and only they are tried again", () => {
  const rows = Object.values(FAILURE_POLICIES);
  expect(rows.every(({ of, breaker }) => (of === "reviewer") === (breaker !== "none"))).toBe(true);
  expect(rows.every(({ of, retry }) => of === "reviewer" || retry === "nothing")).toBe(true);
  expect(rows.every(({ backOff }) => backOff >= 5 && backOff <= 60)).toBe(true);
});

test("what pauses at once are limits, and what is tried again whole is a cut stream", () => {
  const kindsWith = (holds: (policy: (typeof FAILURE_POLICIES)["bug"]) => boolean): readonly string[] =>
    Object.entries(FAILURE_POLICIES).flatMap(([kind, policy]) => (holds(policy) ? [kind] : []));
  expect(kindsWith(({ breaker }) => breaker === "reset")).toEqual(["usage-limit", "rate-limit"]);
  expect(kindsWith(({ retry }) => retry === "turn")).toEqual(["stream-cut"]);
  expect(kindsWith(({ held }) => held === "never")).toEqual(["turn-interrupted", "bad-input"]);
});

test("a kind of another version says nothing about the next call", () => {
  expect(failurePolicy("sunspots").breaker).toBe("none");
  expect(failurePolicy("usage-limit")).toBe(FAILURE_POLICIES["usage-limit"]);
  expect(DEFAULT_CONFIG.onFailure).toBe("allow");
});
