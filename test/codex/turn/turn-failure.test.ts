import { describe, expect, test } from "vitest";
import type { CodexFailure } from "#codex/fault.ts";
import { patience, REVIEW_PATIENCE, RUN_PATIENCE } from "#codex/turn/patience.ts";
import { resetTime } from "#codex/turn/reset-time.ts";
import { turnFailure } from "#codex/turn/turn-failure.ts";

const NOW = new Date(2026, 10, 21, 13, 34, 40).getTime();

function at(...fields: readonly [number, number, number, number, number]): number {
  return new Date(...fields, 0).getTime();
}

describe("turnFailure", () => {
  const http = (httpStatusCode: number | null, name = "httpConnectionFailed") => ({
    [name]: { httpStatusCode },
  });

  test.each<readonly [string, unknown, string, string]>([
    ["0.169, 401", http(401), "unexpected status 401 Unauthorized: bad key, url: http://x", "not-signed-in"],
    ["0.140, 401", "other", "unexpected status 401 Unauthorized: bad key, url: http://x", "not-signed-in"],
    ["0.169, 403", http(403), "unexpected status 403 Forbidden", "not-signed-in"],
    ["an expired login", "unauthorized", "Your access token could not be refreshed", "not-signed-in"],
    ["a missing key", "other", "Missing environment variable: `X`.", "not-signed-in"],
    ["0.169, 404", "modelNotFound", "The model `x` does not exist", "model-not-found"],
    ["0.140, 404", "other", "unexpected status 404 Not Found: no model", "model-not-found"],
    [
      "404 of a wrong address",
      http(404),
      "unexpected status 404 Not Found: Unknown error, url: http://x/v1/responses",
      "request-refused",
    ],
    [
      "429",
      http(429, "responseTooManyFailedAttempts"),
      "exceeded retry limit, last status: 429",
      "rate-limit",
    ],
    ["a usage limit", "usageLimitExceeded", "You’ve hit your usage limit.", "usage-limit"],
    ["a rate limit", "rateLimitExceeded", "rate limit exceeded: try again in 1.2s.", "rate-limit"],
    [
      "0.140, a rate limit",
      "other",
      "stream disconnected before completion: Please try again in 900s.",
      "rate-limit",
    ],
    ["500", "internalServerError", "We’re currently experiencing high demand", "provider-overloaded"],
    ["502", http(502), "unexpected status 502 Bad Gateway", "provider-overloaded"],
    ["503", "serverOverloaded", "Selected model is at capacity.", "provider-overloaded"],
    ["a context", "contextWindowExceeded", "Codex ran out of room", "context-too-large"],
    ["413", http(413), "unexpected status 413 Payload Too Large", "context-too-large"],
    ["400", "other", '{"error":{"message":"nope"}}', "request-refused"],
    ["a policy", "cyberPolicy", "not this", "request-refused"],
    ["a sandbox", "sandboxError", "no sandbox", "sandbox-unusable"],
    ["a cut stream", "other", "stream disconnected before completion: Transport error", "stream-cut"],
    ["an unknown error", { somethingNew: {} }, "what is this", "turn-failed"],
    ["no cause at all", null, "what is this", "turn-failed"],
  ])("%s", (_name, codexErrorInfo, message, kind) => {
    expect(turnFailure({ message, codexErrorInfo }, NOW).kind).toBe(kind);
  });

  test.each<readonly [string, number | null, string, string]>([
    ["an unreachable provider", null, "Connection failed: error sending request", "provider-unreachable"],
    ["a refused login", 401, "unexpected status 401 Unauthorized: bad key", "not-signed-in"],
    ["a rate limit", null, "rate limit exceeded: Please try again in 900s.", "rate-limit"],
    ["a cut stream", null, "stream disconnected before completion: x", "stream-cut"],
    ["an overload", null, "We’re currently experiencing high demand", "provider-overloaded"],
  ])("the notice of a retry after %s", (_name, status, additionalDetails, kind) => {
    const message = "Reconnecting... 1/5";
    const codexErrorInfo = http(status, "responseStreamDisconnected");
    expect(turnFailure({ message, codexErrorInfo, additionalDetails }, NOW).kind).toBe(kind);
  });

  test("the detail is one safe line", () => {
    const failure = turnFailure({ message: `a\u001b[31m\nb ${"x".repeat(2_000)}` }, NOW);
    expect(failure).toMatchObject({ detail: expect.stringMatching(/^a b x+…$/) });
  });
});

describe("resetTime", () => {
  test.each<readonly [string, number | undefined]>([
    ["try again at 3:04 PM.", at(2026, 10, 21, 15, 5)],
    ["try again at 1:34 PM.", at(2026, 10, 21, 13, 35)],
    ["try again at 12:10 AM.", at(2026, 10, 22, 0, 11)],
    ["try again at Nov 24th, 2026 1:34 PM.", at(2026, 10, 24, 13, 35)],
    ["try again at Jan 1st, 2027 12:00 AM.", at(2027, 0, 1, 0, 1)],
    ["Please try again in 1.2s.", NOW + 1_200],
    ["Please try again in 20ms.", NOW + 20],
    ["try again in 5 days 2 hours 30 minutes", NOW + ((5 * 24 + 2) * 60 + 30) * 60_000],
    ["try again in 1m30s", NOW + 90_000],
    ["try again later", undefined],
  ])("%s", (message, expected) => {
    expect(resetTime(`You’ve hit your usage limit. Visit x or ${message}`, NOW)).toBe(expected);
  });
});

describe("patience", () => {
  const detail = "";
  const weighed = (failure: CodexFailure, unreachable = 0, limits = REVIEW_PATIENCE) =>
    patience({ failure, unreachable, now: NOW }, limits);
  test("what asking again cannot mend is given up at once", () => {
    expect(weighed({ kind: "not-signed-in", detail })).toEqual({ kind: "give-up" });
    expect(weighed({ kind: "request-refused", detail })).toEqual({ kind: "give-up" });
  });
  test("an unreachable provider gets one more chance in a review, and a minute in a run", () => {
    const failure = { kind: "provider-unreachable", detail } as const;
    expect(weighed(failure, 1)).toEqual({ kind: "go-on" });
    expect(weighed(failure, 2)).toEqual({ kind: "give-up" });
    expect(weighed(failure, 11, RUN_PATIENCE)).toEqual({ kind: "go-on" });
    expect(weighed(failure, 12, RUN_PATIENCE)).toEqual({ kind: "give-up" });
  });
  test("a rate limit is waited for as long as it is short", () => {
    const until = (retryAt: number | undefined, limits = REVIEW_PATIENCE) =>
      weighed({ kind: "rate-limit", detail, retryAt }, 0, limits);
    expect(until(NOW + 1_200)).toEqual({ kind: "wait", ms: 20_000 });
    expect(until(undefined)).toEqual({ kind: "wait", ms: 20_000 });
    expect(until(NOW + 90_000)).toEqual({ kind: "give-up" });
    expect(until(NOW + 90_000, RUN_PATIENCE)).toEqual({ kind: "wait", ms: 120_000 });
    expect(until(NOW + 900_000, RUN_PATIENCE)).toEqual({ kind: "give-up" });
  });
  test("what Codex bounds by itself is left to it", () => {
    expect(weighed({ kind: "stream-cut", detail })).toEqual({ kind: "go-on" });
    expect(weighed({ kind: "provider-overloaded", detail })).toEqual({ kind: "go-on" });
  });
});
