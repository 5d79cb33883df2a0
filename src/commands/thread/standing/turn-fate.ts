import { statSync } from "node:fs";
import { findRollout } from "#codex/rollout/rollout.ts";
import { readRolloutTurn } from "#codex/rollout/rollout-turn.ts";
import type { RunView } from "#commands/progress/run-view.ts";
import { momentText } from "#commands/receipt-row.ts";
import type { StoredRun } from "#runs/records/run-files.ts";

/** What Codex's own record says became of a turn whose run left no end. */
export type TurnFate = {
  readonly kind: "completed" | "failed" | "interrupted" | "no-end" | "no-turn" | "no-rollout";
  /** On one line, for people. */
  readonly text: string;
  /** The final message, where it came to one. */
  readonly answer: string | undefined;
  readonly rollout: string | undefined;
};

/**
 * Returns what became of the turn of a run that died. A turn goes on without its client, so it may have
 * come to its end all the same.
 *
 * @throws Error with the system's code where the rollout cannot be read.
 */
export async function turnFate({ begun }: StoredRun, view: RunView): Promise<TurnFate> {
  const threadId = view.threadId ?? begun.resumes;
  if (threadId === null || view.turnId === undefined) {
    return fate("no-turn", "it had not started a turn of Codex yet, as far as its events tell");
  }
  const rollout = findRollout(begun.codexHome, threadId);
  if (rollout === undefined) {
    return fate("no-rollout", `Codex has no record of thread ${threadId} in ${begun.codexHome}`);
  }
  const { end } = await readRolloutTurn(rollout, statSync(rollout).size, view.turnId);
  switch (end.kind) {
    case "completed": {
      const when = end.at === undefined ? "" : `, ${momentText(new Date(end.at * 1_000).toISOString())} UTC`;
      const text = `Codex's own record says that its turn was completed all the same${when}`;
      return { kind: "completed", text, answer: end.message, rollout };
    }
    case "failed":
      return fate("failed", `Codex's own record says that its turn failed: ${end.detail}`, rollout);
    case "aborted":
      return fate("interrupted", "Codex's own record says that its turn was interrupted", rollout);
    case "unknown":
      return fate("no-end", "Codex's own record has no end of its turn: it was cut off, or goes on", rollout);
  }
}

function fate(kind: TurnFate["kind"], text: string, rollout?: string): TurnFate {
  return { kind, text, answer: undefined, rollout };
}
