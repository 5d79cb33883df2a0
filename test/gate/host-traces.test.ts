import { expect, test } from "vitest";
import { type Config, DEFAULT_CONFIG } from "#gate/config.ts";
import type { Failure } from "#gate/failure/failure.ts";
import type { Work } from "#test/host-model/agents.ts";
import { type Habits, type HostEvent, habitsOf, playHost } from "#test/host-model/play-host.ts";
import { type Answer, newMemory, type Stopped, stopInMemory } from "#test/host-model/stop-in-memory.ts";
import { countingFinding } from "#test/review-values.ts";
import { type Dice, seededDice } from "#test/seeded-dice.ts";

const TRACES = 10_000;
const MINUTE_MS = 60_000;

type Played = {
  readonly seed: number;
  readonly habits: Habits;
  readonly config: Config;
  /** What the host did at each stop, beside what the gate made of it and whether it asked anybody. */
  readonly stops: readonly {
    readonly event: HostEvent;
    readonly stopped: Stopped;
    readonly asked: Answer[];
  }[];
};

function contentOf({ bugs, text }: Work): string {
  return `${bugs.join("")}:${text}`;
}

/** What an honest reviewer says, when it can be asked. */
function answerOf({ bugs }: Work, dice: Dice): Answer {
  if (dice.once(6)) return { failure: dice.pick(OUTAGES) };
  return { findings: bugs.map((bug) => countingFinding({ title: bug }, bug.repeat(12))) };
}

const OUTAGES: readonly Failure[] = [
  { kind: "provider-unreachable", detail: "d" },
  { kind: "deadline", seconds: 240, waitingFor: "the review" },
  { kind: "answer-empty" },
];

function configOf(dice: Dice): Config {
  return {
    ...DEFAULT_CONFIG,
    gate: dice.once(5) ? "advise" : "enforce",
    maxRounds: 1 + dice.below(7),
    maxMinutes: 1 + dice.below(60),
    onFailure: dice.once(2) ? "block" : "allow",
    messages: dice.pick(["quiet", "normal", "verbose"]),
  };
}

async function play(seed: number): Promise<Played> {
  const dice = seededDice(seed);
  const config = configOf(dice);
  const habits = habitsOf(dice);
  let memory = newMemory(contentOf({ bugs: [], text: 0 }));
  const answers: { stopped: Stopped; asked: Answer[] }[] = [];
  const events = await playHost(habits, dice, (stop) => {
    const asked: Answer[] = [];
    const review = (): Answer => {
      const answer = answerOf(stop.work, dice);
      asked.push(answer);
      return answer;
    };
    const now = stop.minute * MINUTE_MS;
    const stopped = stopInMemory(memory, { ...stop, content: contentOf(stop.work), now, review }, config);
    ({ memory } = stopped);
    answers.push({ stopped, asked });
    return "decision" in stopped.output;
  });
  const stops = events.flatMap((event, index) => {
    const answer = answers[index];
    return answer === undefined ? [] : [{ event, ...answer }];
  });
  return { seed, habits, config, stops };
}

const traces = await Promise.all(Array.from({ length: TRACES }, (_, index) => play(index + 1)));

/** Fails with the trace's seed, its agent and its outcomes, so that it can be played again. */
function holds(trace: Played, isTrue: boolean, what: string): void {
  if (isTrue) return;
  const outcomes = trace.stops.map(({ stopped }) => stopped.outcome?.kind).join(" ");
  throw new Error(`seed ${trace.seed} (${trace.habits.agent.name}): ${what}: ${outcomes}`);
}

test("the traces hold every agent, habit and outcome", () => {
  const outcomes = new Map<string, number>();
  for (const { stops } of traces) {
    for (const { stopped } of stops) {
      const { outcome } = stopped;
      const kind = outcome?.kind === "skipped" ? outcome.why : (outcome?.kind ?? "off");
      outcomes.set(kind, (outcomes.get(kind) ?? 0) + 1);
    }
  }
  const often = [
    "allowed",
    "blocked",
    "advised",
    "unchanged",
    "paused",
    "deferred",
    "capped",
    "unresolved",
    "failed",
  ];

  for (const kind of often) expect(outcomes.get(kind) ?? 0, kind).toBeGreaterThan(300);
  expect(new Set(traces.map(({ habits }) => habits.agent.name)).size).toBe(7);
});

test("no prompt is held back more than maxRounds times, and the host's own cap never has to end it", () => {
  for (const trace of traces) {
    const blocks = new Map<number, number>();
    for (const { event } of trace.stops) {
      const { prompt } = event.stop;
      blocks.set(prompt, (blocks.get(prompt) ?? 0) + (event.held ? 1 : 0));
      holds(trace, !event.overridden, "the host had to end it");
    }
    const most = trace.config.gate === "enforce" ? trace.config.maxRounds : 0;
    holds(trace, Math.max(...blocks.values()) <= most, `more than ${most} blocks in a prompt`);
  }
});

test("every block is about findings that a reviewer raised about this very content, or the one that onFailure asks for", () => {
  for (const trace of traces) {
    const failures = new Set<string>();
    const found = new Set<string>();
    for (const { event, stopped, asked } of trace.stops) {
      const content = contentOf(event.stop.work);
      if (asked.some((answer) => "findings" in answer && answer.findings.length > 0)) found.add(content);
      if (!event.held) continue;
      if (stopped.outcome?.kind === "failed") {
        holds(trace, trace.config.onFailure === "block", "a failure blocked unasked");
        holds(trace, !failures.has(stopped.outcome.class), "a failure blocked twice");
        failures.add(stopped.outcome.class);
      } else holds(trace, found.has(content), "a block without a finding");
    }
  }
});

test("nothing is signed but what a reviewer was asked about and found clean, but for what a cap settled", () => {
  for (const trace of traces) {
    const raised = new Set<string>();
    const capped = new Set<string>();
    const found = new Set<string>();
    for (const { event, stopped, asked } of trace.stops) {
      const content = contentOf(event.stop.work);
      const kind = stopped.outcome?.kind;
      if (asked.some((answer) => "findings" in answer)) found.add(content);
      const clean = event.stop.work.bugs.every((bug) => capped.has(bug));
      if (kind === "allowed") holds(trace, found.has(content) && clean, "signed what is not clean");
      if (found.has(content)) for (const bug of event.stop.work.bugs) raised.add(bug);
      if (kind === "capped") for (const bug of raised) capped.add(bug);
    }
  }
});

test("no stop lets unsigned work through in silence, unless it said so before in this prompt or in this pause", () => {
  for (const trace of traces) {
    const told = new Set<string>();
    let signed = contentOf({ bugs: [], text: 0 });
    let paused = false;
    for (const { event, stopped, asked } of trace.stops) {
      const { outcome, output } = stopped;
      const content = contentOf(event.stop.work);
      const about = `${event.stop.prompt} ${content}`;
      if (outcome?.kind === "allowed") signed = content;
      const says = output.systemMessage !== undefined;
      if (says) told.add(about);
      const pauses = outcome?.kind === "skipped" && outcome.why === "paused";
      const silent = !says && !told.has(about) && !(pauses && paused);
      if (!event.held && content !== signed) holds(trace, !silent, "a silent allow");
      if (pauses || outcome?.kind === "failed") paused = true;
      if (asked.some((answer) => "findings" in answer)) paused = false;
    }
  }
});

test("nobody is asked twice about one change, nor a third time after two failures in a row", () => {
  for (const trace of traces) {
    const answered = new Set<string>();
    let signed = contentOf({ bugs: [], text: 0 });
    let failed: readonly number[] = [];
    for (const { event, stopped, asked } of trace.stops) {
      const content = contentOf(event.stop.work);
      const change = `${signed} ${content}`;
      for (const answer of asked) {
        holds(trace, !answered.has(change), "asked twice");
        const latest = failed.at(-1);
        const soon = latest !== undefined && event.stop.minute - latest < 5;
        holds(trace, failed.length < 2 || !soon, "asked in a pause");
        if ("findings" in answer) answered.add(change);
        failed = "findings" in answer ? [] : [...failed, event.stop.minute];
      }
      if (stopped.outcome?.kind === "allowed") signed = content;
    }
  }
});

test("an agent that mends all of it when it is told is signed at its next stop", () => {
  for (const trace of traces) {
    if (trace.habits.agent.name !== "obedient") continue;
    for (const [index, { stopped, event }] of trace.stops.entries()) {
      const next = trace.stops[index + 1];
      if (stopped.outcome?.kind !== "blocked" || next?.event.stop.prompt !== event.stop.prompt) continue;
      const kind = next.stopped.outcome?.kind;
      const unasked = next.stopped.outcome?.kind === "skipped" && next.stopped.outcome.why === "paused";
      const lateOrUnasked = unasked || kind === "failed" || kind === "capped" || kind === "deferred";
      holds(trace, kind === "allowed" || lateOrUnasked, "what was mended is not signed");
      holds(trace, kind !== "capped" || outOfTime(trace, next.event), "the last fix was not looked at");
    }
  }
});

/** Not only `rounds` end a prompt's reviews. */
function outOfTime({ stops, config }: Played, event: HostEvent): boolean {
  const first = stops.find(({ event: one }) => one.held && one.stop.prompt === event.stop.prompt);
  const since = first?.event.stop.minute ?? event.stop.minute;
  return event.stop.minute - since > config.maxMinutes;
}
