import { readIfPresent } from "#base/files.ts";
import { isInView } from "#base/process-identity.ts";
import { clip, oneLine } from "#base/text.ts";
import { noEventYet, type RunView } from "#commands/progress/run-view.ts";
import { spanText } from "#commands/progress/spans.ts";
import { doingNow, sumsText } from "#commands/progress/standing.ts";
import { momentText } from "#commands/receipt-row.ts";
import { workerLog } from "#commands/thread/background/handover.ts";
import { type CancelDone, type CancelRequest, cancelDone, cancelRequest } from "#runs/records/run-cancel.ts";
import { runHandle, type StoredRun } from "#runs/records/run-files.ts";
import type { RunEnded, RunOutcome } from "#runs/records/run-record.ts";
import { viewOf } from "./event-reader.ts";
import { lookAtRun, type RunLook } from "./until-over.ts";

/** All that is known of a run at one moment. */
export type RunStanding = {
  readonly run: StoredRun;
  readonly look: RunLook;
  readonly view: RunView;
  readonly asked: CancelRequest | undefined;
  readonly done: CancelDone | undefined;
  /** Epoch milliseconds. */
  readonly now: number;
};

/** Without a sign of life for so long a process that is there hangs, or was stopped. */
const SILENT_MS = 30_000;
const LONGEST_ANSWER = 300;
const LONGEST_WORDS = 300;

export function standingOf(run: StoredRun, now: Date): RunStanding {
  const look = lookAtRun(run, now);
  return {
    run,
    look,
    view: look.kind === "ended" ? viewOfEnd(run, look.ended) : viewOf(run),
    asked: cancelRequest(run.name),
    done: cancelDone(run.name),
    now: now.getTime(),
  };
}

/** What is on record of its end is evidence, and shorter than all its events. */
function viewOfEnd({ begun }: StoredRun, ended: RunEnded): RunView {
  return {
    ...noEventYet(Date.parse(begun.at), begun.cwd),
    commands: ended.commands.length + ended.commandsLeftOut,
    edited: new Set(ended.reportedChanges),
    tokens: ended.usage ?? undefined,
    threadId: ended.threadId ?? undefined,
    turnId: ended.turnIds[0],
  };
}

/** Returns the state in one word, for a column. */
export function stateWord({ look, done }: RunStanding): string {
  if (look.kind === "ended") return outcomeWord(look.ended.outcome);
  if (look.kind === "died") return done === undefined ? "died" : "died, cancelled";
  return "running";
}

export function outcomeWord(outcome: RunOutcome): string {
  return outcome.kind === "succeeded" ? "succeeded" : `failed (${outcome.failure.kind})`;
}

/** Returns what it does, or did, in a few words. */
export function doingText({ look, view, now }: RunStanding): string {
  if (look.kind === "running") return doingNow(view, now);
  const sums = sumsText(view);
  if (look.kind === "ended") return sums;
  const last = view.running[0] === undefined ? view.last?.text : `runs ${view.running[0].command}`;
  return last === undefined ? sums : `last seen: ${last}`;
}

/** Returns how long it runs or ran, in milliseconds. */
export function spanOf({ look, run, now }: RunStanding): number {
  const began = Date.parse(run.begun.at);
  if (look.kind === "running") return now - began;
  return look.kind === "ended" ? look.ended.seconds * 1_000 : Date.parse(look.lastSign) - began;
}

/** Returns everything there is to say about a run, as pairs of a label and a line. */
export function standingRows(standing: RunStanding): readonly (readonly [label: string, text: string])[] {
  const { run, look, view } = standing;
  const { begun, name } = run;
  const threadId = view.threadId ?? begun.resumes;
  const rows: readonly (readonly [string, string | undefined])[] = [
    ["run", name.id],
    ["state", stateText(standing)],
    [
      "asked",
      `${begun.title} (${begun.kind}, ${begun.background ? "in the background" : "in the foreground"})`,
    ],
    ["began", `${momentText(begun.at)} UTC`],
    ["in", begun.cwd],
    [look.kind === "running" ? "doing" : "last", look.kind === "ended" ? undefined : doingText(standing)],
    ["so far", sumsText(view) || undefined],
    ["thread", threadId ?? undefined],
    ["cancel", cancelText(standing)],
    ["answer", look.kind === "ended" ? answerText(look.ended.answer, run) : undefined],
    ["said", look.kind === "died" ? lastWordsOf(run) : undefined],
    ["record", name.folder],
  ];
  return rows.flatMap(([label, text]) => (text === undefined ? [] : [[label, oneLine(text)] as const]));
}

/** Returns how a run stands, in a sentence without its subject. */
export function stateText(standing: RunStanding): string {
  const { run, look, now } = standing;
  const { pid } = run.begun.process;
  const span = spanText(spanOf(standing));
  if (look.kind === "ended") {
    const { outcome } = look.ended;
    const why = outcome.kind === "failed" ? `: ${outcome.failure.detail}` : "";
    return `${outcomeWord(outcome)} after ${span}${why}`;
  }
  const quiet = now - Date.parse(look.lastSign);
  if (look.kind === "died") {
    return `died: process ${pid} is gone and wrote no end; last sign of life ${momentText(look.lastSign)} UTC, ${spanText(quiet)} ago`;
  }
  if (!isInView(run.begun.process)) {
    return `running for ${span}, by its last sign of life ${spanText(quiet)} ago: process ${pid} of another pid namespace cannot be seen from here`;
  }
  const hangs = quiet > SILENT_MS ? `, which is there but gave no sign of life for ${spanText(quiet)}` : "";
  return `running for ${span} in process ${pid}${hangs}`;
}

/** What a worker's runtime wrote when it broke down; mostly nothing. */
function lastWordsOf({ name }: StoredRun): string | undefined {
  const words = readIfPresent(workerLog(name))?.trim() ?? "";
  return words === "" ? undefined : clip(oneLine(words.slice(-LONGEST_WORDS)), LONGEST_WORDS);
}

function cancelText({ asked, done, look }: RunStanding): string | undefined {
  if (asked === undefined && done === undefined) return undefined;
  const when = asked === undefined ? "" : `asked ${momentText(asked.at)} UTC by ${ASKERS[asked.by]}`;
  const what = done === undefined ? (look.kind === "ended" ? "" : "; not over yet") : `; ${doneText(done)}`;
  return `${when}${what}`;
}

const ASKERS = {
  terminal: "a person's terminal",
  "agent-shell": "an agent's shell",
  "no-terminal": "a program without a terminal",
} as const;

const PROCESSES = {
  gone: "its process was gone",
  "ended-by-us": "its process did not answer and was ended",
  "not-in-view": "its process cannot be seen from there",
} as const;

/** Returns what was done to a run from outside, on one line. */
export function doneText(done: Omit<CancelDone, "schema">): string {
  return `${momentText(done.at)} UTC: ${PROCESSES[done.process]}; ${done.detail}`;
}

function answerText(answer: string | null, { name }: StoredRun): string {
  if (answer === null) return "none";
  return `${clip(oneLine(answer), LONGEST_ANSWER)} (\`countersign thread result ${runHandle(name.id)}\` prints it)`;
}
