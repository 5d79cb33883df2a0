import { describe, expect, test } from "vitest";
import { type Config, DEFAULT_CONFIG } from "#gate/config.ts";
import {
  afterFailure,
  afterReview,
  afterSnapshot,
  beforeSnapshot,
  type Decided,
  modeFor,
  type StopFacts,
} from "#gate/stop/policy.ts";
import type { PromptRounds } from "#gate/stop/rounds.ts";
import { verdictOf } from "#gate/verdict/verdict.ts";
import { countingFinding } from "#test/review-values.ts";

const ROUNDS: PromptRounds = { promptId: "p", blocks: 0, firstBlockAt: null, capped: false, held: false };
const FACTS: StopFacts = {
  root: "/work/repo",
  headless: false,
  runningTasks: 0,
  skipped: false,
  rounds: ROUNDS,
  now: 10_000_000,
};

function config(changes: Partial<Config> = {}): Config {
  return { ...DEFAULT_CONFIG, ...changes };
}

function beforeOutcome(changes: Partial<StopFacts> = {}, settings: Partial<Config> = {}) {
  const decision = beforeSnapshot(config(settings), { ...FACTS, ...changes });
  return decision.kind === "end" ? decision.outcome : decision;
}

describe("beforeSnapshot", () => {
  test("looks, under the configured mode", () => {
    expect(beforeOutcome()).toEqual({ kind: "look", mode: "enforce" });
    expect(beforeOutcome({}, { gate: "advise" })).toEqual({ kind: "look", mode: "advise" });
  });

  test("off is off, whatever else holds, and leaves nothing to record", () => {
    const everything = {
      root: undefined,
      skipped: true,
      runningTasks: 3,
      rounds: { ...ROUNDS, capped: true },
    };
    expect(beforeOutcome(everything, { gate: "off", send: false })).toEqual({ kind: "off" });
  });

  test("ends a stop outside of a repository, and in one that must not be sent", () => {
    expect(beforeOutcome({ root: undefined })).toEqual({ kind: "skipped", why: "no-vcs" });
    expect(beforeOutcome({}, { send: false })).toEqual({ kind: "skipped", why: "not-sent" });
  });

  test("waits for background tasks, and keeps a person's skip for the stop that follows", () => {
    expect(beforeOutcome({ runningTasks: 1, skipped: true })).toEqual({
      kind: "deferred",
      why: "background-tasks",
    });
    expect(beforeOutcome({ skipped: true })).toEqual({ kind: "skipped", why: "person-skipped" });
  });

  test("reviews no more in a prompt that is capped", () => {
    expect(beforeOutcome({ rounds: { ...ROUNDS, blocks: 3, capped: true } })).toEqual({
      kind: "capped",
      why: "rounds",
    });
    expect(beforeOutcome({ rounds: { ...ROUNDS, blocks: 3 } })).toMatchObject({ kind: "look" });
  });

  test("counts the minutes from the first block of the prompt", () => {
    const at = (minutes: number) => ({ ...ROUNDS, blocks: 1, firstBlockAt: FACTS.now - minutes * 60_000 });
    expect(beforeOutcome({ rounds: at(30) })).toMatchObject({ kind: "look" });
    expect(beforeOutcome({ rounds: at(30.01) })).toEqual({ kind: "capped", why: "minutes" });
    expect(beforeOutcome({ rounds: at(3) }, { maxMinutes: 2 })).toEqual({ kind: "capped", why: "minutes" });
  });
});

describe("modeFor", () => {
  const repositories = { "/work/**": "advise", "/work/secret": "off", "**/strict": "enforce" } as const;

  test.each<[string, Partial<Config>, boolean, string]>([
    ["/home/me/x", { repositories, gate: "enforce" }, false, "enforce"],
    ["/work/x", { repositories }, false, "advise"],
    ["/work/secret", { repositories }, false, "off"],
    ["/work/strict", { repositories }, false, "enforce"],
    ["/work/strict", { repositories, gate: "off" }, false, "enforce"],
    ["/work/x", { repositories, headless: "enforce" }, false, "advise"],
    ["/work/x", { repositories, headless: "enforce" }, true, "enforce"],
    ["/work/x", { repositories, headless: "as-gate" }, true, "advise"],
    ["/work/x", { headless: "off" }, true, "off"],
    ["/work/x", { gate: "off", headless: "enforce" }, true, "enforce"],
    ["/work/secret", { repositories, headless: "enforce" }, true, "off"],
  ])("%s with %j, headless %s: %s", (root, settings, headless, mode) => {
    expect(modeFor(config(settings), { root, headless })).toBe(mode);
  });

  test("asks no glob where there is no repository", () => {
    expect(modeFor(config({ repositories: { "**": "off" } }), { root: undefined, headless: false })).toBe(
      "enforce",
    );
  });
});

describe("afterSnapshot", () => {
  function afterOutcome(
    fingerprint: string,
    baseline: string | undefined,
    decided: readonly Decided[] = [],
    last: string | undefined = fingerprint,
  ) {
    const decision = afterSnapshot({ fingerprint, baseline, last, decided });
    return decision.kind === "end" ? decision.outcome : decision;
  }

  test("never reviews by guess", () => {
    expect(afterOutcome("s1", undefined)).toEqual({ kind: "skipped", why: "no-baseline" });
  });

  test("has nothing to review where nothing changed", () => {
    expect(afterOutcome("s0", "s0")).toEqual({ kind: "skipped", why: "unchanged" });
  });

  test("reviews what is new", () => {
    expect(afterOutcome("s1", "s0")).toEqual({ kind: "review" });
  });

  test.each([
    ["blocked", { kind: "unresolved" }],
    ["advised", { kind: "unresolved" }],
    ["capped", { kind: "unresolved" }],
    ["allowed", { kind: "skipped", why: "unchanged" }],
    ["unshowable", { kind: "skipped", why: "unchanged" }],
  ] as const)("does not review again what was %s", (as, outcome) => {
    const decided: Decided[] = [
      { baseline: "s0", fingerprint: "s1", as },
      { baseline: "s0", fingerprint: "s2", as: "blocked" },
    ];
    expect(afterOutcome("s1", "s0", decided)).toEqual(outcome);
    expect(afterOutcome("s3", "s0", decided)).toEqual({ kind: "review" });
  });

  test("takes up again what was held back before, once the work went on in between", () => {
    const decided: Decided[] = [
      { baseline: "s0", fingerprint: "s1", as: "blocked" },
      { baseline: "s0", fingerprint: "s2", as: "allowed" },
    ];
    expect(afterOutcome("s1", "s0", decided, "s2")).toEqual({ kind: "review" });
    expect(afterOutcome("s2", "s0", decided, "s1")).toEqual({ kind: "skipped", why: "unchanged" });
  });

  test("goes by the last decision, and only by those from the same baseline", () => {
    const decided: Decided[] = [
      { baseline: "s0", fingerprint: "s1", as: "blocked" },
      { baseline: "s0", fingerprint: "s1", as: "allowed" },
    ];
    expect(afterOutcome("s1", "s0", decided)).toEqual({ kind: "skipped", why: "unchanged" });
    expect(afterOutcome("s1", "s9", decided)).toEqual({ kind: "review" });
  });
});

describe("afterReview", () => {
  const BLOCK = verdictOf([countingFinding()]);
  const enforce = { mode: "enforce", rounds: ROUNDS, partial: false } as const;

  test("signs what nothing counts against, in the last round too", () => {
    const last = { ...enforce, rounds: { ...ROUNDS, blocks: 3 } };
    expect(afterReview(verdictOf([]), config(), last)).toEqual({ kind: "allowed", partial: false });
    expect(afterReview(verdictOf([]), config(), { ...enforce, partial: true })).toEqual({
      kind: "allowed",
      partial: true,
    });
  });

  test("holds back up to maxRounds times, then caps", () => {
    const outcomes = [0, 1, 2, 3].map((blocks) =>
      afterReview(BLOCK, config(), { ...enforce, rounds: { ...ROUNDS, blocks } }),
    );
    expect(outcomes).toEqual([
      { kind: "blocked", round: 1, of: 3 },
      { kind: "blocked", round: 2, of: 3 },
      { kind: "blocked", round: 3, of: 3 },
      { kind: "capped", why: "rounds" },
    ]);
  });

  test("only advises where that is the mode", () => {
    expect(afterReview(BLOCK, config(), { ...enforce, mode: "advise" })).toEqual({ kind: "advised" });
  });
});

describe("afterFailure", () => {
  const failure = { kind: "server-died", detail: "gone" } as const;
  const facts = { mode: "enforce", rounds: ROUNDS, blockedKinds: [], detail: "gone" } as const;

  function blocked(changes: object = {}, settings: Partial<Config> = { onFailure: "block" }): boolean {
    const outcome = afterFailure(failure, config(settings), { ...facts, ...changes });
    expect(outcome).toMatchObject({ kind: "failed", class: "server-died", detail: "gone" });
    return outcome.kind === "failed" && outcome.blocked;
  }

  test("lets a stop through", () => {
    expect(blocked({}, {})).toBe(false);
  });

  test("blocks where asked to, once for each kind in a session and never past the rounds", () => {
    expect(blocked()).toBe(true);
    expect(blocked({ blockedKinds: ["deadline"] })).toBe(true);
    expect(blocked({ blockedKinds: ["server-died"] })).toBe(false);
    expect(blocked({ rounds: { ...ROUNDS, blocks: 3 } })).toBe(false);
    expect(blocked({ mode: "advise" })).toBe(false);
  });

  test("never blocks for a person's interrupt: who interrupts wants the session to go on", () => {
    const outcome = afterFailure({ kind: "turn-interrupted" }, config({ onFailure: "block" }), facts);
    expect(outcome).toMatchObject({ kind: "failed", class: "turn-interrupted", blocked: false });
  });
});
