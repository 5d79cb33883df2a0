import { count } from "#base/text.ts";
import { FAILURE_TEXTS } from "./failure-texts.ts";
import type { Pause } from "./pause.ts";

/** Returns in a sentence why nobody is asked, and until when. Times are in UTC. */
export function pauseText(pause: Pause): string {
  if (pause.kind === "budget") return `${BUDGETS[pause.limit](pause)} ${untilText(pause)}`;
  const [, text] = Object.entries(FAILURE_TEXTS).find(([kind]) => kind === pause.failure) ?? [];
  const what = text?.what ?? `The reviewer failed (${pause.failure})`;
  const row = pause.row > 1 ? `; ${count(pause.row, "review")} in a row failed` : "";
  return `${what}${row}. ${untilText(pause)}`;
}

/** Returns the same for whom has just read what failed. */
export function pauseAfterFailureText(pause: Pause): string {
  if (pause.kind === "budget") return pauseText(pause);
  const row = pause.row > 1 ? `${count(pause.row, "review")} in a row failed. ` : "";
  return `${row}${untilText(pause)}`;
}

function untilText({ until }: Pause): string {
  return `Nobody is asked until ${minuteText(until)} UTC.`;
}

const BUDGETS: Record<Extract<Pause, { kind: "budget" }>["limit"], (used: Used) => string> = {
  reviewsPerHour: ({ used, allowed }) =>
    `The budget is used up: ${count(used, "review")} within an hour, of ${allowed} allowed.`,
  tokensPerDay: ({ used, allowed }) =>
    `The budget is used up: ${count(used, "token")} within a day, of ${allowed} allowed.`,
};

type Used = { readonly used: number; readonly allowed: number };

/** Rounded up, so that what is announced has come by then. */
function minuteText(time: number): string {
  const minute = 60_000;
  return new Date(Math.ceil(time / minute) * minute).toISOString().slice(0, 16).replace("T", " ");
}
