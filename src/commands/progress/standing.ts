import { count } from "#base/text.ts";
import { cellsOf, fitted } from "./fitted.ts";
import type { RunView } from "./run-view.ts";
import { clock, spanText, tokensText } from "./spans.ts";

const BETWEEN = " · ";
/** As much of what it does is shown in any case: the sums give way. */
const ENOUGH_CELLS = 24;

/**
 * Returns how a run stands at a moment (epoch milliseconds), in one line of at most so many cells: how
 * long it runs, what it does now, and what it did so far.
 */
export function standingLine(view: RunView, now: number, cells: number): string {
  const since = `${clock(now - view.began).padStart(7)}  `;
  const sums = sumsText(view);
  const room = cells - cellsOf(since);
  const left = sums === "" ? room : room - cellsOf(`${BETWEEN}${sums}`);
  const doing = doingNow(view, now);
  if (left < Math.min(ENOUGH_CELLS, cellsOf(doing))) return fitted(`${since}${doing}`, cells);
  return `${since}${fitted(doing, left)}${sums === "" ? "" : `${BETWEEN}${sums}`}`;
}

/** Returns what a run does at a moment (epoch milliseconds), in a few words that are safe for a terminal. */
export function doingNow(view: RunView, now: number): string {
  const [oldest, ...others] = view.running;
  if (oldest === undefined) return view.last?.text ?? "begins";
  const more = others.length > 0 ? ` and ${count(others.length, "command")} more` : "";
  return `runs ${oldest.command}${more} (${spanText(now - oldest.since)})`;
}

/** Returns what a run did so far, or nothing where it is too early to tell. */
export function sumsText(view: RunView): string {
  return [
    ...(view.commands > 0 ? [count(view.commands, "command")] : []),
    ...(view.edited.size > 0 ? [`${count(view.edited.size, "file")} edited`] : []),
    ...(view.tokens === undefined ? [] : [`${tokensText(view.tokens.input + view.tokens.output)} tokens`]),
  ].join(BETWEEN);
}
