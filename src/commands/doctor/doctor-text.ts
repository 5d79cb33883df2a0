import { styleText } from "node:util";
import { count } from "#base/text.ts";
import type { Check, CheckState } from "./check.ts";

const COLOURS = { ok: "green", warning: "yellow", broken: "red", unknown: "magenta" } as const;
const STATE_WIDTH = Math.max(...Object.keys(COLOURS).map((state) => state.length)) + 2;

/**
 * Returns the checks as one block for a person and for an issue: a line each, its facts below it,
 * and the summary last.
 */
export function doctorText(heading: string, checks: readonly Check[], coloured: boolean): string {
  const idWidth = Math.max(...checks.map(({ id }) => id.length)) + 2;
  const indent = " ".repeat(STATE_WIDTH + idWidth);
  const lines = checks.flatMap(({ id, state, what, detail, next }) => [
    `${painted(state, coloured)}${id.padEnd(idWidth)}${what}`,
    ...detail.map((line) => `${indent}${line}`),
    ...(next === null ? [] : [`${indent}next: ${next}`]),
  ]);
  return [heading, "", ...lines, "", summaryText(checks), ""].join("\n");
}

/** Returns how it stands, in one line. */
export function summaryText(checks: readonly Check[]): string {
  const of = (state: CheckState): number => checks.filter((check) => check.state === state).length;
  const parts = [
    of("broken") > 0 ? `${of("broken")} broken` : "",
    of("unknown") > 0 ? `${of("unknown")} not checked` : "",
    of("warning") > 0 ? count(of("warning"), "warning") : "",
    `${of("ok")} ok`,
  ].filter((part) => part !== "");
  const verdict = of("broken") > 0 ? "not ready" : of("unknown") > 0 ? "not known to be ready" : "ready";
  return `${verdict}: ${parts.join(", ")}`;
}

function painted(state: CheckState, coloured: boolean): string {
  const word = state.padEnd(STATE_WIDTH);
  return coloured ? styleText(COLOURS[state], word, { validateStream: false }) : word;
}
