import { expect, test } from "vitest";
import { type Config, DEFAULT_CONFIG } from "#gate/config.ts";
import type { Failure } from "#gate/failure.ts";
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
  if (dice.once(10)) return { failure: dice.pick(OUTAGES) };
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
      const kind = stopped.outcome?.kind ?? "off";
      outcomes.set(kind, (outcomes.get(kind) ?? 0) + 1);
    }
  }
  const often = ["allowed", "blocked", "advised", "skipped", "deferred", "capped", "unresolved", "failed"];
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
    for (const { event, stopped, asked } of trace.stops) {
      if (!event.held) continue;
      const [answer] = asked;
      if (stopped.outcome?.kind === "failed") {
        holds(trace, trace.config.onFailure === "block", "a failure blocked unasked");
        holds(trace, !failures.has(stopped.outcome.class), "a failure blocked twice");
        failures.add(stopped.outcome.class);
      } else {
        const found = answer !== undefined && "findings" in answer && answer.findings.length > 0;
        holds(trace, found, "a block without a finding");
      }
    }
  }
});

test("nothing is signed but what a reviewer was asked about and found clean, but for what a cap settled", () => {
  for (const trace of traces) {
    const raised = new Set<string>();
    const capped = new Set<string>();
    for (const { event, stopped, asked } of trace.stops) {
      const kind = stopped.outcome?.kind;
      const isFound = asked.some((answer) => "findings" in answer);
      const clean = event.stop.work.bugs.every((bug) => capped.has(bug));
      if (kind === "allowed") holds(trace, isFound && clean, "signed what is not clean");
      if (isFound) for (const bug of event.stop.work.bugs) raised.add(bug);
      if (kind === "capped") for (const bug of raised) capped.add(bug);
    }
  }
});

test("no stop lets unsigned work through in silence, unless it said so before in this prompt", () => {
  for (const trace of traces) {
    const told = new Set<string>();
    let signed = contentOf({ bugs: [], text: 0 });
    for (const { event, stopped } of trace.stops) {
      const content = contentOf(event.stop.work);
      const about = `${event.stop.prompt} ${content}`;
      if (stopped.outcome?.kind === "allowed") signed = content;
      const says = stopped.output.systemMessage !== undefined;
      if (says) told.add(about);
      if (!event.held && content !== signed) holds(trace, says || told.has(about), "a silent allow");
    }
  }
});

test("no content is asked about twice without a change or an outage in between", () => {
  for (const trace of traces) {
    let before: { readonly content: string; readonly judged: boolean } | undefined;
    for (const { event, stopped, asked } of trace.stops) {
      const content = contentOf(event.stop.work);
      if (before?.content === content && before.judged) holds(trace, asked.length === 0, "asked twice");
      if (stopped.outcome?.kind === "deferred") continue;
      const judged = asked.some((answer) => "findings" in answer);
      before = { content, judged: judged || (before?.content === content && before.judged) };
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
      const lateOrUnasked = kind === "failed" || kind === "capped" || kind === "deferred";
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
