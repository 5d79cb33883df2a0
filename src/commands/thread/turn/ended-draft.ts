import { errorText } from "#base/fault.ts";
import { clip } from "#base/text.ts";
import { CodexFault } from "#codex/fault.ts";
import { ThreadFault } from "#codex/thread/fault.ts";
import { type ThreadEvidence, threadEvidence } from "#codex/thread/thread-evidence.ts";
import { EMPTY_RECORD, type TurnRecord } from "#codex/turn/turn-record.ts";
import { failureOf } from "#commands/failure-of.ts";
import { runFailureOf } from "#commands/run-evidence/run-failure-of.ts";
import { changedBetween, type SeenTree, workTreeNow } from "#commands/run-evidence/work-tree.ts";
import type { RunFailure } from "#gate/contract/run-failure.ts";
import { failureLine } from "#gate/failure/failure-message.ts";
import { redacted } from "#gate/redact/redact.ts";
import type { EndDraft } from "#runs/end-run.ts";
import type { RunEnded } from "#runs/run-record.ts";
import type { CarriedOut } from "./carry-out.ts";
import { judgeTurn } from "./judge-turn.ts";
import type { BegunRun } from "./run-thread-turn.ts";
import { seenCommands } from "./seen-commands.ts";
import { type TurnAnswer, turnAnswer } from "./turn-answer.ts";

/** A record is kept for good: what is longer stands in the rollout. */
const MOST_COMMANDS = 200;
const LONGEST_COMMAND = 2_000;

export type Ending = {
  readonly carried: CarriedOut;
  /** Whether, and why, somebody asked the run to end. */
  readonly ended: AbortSignal;
};

const NO_EVIDENCE: ThreadEvidence = {
  rollouts: [],
  cliVersion: undefined,
  modelProvider: undefined,
  turn: undefined,
  reviewOutput: undefined,
};

/** Returns what is put on record of the end of a run. What of it cannot be had is a warning, and fails nothing. */
export async function endedDraft(begun: BegunRun, ending: Ending, signal: AbortSignal): Promise<EndDraft> {
  const warnings: string[] = [];
  const orWarn = async <T>(what: string, work: Promise<T>, otherwise: T): Promise<T> => {
    try {
      return await work;
    } catch (error) {
      warnings.push(`${what}: ${failureLine(failureOf(error))}`);
      return otherwise;
    }
  };
  const unseen: SeenTree = { tree: undefined, record: null };
  const after = await orWarn(
    "the work tree",
    workTreeNow(begun.locations, begun.request.cwd, signal),
    unseen,
  );
  const changed = await orWarn("what changed", changedBetween(begun.before, after, signal), null);
  const evidence = await orWarn("the rollout", evidenceOf(begun, ending, signal), NO_EVIDENCE);
  const { seen, server } = ending.carried;
  const none: TurnAnswer = { text: undefined, remarks: null, unusable: undefined };
  const { request, asked, before, call } = begun;
  const reading =
    seen === undefined ? none : turnAnswer({ request, nonce: asked.nonce, seen, evidence, before }, signal);
  const answer = await orWarn("the answer", Promise.resolve(reading), none);
  if (server?.notShared !== undefined) warnings.push(`a private server was used: ${server.notShared}`);
  const record = seen?.record ?? EMPTY_RECORD;
  const judged = { begun, ending, record, evidence, answer, changed };
  const now = Date.now();
  return {
    at: new Date(now).toISOString(),
    seconds: Math.max(0, now - call.now.getTime()) / 1_000,
    ...judgementOf(judged),
    ...factsOf(judged),
    workTree: after.record,
    changed,
    artifacts: [],
    answer: answer.text ?? null,
    remarks: answer.remarks,
    warnings,
  };
}

async function evidenceOf(
  { call, codex, request }: BegunRun,
  { carried: { thread, seen } }: Ending,
  signal: AbortSignal,
): Promise<ThreadEvidence> {
  if (thread === undefined) return NO_EVIDENCE;
  const wanted = {
    codexHome: codex.options.codexHome,
    threadId: thread.id,
    rolloutPath: thread.rolloutPath,
    turnId: seen?.turnIds[0],
    review: request.kind === "review",
    since: call.now.getTime(),
  };
  return await threadEvidence(wanted, signal);
}

type Judged = {
  readonly begun: BegunRun;
  readonly ending: Ending;
  readonly record: TurnRecord;
  readonly evidence: ThreadEvidence;
  readonly answer: TurnAnswer;
  readonly changed: RunEnded["changed"];
};

function judgementOf(judged: Judged): Pick<RunEnded, "outcome" | "checks"> {
  const { begun, ending, record, evidence, answer, changed } = judged;
  const { kind, target, write } = begun.request;
  return judgeTurn({
    kind,
    asked: write ? "workspace-write" : "read-only",
    needsLook: kind !== "turn" && target?.kind !== "custom",
    broken: brokenBy(ending),
    commands: seenCommands(record, evidence.turn),
    foreignTools: record.foreignTools,
    answer: answer.text,
    evidence,
    changed,
    unusable: answer.unusable,
  });
}

/** Returns why there is no completed turn, in the words of records. */
function brokenBy({ carried: { error, seen }, ended }: Ending): RunFailure | undefined {
  if (error === undefined) return undefined;
  if (ended.aborted && error === ended.reason) return { kind: "cancelled", detail: errorText(error) };
  if (error instanceof ThreadFault) return threadFailure(error.failure);
  const failure = runFailureOf(error);
  const hasBegun = seen !== undefined && seen.turnIds.length > 0;
  const isDead = error instanceof CodexFault && error.failure.kind === "server-died";
  return hasBegun && isDead ? { ...failure, kind: "killed" } : failure;
}

function threadFailure(failure: ThreadFault["failure"]): RunFailure {
  if (failure.kind === "mcp-server-unknown") {
    const known = failure.known.length === 0 ? "it has none" : `it has ${failure.known.join(", ")}`;
    const detail = `Codex's configuration has no MCP server "${failure.name}"; ${known}`;
    return { kind: "contract_invalid", detail };
  }
  return { kind: "thread_unavailable", detail: `${WHY[failure.why]} (${failure.detail})` };
}

const WHY: Record<Extract<ThreadFault["failure"], { kind: "thread-unavailable" }>["why"], string> = {
  unknown: "this CODEX_HOME has no such thread",
  busy: "a turn runs on it: wait until it is over, or end it with `countersign thread interrupt` and its id",
  held: "another process has it open: close it there",
  refused: "Codex does not continue it",
};

type Facts = Omit<
  EndDraft,
  | "at"
  | "seconds"
  | "outcome"
  | "checks"
  | "workTree"
  | "changed"
  | "artifacts"
  | "answer"
  | "remarks"
  | "warnings"
>;

function factsOf({ ending, record, evidence }: Judged): Facts {
  const { server, thread, seen } = ending.carried;
  const { turn, rollouts } = evidence;
  const commands = seenCommands(record, turn);
  return {
    server: server?.kind ?? "none",
    threadId: thread?.id ?? null,
    // Of a review the first is that of the thread; the other stands in the rollout of its own thread.
    turnIds: (seen?.turnIds ?? []).slice(0, 1),
    responseIds: [...(turn?.responseIds ?? [])],
    model: turn?.model ?? null,
    modelProvider: evidence.modelProvider ?? thread?.modelProvider ?? null,
    effort: turn?.effort ?? null,
    cliVersion: evidence.cliVersion ?? null,
    sandbox: turn?.sandboxPolicy ?? null,
    rollouts: [...rollouts],
    noRollout: rollouts.length > 0 ? null : noRollout(ending),
    usage: turn?.usage ?? null,
    commands: commands.slice(0, MOST_COMMANDS).map(({ command, exitCode }) => ({
      command: clip(redacted(command).text, LONGEST_COMMAND),
      exitCode: exitCode ?? null,
    })),
    commandsLeftOut: Math.max(0, commands.length - MOST_COMMANDS),
    reportedChanges: record.fileChanges.flatMap(({ kind, paths }) => (kind === "written" ? paths : [])),
  };
}

function noRollout({ carried }: Ending): string {
  return carried.thread === undefined ? "no thread was opened" : "the thread left no file";
}
