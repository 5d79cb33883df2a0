import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { type Config, DEFAULT_CONFIG } from "#gate/config.ts";
import type { Failure } from "#gate/failure/failure.ts";
import type { Outcome } from "#gate/stop/outcome.ts";
import { afterFailure, afterReview, afterSnapshot, beforeSnapshot, type Decided } from "#gate/stop/policy.ts";
import { type PromptRounds, roundsAfter, roundsFor } from "#gate/stop/rounds.ts";
import { stopOutput } from "#gate/stop/stop-output.ts";
import type { StopReport } from "#gate/stop/stop-report.ts";
import type { CheckedFinding } from "#gate/verdict/finding.ts";
import { verdictOf } from "#gate/verdict/verdict.ts";
import { countingFinding, noReport, reviewReport } from "#test/review-values.ts";
import { fc } from "#test/seeded-check.ts";

const SOURCE = join(import.meta.dirname, "..", "..", "src");

/** A value, not a type: types name the field `readonly`. */
const BLOCKING = /(?<!readonly )\bdecision\b\??["'`\]]*\s*[:=,]\s*["'`]block["'`]/g;

function withoutComments(source: string): string {
  return source.replace(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, "");
}

describe("the source", () => {
  test("writes a blocking decision in exactly one place", () => {
    const files = readdirSync(SOURCE, { recursive: true, encoding: "utf8" }).filter((name) =>
      name.endsWith(".ts"),
    );
    const places = files.flatMap((name) =>
      [...withoutComments(readFileSync(join(SOURCE, name), "utf8")).matchAll(BLOCKING)].map(() => name),
    );
    expect(places).toEqual([join("gate", "stop", "stop-output.ts")]);
  });
});

const FINDINGS: Record<CheckedFinding["status"], CheckedFinding> = {
  counts: countingFinding(),
  note: { ...countingFinding(), status: "note" },
  settled: { ...countingFinding(), status: "settled", by: "person" },
  unverified: { status: "unverified", id: "u", finding: countingFinding().finding, doubt: "quote-empty" },
};

const findings = fc.array(fc.constantFrom(...Object.values(FINDINGS)), { maxLength: 4 });
const failures = fc.constantFrom<Failure>(
  { kind: "server-died", detail: "d" },
  { kind: "answer-empty" },
  { kind: "bug", detail: "d" },
);
/** One of each kind: a new kind does not compile without. */
const OUTCOMES: { readonly [K in Outcome["kind"]]: Extract<Outcome, { kind: K }> } = {
  allowed: { kind: "allowed", partial: false },
  blocked: { kind: "blocked", round: 1, of: 3 },
  advised: { kind: "advised" },
  skipped: { kind: "skipped", why: "unchanged" },
  deferred: { kind: "deferred", why: "background-tasks" },
  capped: { kind: "capped", why: "rounds" },
  unresolved: { kind: "unresolved" },
  failed: { kind: "failed", class: "bug", detail: "d", blocked: false },
  joined: { kind: "joined" },
};
const outcomes = fc.constantFrom<Outcome>(...Object.values(OUTCOMES), { ...OUTCOMES.failed, blocked: true });
const messages = fc.constantFrom("quiet" as const, "normal" as const, "verbose" as const);

/** The host's view of an output: every field may be there. */
type Printed = { readonly decision?: "block"; readonly reason?: string; readonly systemMessage?: string };

describe("one output", () => {
  test("never blocks without a finding that counts or the failure that was asked to block", () => {
    const report = fc.oneof(
      findings.map((some) => reviewReport(some)),
      failures.map((failure): StopReport => ({ ...noReport(), failure })),
    );
    fc.assert(
      fc.property(outcomes, report, messages, (outcome, told, level) => {
        const output: Printed = stopOutput(outcome, told, { messages: level });
        const counting = told.review?.findings.some(({ status }) => status === "counts") ?? false;
        const asked = outcome.kind === "failed" && outcome.blocked && told.failure !== undefined;
        expect(output.decision === "block").toBe((outcome.kind === "blocked" && counting) || asked);
        expect(output.decision === undefined).toBe(output.reason === undefined);
      }),
    );
  });
});

/** What the agent did to the work tree: nothing, something new, or what it had undone before. */
type Edit = "none" | "new" | "back";
const EDITS: readonly Edit[] = ["none", "new", "back"];

/** One Stop as the host and the world make it. */
type Step = {
  readonly newPrompt: boolean;
  readonly flag: boolean;
  readonly edit: Edit;
  readonly minutes: number;
  readonly result: { readonly failure: Failure } | { readonly findings: readonly CheckedFinding[] };
};

const steps = fc.array(
  fc.record({
    newPrompt: fc.boolean(),
    flag: fc.boolean(),
    edit: fc.constantFrom(...EDITS),
    minutes: fc.nat(12),
    result: fc.oneof(
      findings.map((some) => ({ findings: some })),
      failures.map((failure) => ({ failure })),
    ),
  }),
  { minLength: 1, maxLength: 60 },
);

const configs = fc
  .record({
    maxRounds: fc.integer({ min: 1, max: 7 }),
    maxMinutes: fc.integer({ min: 1, max: 60 }),
    onFailure: fc.constantFrom("allow" as const, "block" as const),
    gate: fc.constantFrom("enforce" as const, "advise" as const, "off" as const),
  })
  .map((changes): Config => ({ ...DEFAULT_CONFIG, ...changes }));

type World = {
  readonly prompt: number;
  readonly version: number;
  readonly newest: number;
  /** What the stop before saw. */
  readonly last: number | undefined;
  readonly signed: number;
  readonly now: number;
  readonly rounds: PromptRounds | undefined;
  readonly decided: readonly Decided[];
  readonly blockedKinds: readonly string[];
};
type Stopped = { readonly world: World; readonly outcome: Outcome | undefined; readonly blocks: boolean };

const START: World = {
  prompt: 0,
  version: 0,
  newest: 0,
  last: undefined,
  signed: 0,
  now: 0,
  rounds: undefined,
  decided: [],
  blockedKinds: [],
};

/**
 * Plays one Stop as the hook does. What was held back goes on with the same prompt. The host's flag
 * may say anything where prompts are named or the last stop was held back; else it is true.
 */
function play(before: World, step: Step, config: Config, named: boolean): Stopped {
  const prompt = step.newPrompt && before.rounds?.held !== true ? before.prompt + 1 : before.prompt;
  const world = {
    ...before,
    prompt,
    ...edited(before, step.edit),
    now: before.now + step.minutes * 60_000,
  };
  const promptId = named ? `p${prompt}` : undefined;
  const continued = prompt === before.prompt;
  const stopHookActive = named || before.rounds?.held === true ? step.flag : continued;
  const rounds = roundsFor(before.rounds, { promptId, stopHookActive });
  const ended = decide(world, step, { config, rounds });
  if (ended === undefined) return { world, outcome: undefined, blocks: false };
  const [outcome, report] = ended;
  const printed: Printed = stopOutput(outcome, report, { messages: "normal" });
  const blocks = printed.decision === "block";
  return {
    world: {
      ...remember(world, outcome),
      last: world.version,
      rounds: roundsAfter(rounds, outcome, world.now),
    },
    outcome,
    blocks,
  };
}

function edited({ version, newest }: World, edit: Edit): Pick<World, "version" | "newest"> {
  if (edit === "new") return { version: newest + 1, newest: newest + 1 };
  return { version: edit === "back" ? Math.max(0, version - 1) : version, newest };
}

function decide(
  world: World,
  { result }: Step,
  { config, rounds }: { config: Config; rounds: PromptRounds },
): [Outcome, StopReport] | undefined {
  const facts = { root: "/r", headless: false, runningTasks: 0, skipped: false, rounds, now: world.now };
  const first = beforeSnapshot(config, facts);
  if (first.kind === "off") return undefined;
  if (first.kind === "end") return [first.outcome, noReport()];
  const { mode } = first;
  const snapshot = {
    fingerprint: `s${world.version}`,
    baseline: `s${world.signed}`,
    last: world.last === undefined ? undefined : `s${world.last}`,
    decided: world.decided,
  };
  const second = afterSnapshot(snapshot);
  if (second.kind === "end") return [second.outcome, noReport()];
  if ("failure" in result) {
    const { blockedKinds } = world;
    const outcome = afterFailure(result.failure, config, { mode, rounds, blockedKinds, detail: "d" });
    return [outcome, { ...noReport(), failure: result.failure }];
  }
  const report = reviewReport(result.findings);
  return [afterReview(verdictOf(result.findings), config, { mode, rounds, partial: false }), report];
}

function remember(world: World, outcome: Outcome): World {
  if (outcome.kind === "allowed") return { ...world, signed: world.version };
  if (outcome.kind === "failed" && outcome.blocked)
    return { ...world, blockedKinds: [...world.blockedKinds, outcome.class] };
  if (outcome.kind === "blocked" || outcome.kind === "advised" || outcome.kind === "capped") {
    const decided = { baseline: `s${world.signed}`, fingerprint: `s${world.version}`, as: outcome.kind };
    return { ...world, decided: [...world.decided, decided] };
  }
  return world;
}

function run(trace: readonly Step[], config: Config, named: boolean): readonly Stopped[] {
  const stopped: Stopped[] = [];
  for (const step of trace) stopped.push(play(stopped.at(-1)?.world ?? START, step, config, named));
  return stopped;
}

function isBlockOf({ outcome, world }: Stopped, version: number): boolean {
  return outcome?.kind === "blocked" && world.version === version;
}

describe("any trace of stops", () => {
  const promptsNamed = fc.boolean();

  test("holds one prompt back at most maxRounds times, whatever the host's flag says", () => {
    fc.assert(
      fc.property(steps, configs, promptsNamed, (trace, config, named) => {
        const counts = new Map<number, number>();
        for (const { world, blocks } of run(trace, config, named)) {
          counts.set(world.prompt, (counts.get(world.prompt) ?? 0) + (blocks ? 1 : 0));
        }
        expect(Math.max(...counts.values())).toBeLessThanOrEqual(
          config.gate === "enforce" ? config.maxRounds : 0,
        );
      }),
    );
  });

  test("ends: an agent that stops again and again is let through after maxRounds blocks", () => {
    fc.assert(
      fc.property(configs, promptsNamed, fc.boolean(), (config, named, flag) => {
        const stubborn: Step = {
          newPrompt: false,
          flag,
          edit: "new",
          minutes: 0,
          result: { findings: [FINDINGS.counts] },
        };
        const stops = run(Array(20).fill(stubborn), config, named).map(({ blocks }) => blocks);
        expect(stops.indexOf(false)).toBeLessThanOrEqual(config.maxRounds);
        if (named) expect(stops.lastIndexOf(true)).toBeLessThan(config.maxRounds);
      }),
    );
  });

  test("holds nobody back twice for the same content unless the work went on in between", () => {
    fc.assert(
      fc.property(steps, configs, promptsNamed, (trace, config, named) => {
        const stops = run(trace, config, named);
        for (const [index, { outcome, world }] of stops.entries()) {
          const known = stops.slice(0, index).findLastIndex((one) => isBlockOf(one, world.version));
          if (outcome?.kind !== "blocked" || known === -1) continue;
          const since = stops.slice(known + 1, index);
          // A review that failed may lie between the way back to a content and the block for it.
          expect(since.some((one) => one.world.version !== world.version)).toBe(true);
        }
      }),
    );
  });

  test("signs only what was reviewed and has no finding that counts, never after a failure", () => {
    fc.assert(
      fc.property(steps, configs, promptsNamed, (trace, config, named) => {
        for (const [index, { outcome }] of run(trace, config, named).entries()) {
          const result = trace[index]?.result;
          if (outcome?.kind !== "allowed" || result === undefined) continue;
          expect("findings" in result && !result.findings.includes(FINDINGS.counts)).toBe(true);
        }
      }),
    );
  });

  test("reviews the last fix after the last block, and signs it when it is good", () => {
    const bad: Step = {
      newPrompt: false,
      flag: true,
      edit: "new",
      minutes: 1,
      result: { findings: [FINDINGS.counts] },
    };
    const good: Step = { ...bad, result: { findings: [] } };
    const kinds = (trace: readonly Step[]) =>
      run(trace, DEFAULT_CONFIG, true).map(({ outcome }) => outcome?.kind);
    expect(kinds([bad, bad, bad, good])).toEqual(["blocked", "blocked", "blocked", "allowed"]);
    expect(kinds([bad, bad, bad, bad, good])).toEqual(["blocked", "blocked", "blocked", "capped", "capped"]);
    expect(
      kinds([bad, bad, bad, bad, { ...bad, newPrompt: true, edit: "none" }, { ...bad, newPrompt: true }]),
    ).toEqual(["blocked", "blocked", "blocked", "capped", "unresolved", "blocked"]);
  });
});
