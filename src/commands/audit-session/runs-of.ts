import type { SeenEnd, SeenRun } from "#audit/claims/seen-run.ts";
import { realPath } from "#claude/real-path.ts";
import type { RolloutOutline, TurnOutline } from "#codex/rollout/rollout-outline.ts";
import type { Receipt } from "#runs/receipts/receipt.ts";
import type { StoredRun } from "#runs/records/run-files.ts";
import type { SessionRecords, Span } from "./session-records.ts";

export type RunsAround = {
  readonly records: SessionRecords;
  readonly span: Span;
  /** Rollouts that the agent wrote itself. */
  readonly forged: ReadonlySet<string>;
};

/** Returns every turn of a time, by rollouts and records together, the earliest first. */
export function runsOf(
  outlines: readonly RolloutOutline[],
  { records, span, forged }: RunsAround,
): readonly SeenRun[] {
  const turns = outlines.flatMap((outline) =>
    outline.turns.flatMap((turn) => turnRun(outline, turn, forged) ?? []),
  );
  const known = turns
    .filter(({ began }) => began >= span.from && began <= span.to)
    .map((run) => withChild(run, turns));
  const marked = known.map((run) => marks(run, records));
  const recorded = new Set(marked.flatMap(({ record, receipt }) => [record, receipt?.id]));
  const alone = [
    ...records.runs.filter(({ name }) => !recorded.has(name.id)).map(recordRun),
    ...records.receipts
      .filter(({ receipt }) => !recorded.has(receipt.id))
      .flatMap(({ receipt }) => receiptRun(receipt)),
  ];
  return [...marked, ...alone].toSorted((a, b) => a.began - b.began);
}

function turnRun(
  outline: RolloutOutline,
  turn: TurnOutline,
  forged: ReadonlySet<string>,
): SeenRun | undefined {
  const began = turn.firstAt ?? turn.startedAt;
  if (turn.inherited || began === undefined) return undefined;
  const cwd = turn.cwd ?? outline.cwd;
  return {
    id: `${outline.threadId}/${turn.id}`,
    thread: outline.threadId,
    rollout: outline.path,
    began,
    ended: turn.lastAt,
    cwd: cwd === undefined ? undefined : realPath(cwd),
    source: outline.source,
    originator: outline.originator,
    parent: outline.parentThreadId,
    prompts: turn.prompts.map(({ words }) => words),
    answer: turn.answer?.words,
    ...endOf(turn.end),
    record: undefined,
    receipt: undefined,
    forged: forged.has(realPath(outline.path)),
  };
}

function endOf(end: TurnOutline["end"]): { readonly end: SeenEnd; readonly detail: string } {
  switch (end.kind) {
    case "completed":
      return { end: "completed", detail: "" };
    case "failed":
      return { end: "failed", detail: end.detail };
    case "interrupted":
      return { end: "interrupted", detail: end.reason };
    case "completed-or-failed":
      return {
        end: "unknown",
        detail: "it ended without a message, which this version does not tell from a failure",
      };
    case "none":
      return { end: "unknown", detail: "" };
  }
}

/** A review is done in a thread of its own, whose end is the better word. */
function withChild(run: SeenRun, all: readonly SeenRun[]): SeenRun {
  if (run.end !== "unknown") return run;
  const child = all.find(
    ({ parent, began }) => parent === run.thread && parent !== undefined && began >= run.began,
  );
  return child === undefined
    ? run
    : { ...run, end: child.end, detail: child.detail, answer: run.answer ?? child.answer };
}

function marks(run: SeenRun, { runs, receipts }: SessionRecords): SeenRun {
  const record = runs.find(({ ended }) => isOf(run, ended?.threadId, ended?.turnIds));
  const signed = receipts.find(({ receipt }) =>
    isOf(run, receipt.review?.threadId, receipt.review?.turnIds),
  )?.receipt;
  return { ...run, record: record?.name.id, receipt: signed === undefined ? undefined : receiptOf(signed) };
}

function isOf(
  run: SeenRun,
  thread: string | null | undefined,
  turns: readonly string[] | undefined,
): boolean {
  if (run.thread === undefined) return false;
  if (run.thread !== thread && run.parent !== thread) return false;
  return (
    turns === undefined ||
    turns.length === 0 ||
    run.parent === thread ||
    turns.some((turn) => run.id.endsWith(`/${turn}`))
  );
}

function receiptOf({ id, session, event }: Receipt): NonNullable<SeenRun["receipt"]> {
  return { id, session, asked: event === "review" };
}

/** A run of ours of which no rollout is here. */
function recordRun({ name, begun, ended }: StoredRun): SeenRun {
  const { outcome } = ended ?? {};
  return {
    ...NOTHING,
    id: name.id,
    thread: ended?.threadId ?? undefined,
    began: Date.parse(begun.at),
    ended: ended === undefined ? undefined : Date.parse(ended.at),
    cwd: realPath(begun.cwd),
    answer: ended?.answer ?? undefined,
    end: outcome === undefined ? "unknown" : outcome.kind === "succeeded" ? "completed" : "failed",
    detail: outcome?.kind === "failed" ? outcome.failure.kind : "",
    record: name.id,
  };
}

function receiptRun(receipt: Receipt): readonly SeenRun[] {
  const { review, repository, at, seconds } = receipt;
  if (review === null) return [];
  const ended = Date.parse(at);
  const end = review.decision === null ? "unknown" : "completed";
  return [
    {
      ...NOTHING,
      id: receipt.id,
      thread: review.threadId,
      began: ended - seconds * 1_000,
      ended,
      cwd: repository === null ? undefined : realPath(repository.root),
      end,
      receipt: receiptOf(receipt),
    },
  ];
}

const NOTHING = {
  thread: undefined,
  rollout: undefined,
  source: undefined,
  originator: undefined,
  parent: undefined,
  prompts: [],
  answer: undefined,
  detail: "",
  record: undefined,
  receipt: undefined,
  forged: false,
} as const;
