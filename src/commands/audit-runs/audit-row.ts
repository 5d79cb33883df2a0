import { clip, oneLine } from "#base/text.ts";
import { outcomeText, reviewText } from "#commands/receipt-row.ts";
import type { Outcome } from "#gate/stop/outcome.ts";
import { receiptHandle } from "#runs/receipts/receipt.ts";
import type { StoredReceipt } from "#runs/receipts/receipt-files.ts";
import { runHandle, type StoredRun } from "#runs/records/run-files.ts";
import type { RunOutcome } from "#runs/records/run-record.ts";
import type { RunState } from "#runs/records/run-state.ts";

export const ROW_KINDS = ["gate", "exec", "thread", "review"] as const;
export type RowKind = (typeof ROW_KINDS)[number];

/** One call of Codex, or one decision about a call, as a list shows it. */
export type AuditRow = {
  readonly id: string;
  /** By what a person names it. */
  readonly handle: string;
  /** ISO 8601, UTC. */
  readonly at: string;
  readonly kind: RowKind;
  /** `orphaned`: its process is gone, and its thread goes on. */
  readonly state: "ended" | "running" | "died" | "orphaned";
  /** In a few words. */
  readonly outcome: string;
  /** The words by which it is asked for: `failed`, `usage-limit`. */
  readonly outcomeWords: readonly string[];
  readonly model: string | null;
  readonly tokens: { readonly input: number; readonly cachedInput: number; readonly output: number } | null;
  readonly seconds: number | null;
  readonly title: string;
  readonly session: string | null;
  /** The work tree, else the folder; null where none is known. */
  readonly place: string | null;
};

const LONGEST_TITLE = 80;

/** Returns the row of a decision of the gate, or of a review that was asked for. */
export function receiptRow({ receipt }: StoredReceipt): AuditRow {
  const { outcome, review } = receipt;
  return {
    id: receipt.id,
    handle: receiptHandle(receipt),
    at: receipt.at,
    kind: receipt.event === "review" ? "review" : "gate",
    state: "ended",
    outcome: outcomeText(outcome),
    outcomeWords: [outcome.kind, ...whyOf(outcome)],
    model: review?.model ?? null,
    tokens: review?.usage ?? null,
    seconds: receipt.seconds,
    title: reviewText(receipt),
    session: receipt.session,
    place: receipt.repository?.root ?? null,
  };
}

/** Returns the row of an exec or thread run. `goesOn`: its thread was written to just now, whoever does that. */
export function runRow(
  { name, begun, ended }: StoredRun,
  { state, goesOn, now }: { readonly state: RunState; readonly goesOn: boolean; readonly now: Date },
): AuditRow {
  const stands = state.kind === "died" && goesOn ? "orphaned" : state.kind;
  const running = (now.getTime() - Date.parse(begun.at)) / 1_000;
  return {
    id: name.id,
    handle: runHandle(name.id),
    at: begun.at,
    kind: KINDS[begun.kind],
    state: stands,
    outcome: ended === undefined ? unfinishedText(state, stands) : endText(ended.outcome),
    outcomeWords: ended === undefined ? [stands] : wordsOf(ended.outcome),
    model: ended?.model ?? begun.asked.model,
    tokens: ended?.usage ?? null,
    seconds: ended?.seconds ?? (stands === "running" ? Math.max(0, running) : null),
    title: clip(oneLine(begun.title), LONGEST_TITLE),
    session: begun.asker.session,
    place: begun.workTree?.root ?? begun.cwd,
  };
}

const KINDS = { exec: "exec", turn: "thread", review: "review", "adversarial-review": "review" } as const;

function unfinishedText(state: RunState, stands: AuditRow["state"]): string {
  if (state.kind !== "died") return stands;
  const sign = `last sign ${state.lastSign.slice(0, 19).replace("T", " ")}`;
  return `${stands === "orphaned" ? "orphaned, its thread goes on" : "died"} (${sign})`;
}

function endText(outcome: RunOutcome): string {
  return outcome.kind === "succeeded" ? "succeeded" : `failed (${outcome.failure.kind})`;
}

function wordsOf(outcome: RunOutcome): readonly string[] {
  return outcome.kind === "succeeded" ? ["succeeded"] : ["failed", outcome.failure.kind];
}

function whyOf(outcome: Outcome): readonly string[] {
  switch (outcome.kind) {
    case "allowed":
      return outcome.partial ? ["partial"] : [];
    case "skipped":
    case "deferred":
    case "capped":
      return [outcome.why];
    case "failed":
      return [outcome.class];
    case "blocked":
    case "advised":
    case "unresolved":
    case "joined":
      return [];
  }
}
