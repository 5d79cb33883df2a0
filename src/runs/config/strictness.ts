import { parseShape } from "#base/json.ts";
import { Config } from "#gate/config.ts";
import type { Mode } from "#gate/mode.ts";
import { SEVERITIES, type Severity } from "#gate/verdict/finding.ts";
import type { ConfigValues } from "./config-values.ts";

/** How a value that a project proposes compares to the one in force. */
export type Comparison = "same" | "stricter" | "weaker" | "not-a-project's";

type Rule<T> = (current: T, proposed: T, config: Config) => Comparison;

const MODES: readonly Mode[] = ["off", "advise", "enforce"];
const EFFORTS: readonly Config["effort"][] = ["minimal", "low", "medium", "high", "xhigh"];
const LOOSE_TO_STRICT: readonly Severity[] = SEVERITIES.toReversed();

/**
 * What "stricter" means, key by key. A repository is written by whoever writes the change, so a
 * key that only moves cost, comfort or the choice of the reviewer is the user's alone.
 */
const RULES: { readonly [K in keyof Required<Config>]: Rule<Config[K]> } = {
  gate: (current, proposed) => ladder(MODES, current, proposed),
  headless: (current, proposed, config) =>
    ladder(MODES, resolveHeadless(current, config), resolveHeadless(proposed, config)),
  repositories: usersAlone,
  // Not stricter but never a risk: what was sent to a second vendor cannot be taken back.
  send: (current, proposed) => (current === proposed ? "same" : proposed ? "weaker" : "stricter"),
  maxRounds: larger,
  maxMinutes: larger,
  // Longer than the host's own timeout would end the hook before it has answered.
  deadlineSeconds: usersAlone,
  blockSeverity: (current, proposed) => ladder(LOOSE_TO_STRICT, current, proposed),
  model: usersAlone,
  effort: (current, proposed) => ladder(EFFORTS, current, proposed),
  onFailure: (current, proposed) => ladder(["allow", "block"], current, proposed),
  exclude: fewer,
  maxDiffBytes: larger,
  // The repository's own words to the reviewer are words of the reviewed.
  instructions: (current, proposed) => ladder(["project", "none"], current, proposed),
  prewarm: usersAlone,
  idleSeconds: usersAlone,
  keepThreads: usersAlone,
  shareServer: usersAlone,
  messages: usersAlone,
  budget: usersBudget,
};

/** Every key of the configuration, in the order in which it is documented. */
export const CONFIG_KEYS = keysOf(RULES);

/** Returns how `proposed[key]` compares to what `config` has now. */
export function compareStrictness(key: keyof Config, config: Config, proposed: ConfigValues): Comparison {
  return compare(key, config, parseShape({ ...config, ...proposed }, Config));
}

function compare<K extends keyof Config>(key: K, config: Config, proposed: Config): Comparison {
  return RULES[key](config[key], proposed[key], config);
}

function ladder<T>(steps: readonly T[], current: T, proposed: T): Comparison {
  const difference = steps.indexOf(proposed) - steps.indexOf(current);
  if (difference === 0) return "same";
  return difference > 0 ? "stricter" : "weaker";
}

function larger(current: number, proposed: number): Comparison {
  if (current === proposed) return "same";
  return proposed > current ? "stricter" : "weaker";
}

/** Fewer exclusions show more to the reviewer. A list that only drops globs is stricter. */
function fewer(current: readonly string[], proposed: readonly string[]): Comparison {
  if (proposed.some((glob) => !current.includes(glob))) return "weaker";
  return current.every((glob) => proposed.includes(glob)) ? "same" : "stricter";
}

function usersAlone<T>(current: T, proposed: T): Comparison {
  return JSON.stringify(current) === JSON.stringify(proposed) ? "same" : "not-a-project's";
}

/** Less switches the gate off where it is used up, more spends what is the user's: no project sets it. */
function usersBudget(current: Config["budget"], proposed: Config["budget"]): Comparison {
  const isLess = (key: "reviewsPerHour" | "tokensPerDay"): boolean =>
    (proposed?.[key] ?? Number.POSITIVE_INFINITY) < (current?.[key] ?? Number.POSITIVE_INFINITY);
  return isLess("reviewsPerHour") || isLess("tokensPerDay") ? "weaker" : usersAlone(current, proposed);
}

function resolveHeadless(mode: Config["headless"], config: Config): Mode {
  return mode === "as-gate" ? config.gate : mode;
}

function keysOf<K extends string>(table: { readonly [key in K]: unknown }): readonly K[] {
  const keys: K[] = [];
  for (const key in table) keys.push(key);
  return keys;
}
