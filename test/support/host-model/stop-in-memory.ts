import type { StopOutput } from "#claude/hook-output.ts";
import type { Config } from "#gate/config.ts";
import { type Attempt, pauseAt } from "#gate/failure/breaker.ts";
import type { Failure } from "#gate/failure/failure.ts";
import { type BackgroundTask, type TaskSeen, tasksSeen, tasksToWaitFor } from "#gate/stop/background.ts";
import type { Outcome } from "#gate/stop/outcome.ts";
import {
  afterFailure,
  afterReview,
  afterSnapshot,
  beforeSnapshot,
  type Decided,
  type LiveMode,
} from "#gate/stop/policy.ts";
import { type PromptRounds, roundsAfter, roundsFor } from "#gate/stop/rounds.ts";
import { stopOutput } from "#gate/stop/stop-output.ts";
import type { StopReport } from "#gate/stop/stop-report.ts";
import type { CheckedFinding } from "#gate/verdict/finding.ts";
import { type CountingFinding, verdictOf } from "#gate/verdict/verdict.ts";
import { noReport, reviewReport } from "#test/review-values.ts";

/** What comes of asking a reviewer. */
export type Answer = { readonly findings: readonly CountingFinding[] } | { readonly failure: Failure };

/** One Stop as the host makes it; `content` names the state of the work tree. */
export type StopMade = {
  readonly promptId: string | undefined;
  readonly stopHookActive: boolean;
  readonly tasks: readonly BackgroundTask[];
  readonly content: string;
  /** Epoch milliseconds. */
  readonly now: number;
  /** Asked only where a review is due. */
  readonly review: () => Answer;
};

/** What the gate remembers from stop to stop, as a session's file does. */
export type GateMemory = {
  readonly signed: string;
  /** What the stop before saw. */
  readonly last: string | undefined;
  readonly rounds: PromptRounds | undefined;
  readonly decided: readonly Decided[];
  readonly blockedKinds: readonly string[];
  readonly tasksSeen: readonly TaskSeen[];
  /** Ids of the findings that the last review left open, and of those that a cap settled. */
  readonly open: readonly string[];
  readonly settled: readonly string[];
  /** Every answer so far, by what it was about: the same change has the same verdict. */
  readonly verdicts: ReadonlyMap<string, readonly CountingFinding[]>;
  /** What is known of the reviewer, and the pauses that the user was told of. */
  readonly attempts: readonly Attempt[];
  readonly told: readonly string[];
};

export type Stopped = {
  readonly memory: GateMemory;
  /** Undefined where the gate is off. */
  readonly outcome: Outcome | undefined;
  readonly output: StopOutput;
};

export function newMemory(signed: string): GateMemory {
  const none = { decided: [], blockedKinds: [], tasksSeen: [], open: [], settled: [] };
  const reviewer = { verdicts: new Map(), attempts: [], told: [] };
  return { signed, last: undefined, rounds: undefined, ...none, ...reviewer };
}

/** Plays one Stop by the gate's own rules, in the order in which the hook applies them. */
export function stopInMemory(memory: GateMemory, stop: StopMade, config: Config): Stopped {
  const promptId = stop.promptId ?? null;
  const rounds = roundsFor(memory.rounds, stop);
  const waitedFor = tasksToWaitFor(stop.tasks, memory.tasksSeen, promptId);
  const before = beforeSnapshot(config, {
    root: "/r",
    headless: false,
    runningTasks: waitedFor.length,
    skipped: false,
    rounds,
    now: stop.now,
  });
  if (before.kind === "off") return { memory, outcome: undefined, output: {} };
  const ended: Ended =
    before.kind === "end"
      ? { outcome: before.outcome, report: noReport(), memory }
      : looked(memory, stop, { config, rounds });
  const { outcome, report } = ended;
  const seen =
    outcome.kind === "deferred" ? tasksSeen(memory.tasksSeen, waitedFor, promptId) : memory.tasksSeen;
  const looks = outcome.kind !== "deferred";
  // Rounds that ended before a look decided about nothing: the next prompt has it reviewed.
  const decides = before.kind === "look";
  return {
    memory: {
      ...(decides ? remembered(ended.memory, stop.content, outcome) : ended.memory),
      ...ledgerAfter(ended.memory, outcome),
      tasksSeen: seen,
      last: looks ? stop.content : memory.last,
      rounds: roundsAfter(rounds, outcome, stop.now),
    },
    outcome,
    output: ended.silent ? {} : stopOutput(outcome, report, config),
  };
}

type Ended = {
  readonly outcome: Outcome;
  readonly report: StopReport;
  readonly memory: GateMemory;
  /** The user knows already. */
  readonly silent?: boolean;
};
type Rules = { readonly config: Config; readonly rounds: PromptRounds };

function looked(memory: GateMemory, stop: StopMade, { config, rounds }: Rules): Ended {
  const mode = config.gate === "advise" ? "advise" : "enforce";
  const after = afterSnapshot({
    fingerprint: stop.content,
    baseline: memory.signed,
    last: memory.last,
    decided: memory.decided,
  });
  if (after.kind === "end") return { outcome: after.outcome, report: noReport(), memory };
  const key = `${memory.signed} ${stop.content}`;
  const known = memory.verdicts.get(key);
  if (known !== undefined) return judged(memory, known, { config, rounds, mode });
  const pause = pauseAt(memory.attempts, stop.now);
  if (pause !== undefined) {
    const outcome = { kind: "skipped", why: "paused" } as const;
    const told = { ...memory, told: [...memory.told, pause.receipt] };
    const silent = memory.told.includes(pause.receipt);
    return { outcome, report: { ...noReport(), pause }, memory: told, silent };
  }
  const answer = stop.review();
  const receipt = `r${memory.attempts.length}`;
  const at = { to: stop.now, receipt };
  if ("failure" in answer) {
    const facts = { mode, rounds, blockedKinds: memory.blockedKinds, detail: "d" } as const;
    const outcome = afterFailure(answer.failure, config, facts);
    const result = { kind: "failed", failure: answer.failure.kind, until: undefined } as const;
    const attempts = [...memory.attempts, { ...at, result }];
    const report = { ...noReport(), failure: answer.failure, pause: pauseAt(attempts, stop.now) };
    // Told by the failure that began it.
    return { outcome, report, memory: { ...memory, attempts, told: [...memory.told, receipt] } };
  }
  const attempts = [...memory.attempts, { ...at, result: { kind: "answered" } as const }];
  const verdicts = new Map(memory.verdicts).set(key, answer.findings);
  return judged({ ...memory, attempts, verdicts }, answer.findings, { config, rounds, mode });
}

function judged(
  memory: GateMemory,
  found: readonly CountingFinding[],
  { config, rounds, mode }: Rules & { readonly mode: LiveMode },
): Ended {
  const findings = found.map((one) => weighed(one, memory.settled));
  const outcome = afterReview(verdictOf(findings), config, { mode, rounds, partial: false });
  const open = findings.filter(({ status }) => status === "counts").map(({ id }) => id);
  return { outcome, report: reviewReport(findings), memory: { ...memory, open } };
}

function weighed(found: CountingFinding, settled: readonly string[]): CheckedFinding {
  return settled.includes(found.id) ? { ...found, status: "settled", by: "cap" } : found;
}

/** A cap settles what was open then; a signature ends the change. */
function ledgerAfter({ open, settled }: GateMemory, { kind }: Outcome): Pick<GateMemory, "open" | "settled"> {
  if (kind === "allowed") return { open: [], settled };
  if (kind === "capped") return { open: [], settled: [...settled, ...open] };
  return { open, settled };
}

function remembered(memory: GateMemory, content: string, outcome: Outcome): GateMemory {
  switch (outcome.kind) {
    case "allowed":
      return { ...memory, signed: content };
    case "blocked":
    case "advised":
    case "capped": {
      const decided = { baseline: memory.signed, fingerprint: content, as: outcome.kind };
      return { ...memory, decided: [...memory.decided, decided] };
    }
    case "failed":
      return outcome.blocked ? { ...memory, blockedKinds: [...memory.blockedKinds, outcome.class] } : memory;
    case "skipped":
    case "deferred":
    case "unresolved":
    case "joined":
      return memory;
  }
}
