import { type ThreadEvidence, threadEvidence } from "#codex/thread/thread-evidence.ts";
import { EMPTY_RECORD, type TurnRecord } from "#codex/turn/turn-record.ts";
import { inquiry } from "#commands/run/inquiry.ts";
import { recordedCommands, recordedSettings } from "#commands/run/recorded-turn.ts";
import { changedBetween, type SeenTree, workTreeNow } from "#commands/run/work-tree.ts";
import type { EndDraft } from "#runs/records/end-run.ts";
import type { RunEnded } from "#runs/records/run-record.ts";
import type { BegunRun } from "./begun-run.ts";
import { brokenBy } from "./broken-by.ts";
import type { CarriedOut } from "./carry-out.ts";
import { judgeTurn } from "./judge-turn.ts";
import { seenCommands } from "./seen-commands.ts";
import { type TurnAnswer, turnAnswer } from "./turn-answer.ts";

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
  const { warnings, orWarn } = inquiry();
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
    warnings: [...warnings, ...notSharedWarning(server?.notShared)],
  };
}

function notSharedWarning(why: string | undefined): readonly string[] {
  return why === undefined ? [] : [`a private server was used: ${why}`];
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
    broken: brokenBy(ending.carried, ending.ended),
    commands: seenCommands(record, evidence.turn),
    foreignTools: record.foreignTools,
    answer: answer.text,
    evidence,
    changed,
    unusable: answer.unusable,
  });
}

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
  return {
    server: server?.kind ?? "none",
    threadId: thread?.id ?? null,
    // Of a review the first is that of the thread; the other stands in the rollout of its own thread.
    turnIds: (seen?.turnIds ?? []).slice(0, 1),
    ...recordedSettings(turn),
    modelProvider: evidence.modelProvider ?? thread?.modelProvider ?? null,
    cliVersion: evidence.cliVersion ?? null,
    rollouts: [...rollouts],
    noRollout: rollouts.length > 0 ? null : noRollout(ending),
    usage: turn?.usage ?? null,
    ...recordedCommands(seenCommands(record, turn)),
    reportedChanges: record.fileChanges.flatMap(({ kind, paths }) => (kind === "written" ? paths : [])),
  };
}

function noRollout({ carried }: Ending): string {
  return carried.thread === undefined ? "no thread was opened" : "the thread left no file";
}
