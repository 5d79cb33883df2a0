import { timeOfId } from "#codex/rollout/list-rollouts.ts";
import { fails, holds, type RecordCheck, unknown } from "./evidence.ts";
import type { RunClaims } from "./run-claims.ts";
import type { Witnesses } from "./witnesses.ts";

/** Clocks are set back and forth by this much, and not by more, while a run goes on. */
const SLACK_MS = 5_000;

/**
 * Says whether all that the files tell of the claimed turns lies between the moments of the record: the
 * stamps of their lines, and the moment at which each turn was given its id. A replayed one does not.
 */
export function timeCheck(
  { source, began, ended, resumed, threadId }: RunClaims,
  { turns, speaking }: Witnesses,
): RecordCheck {
  if (began === undefined || ended === undefined) return unknown("time", "the record names no moments");
  const madeAt = resumed && threadId !== undefined ? timeOfId(threadId) : undefined;
  // A stop that waits for another of its session goes on, on the thread that the other began meanwhile.
  const since = source === "gate-review" ? (turns[0]?.firstAt ?? began) : began;
  if (madeAt !== undefined && madeAt > since) {
    return fails("time", `the record says that the thread was there before; it was begun ${text(madeAt)}`);
  }
  const all = [...turns, ...speaking];
  const stamps = all.flatMap(({ firstAt, lastAt }) => [firstAt, lastAt]);
  const ids = [...all.map(({ id }) => id), ...(resumed || threadId === undefined ? [] : [threadId])];
  const moments = [...stamps, ...ids.map(timeOfId)].filter((moment) => moment !== undefined);
  if (all.length === 0 || moments.length === 0) return unknown("time", "no line of it has a moment");
  const [first, last] = [Math.min(...moments), Math.max(...moments)];
  const told = `${text(first)} to ${text(last)}`;
  const isWithin = first >= began - SLACK_MS && last <= ended + SLACK_MS;
  if (isWithin) return holds("time", told);
  return fails("time", `the record says ${text(began)} to ${text(ended)}, Codex's file says ${told}`);
}

function text(moment: number): string {
  const at = new Date(moment);
  return Number.isNaN(at.getTime()) ? "no date" : at.toISOString();
}
