import type { Config } from "#gate/config.ts";
import type { BudgetPause } from "./pause.ts";

/** A review that was asked for: when, in epoch milliseconds, and what it took. */
export type Spent = { readonly at: number; readonly tokens: number };

export type BudgetUse = Pick<BudgetPause, "limit" | "used" | "allowed"> & {
  /** From when on there is room again; `undefined` where there is some now. */
  readonly until: number | undefined;
};

const HOUR_MS = 60 * 60_000;
const DAY_MS = 24 * HOUR_MS;

/** Returns from when on (epoch milliseconds) reviews count against the budget; `undefined` where there is none. */
export function budgetSpan(budget: Config["budget"], now: number): number | undefined {
  if (budget?.tokensPerDay !== undefined) return now - DAY_MS;
  return budget?.reviewsPerHour === undefined ? undefined : now - HOUR_MS;
}

/** Returns how much of each limit is used: over the last 60 minutes, and over the last 24 hours. */
export function budgetUse(
  budget: Config["budget"],
  spent: readonly Spent[],
  now: number,
): readonly BudgetUse[] {
  const { reviewsPerHour, tokensPerDay } = budget ?? {};
  const within = (span: number): readonly Spent[] =>
    spent.filter(({ at }) => at > now - span && at <= now).toSorted((a, b) => a.at - b.at);
  return [
    ...(reviewsPerHour === undefined
      ? []
      : [
          useOf(
            { limit: "reviewsPerHour", allowed: reviewsPerHour, span: HOUR_MS },
            within(HOUR_MS).map(({ at }) => ({ at, amount: 1 })),
          ),
        ]),
    ...(tokensPerDay === undefined
      ? []
      : [
          useOf(
            { limit: "tokensPerDay", allowed: tokensPerDay, span: DAY_MS },
            within(DAY_MS).map(({ at, tokens }) => ({ at, amount: tokens })),
          ),
        ]),
  ];
}

/** Returns the pause that a used-up budget asks for: the one that lasts longest. */
export function budgetPause(uses: readonly BudgetUse[]): BudgetPause | undefined {
  return uses
    .flatMap(({ until, ...use }) => (until === undefined ? [] : [{ kind: "budget" as const, ...use, until }]))
    .toSorted((a, b) => a.until - b.until)
    .at(-1);
}

type Limit = Pick<BudgetPause, "limit" | "allowed"> & { readonly span: number };

/** There is room again once enough of the oldest has left the span. */
function useOf(
  { limit, allowed, span }: Limit,
  parts: readonly { readonly at: number; readonly amount: number }[],
): BudgetUse {
  const used = parts.reduce((sum, { amount }) => sum + amount, 0);
  let left = used;
  const until = parts.find(({ amount }) => {
    const isOver = left >= allowed;
    left -= amount;
    return isOver && left < allowed;
  })?.at;
  return { limit, used, allowed, until: until === undefined ? undefined : until + span };
}
