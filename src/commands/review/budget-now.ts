import type { Config } from "#gate/config.ts";
import { type BudgetUse, budgetPause, budgetSpan, budgetUse } from "#gate/failure/budget.ts";
import type { BudgetPause } from "#gate/failure/pause.ts";
import type { Locations } from "#runs/locations.ts";
import { callsSince } from "#runs/receipts/attempts.ts";

/** Returns the pause that a used-up budget asks for, or `undefined`. Without a budget nothing is read. */
export function budgetNow(
  locations: Locations,
  config: Pick<Config, "budget">,
  now: number,
): BudgetPause | undefined {
  return budgetPause(budgetUsed(locations, config, now));
}

/** Returns how much of each limit is used, over all sessions. `now` is epoch milliseconds. */
export function budgetUsed(
  locations: Locations,
  { budget }: Pick<Config, "budget">,
  now: number,
): readonly BudgetUse[] {
  const since = budgetSpan(budget, now);
  if (since === undefined) return [];
  const spent = callsSince(locations, since, now).map(({ to, tokens }) => ({ at: to, tokens }));
  return budgetUse(budget, spent, now);
}
