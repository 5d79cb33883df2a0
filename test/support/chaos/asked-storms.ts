import type { Storms } from "./run-storms.ts";

/** The variables by which `npm run chaos` says what it wants. */
export const ASKED = {
  scenarios: "CHAOS_SCENARIOS",
  seed: "CHAOS_SEED",
  only: "CHAOS_ONLY",
  atOnce: "CHAOS_AT_ONCE",
  shrink: "CHAOS_SHRINK",
};

/** What is played where nobody asks for anything: together below a minute. */
const SHORT = { seed: 20_260_121, scenarios: 12, atOnce: 6 };

/** Returns which scenarios to play, and what to tell of them. */
export function askedStorms(environment: NodeJS.ProcessEnv): {
  readonly storms: Storms;
  readonly verbose: boolean;
  /** What broke something is then made as small as it still does. */
  readonly shrink: boolean;
} {
  const number = (name: string): number | undefined => {
    const text = environment[name] ?? "";
    return /^\d+$/.test(text) ? Number(text) : undefined;
  };
  const count = number(ASKED.scenarios);
  const only = (environment[ASKED.only] ?? "")
    .split(",")
    .filter((text) => /^\d+$/.test(text))
    .map(Number);
  const numbers =
    only.length > 0 ? only : Array.from({ length: count ?? SHORT.scenarios }, (_, index) => index);
  return {
    storms: { seed: number(ASKED.seed) ?? SHORT.seed, numbers, atOnce: number(ASKED.atOnce) ?? SHORT.atOnce },
    verbose: count !== undefined || only.length > 0,
    shrink: environment[ASKED.shrink] === "1",
  };
}
