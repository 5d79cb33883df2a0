import { describe, expect, test } from "vitest";
import { DEFAULT_CONFIG } from "#gate/config.ts";
import type { Outcome } from "#gate/stop/outcome.ts";
import { afterFailure, afterReview, afterSnapshot, type Decided } from "#gate/stop/policy.ts";
import { type PromptRounds, roundsAfter } from "#gate/stop/rounds.ts";
import type { CheckRules } from "#gate/verdict/check-findings.ts";
import type { CheckedFinding } from "#gate/verdict/finding.ts";
import { keptVerdict } from "#gate/verdict/kept-verdict.ts";
import { type VerdictKey, verdictKey } from "#gate/verdict/verdict-key.ts";
import { countingFinding, objectId, shownScope } from "#test/review-values.ts";

/** What a reviewer says of a content: findings, or that it cannot be reached. */
type Answers = (content: string) => readonly CheckedFinding[] | "outage";

const BASELINE = "0";
const BAD = [countingFinding()];

/** What sessions share: the verdicts that were kept, and how often a reviewer was called. */
function desk(answers: Answers) {
  const kept = new Map<VerdictKey, readonly CheckedFinding[]>();
  let calls = 0;
  const ask = (content: string): readonly CheckedFinding[] | "outage" => {
    const key = verdictKey({
      baseline: { tree: objectId(BASELINE), opaque: [] },
      snapshot: { tree: objectId(content), opaque: [] },
      coverage: shownScope().coverage,
      reviewer: "r",
      instructions: "none",
    });
    const known = kept.get(key);
    if (known !== undefined) return known;
    calls += 1;
    const answer = answers(content);
    if (answer !== "outage") kept.set(key, answer);
    return answer;
  };
  return { ask, calls: () => calls };
}

/** A session that stops at one content after the other, each named by a hex digit. */
function sessionAt({ ask }: Pick<ReturnType<typeof desk>, "ask">, settled: readonly string[] = []) {
  let rounds: PromptRounds = { promptId: "p", blocks: 0, firstBlockAt: null, capped: false, held: false };
  let last: string | undefined;
  const decided: Decided[] = [];
  const rules: CheckRules = {
    blockSeverity: "high",
    settled: new Map(settled.map((id) => [id, "person"] as const)),
  };
  const facts = () => ({ mode: "enforce", rounds, partial: false }) as const;

  function decide(content: string): Outcome {
    const after = afterSnapshot({ fingerprint: content, baseline: BASELINE, last, decided });
    if (after.kind === "end") return after.outcome;
    const answer = ask(content);
    if (answer === "outage") {
      const failure = { kind: "provider-unreachable", detail: "" } as const;
      return afterFailure(failure, DEFAULT_CONFIG, { ...facts(), blockedKinds: [], detail: "" });
    }
    return afterReview(keptVerdict(answer, rules).verdict, DEFAULT_CONFIG, facts());
  }

  return (content: string): string => {
    const outcome = decide(content);
    const { kind } = outcome;
    if (kind === "blocked" || kind === "allowed" || kind === "capped") {
      decided.push({ baseline: BASELINE, fingerprint: content, as: kind });
    }
    rounds = roundsAfter(rounds, outcome, 0);
    last = content;
    return kind;
  };
}

function stops(answers: Answers, contents: string): { outcomes: readonly string[]; calls: number } {
  const shared = desk(answers);
  const stop = sessionAt(shared);
  return { outcomes: [...contents].map(stop), calls: shared.calls() };
}

describe("a verdict that is kept", () => {
  test("blocks again where the work comes back to what was blocked, with no call and as a round", () => {
    expect(stops(() => BAD, "aba")).toEqual({ outcomes: ["blocked", "blocked", "blocked"], calls: 2 });
    expect(stops(() => BAD, "abab")).toEqual({
      outcomes: ["blocked", "blocked", "blocked", "capped"],
      calls: 2,
    });
  });

  test("is not said a second time where nothing is new since the last stop", () => {
    expect(stops(() => BAD, "aaba")).toEqual({
      outcomes: ["blocked", "unresolved", "blocked", "blocked"],
      calls: 2,
    });
  });

  test("costs one call for a hundred stops at one content", () => {
    const { outcomes, calls } = stops(() => BAD, "a".repeat(100));
    expect(calls).toBe(1);
    expect(new Set(outcomes.slice(1))).toEqual(new Set(["unresolved"]));
  });

  test("is not made of an outage: the next stop asks again", () => {
    let reachable = false;
    const shared = desk(() => (reachable ? BAD : "outage"));
    const stop = sessionAt(shared);
    expect([stop("a"), stop("a")]).toEqual(["failed", "failed"]);
    reachable = true;
    expect(stop("a")).toBe("blocked");
    expect(shared.calls()).toBe(3);
    reachable = false;
    expect([stop("b"), stop("a")]).toEqual(["failed", "blocked"]);
    expect(shared.calls()).toBe(4);
  });

  test("holds in other sessions, whatever the reviewer would say now", () => {
    let first = true;
    const shared = desk(() => {
      const answer = first ? BAD : [];
      first = false;
      return answer;
    });
    expect([sessionAt(shared)("a"), sessionAt(shared)("a"), sessionAt(shared)("a")]).toEqual([
      "blocked",
      "blocked",
      "blocked",
    ]);
    expect(shared.calls()).toBe(1);
  });

  test("is judged by what is settled in the session that meets it", () => {
    const shared = desk(() => BAD);
    const { id } = countingFinding();
    expect(sessionAt(shared)("a")).toBe("blocked");
    expect(sessionAt(shared, [id])("a")).toBe("allowed");
    expect(sessionAt(shared)("a")).toBe("blocked");
    expect(shared.calls()).toBe(1);
  });
});
