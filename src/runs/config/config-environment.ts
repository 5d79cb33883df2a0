import type { Environment } from "#base/environment.ts";
import { nearest } from "#base/nearest.ts";
import type { Config } from "#gate/config.ts";
import { type ConfigLayer, checkConfigValues } from "./config-layer.ts";
import type { ConfigWarning } from "./config-warning.ts";
import { CONFIG_KEYS } from "./strictness.ts";

type Variable = { readonly name: string; readonly read: (text: string) => unknown };

/** The variable of each key and how its text becomes the key's value. */
const VARIABLES: { readonly [K in keyof Required<Config>]: Variable } = {
  gate: { name: "COUNTERSIGN_GATE", read: text },
  headless: { name: "COUNTERSIGN_HEADLESS", read: text },
  repositories: { name: "COUNTERSIGN_REPOSITORIES", read: json },
  send: { name: "COUNTERSIGN_SEND", read: yesOrNo },
  maxRounds: { name: "COUNTERSIGN_MAX_ROUNDS", read: number },
  maxMinutes: { name: "COUNTERSIGN_MAX_MINUTES", read: number },
  deadlineSeconds: { name: "COUNTERSIGN_DEADLINE_SECONDS", read: number },
  blockSeverity: { name: "COUNTERSIGN_BLOCK_SEVERITY", read: text },
  model: { name: "COUNTERSIGN_MODEL", read: text },
  effort: { name: "COUNTERSIGN_EFFORT", read: text },
  onFailure: { name: "COUNTERSIGN_ON_FAILURE", read: text },
  exclude: { name: "COUNTERSIGN_EXCLUDE", read: commaList },
  maxDiffBytes: { name: "COUNTERSIGN_MAX_DIFF_BYTES", read: number },
  instructions: { name: "COUNTERSIGN_INSTRUCTIONS", read: text },
  prewarm: { name: "COUNTERSIGN_PREWARM", read: yesOrNo },
  idleSeconds: { name: "COUNTERSIGN_IDLE_SECONDS", read: number },
  keepThreads: { name: "COUNTERSIGN_KEEP_THREADS", read: yesOrNo },
  shareServer: { name: "COUNTERSIGN_SHARE_SERVER", read: yesOrNo },
  messages: { name: "COUNTERSIGN_MESSAGES", read: text },
  budget: { name: "COUNTERSIGN_BUDGET", read: json },
};

/** Variables of ours that configure nothing: the state root, which `codex` to run, and the guard. */
const NOT_CONFIGURATION = ["COUNTERSIGN_HOME", "COUNTERSIGN_CODEX", "COUNTERSIGN_NESTED"];
const PREFIX = "COUNTERSIGN_";

/** Returns the name of the variable that sets a key. */
export function variableOf(key: keyof Config): string {
  return VARIABLES[key].name;
}

/** Reads the configuration that the environment holds. An empty variable says nothing. */
export function environmentLayer(environment: Environment): ConfigLayer {
  const raw: Record<string, unknown> = {};
  for (const key of CONFIG_KEYS) {
    const value = environment[VARIABLES[key].name];
    if (value !== undefined && value !== "") raw[key] = VARIABLES[key].read(value);
  }
  const { values, warnings } = checkConfigValues(raw, "the environment");
  return { values, warnings: [...warnings, ...unknownVariables(environment)], torn: undefined };
}

function unknownVariables(environment: Environment): readonly ConfigWarning[] {
  const known = [...CONFIG_KEYS.map(variableOf), ...NOT_CONFIGURATION];
  return Object.keys(environment)
    .filter((name) => name.startsWith(PREFIX) && !known.includes(name))
    .map((key) => ({
      kind: "unknown-key",
      source: "the environment",
      key,
      nearest: nearest(key.slice(PREFIX.length), known.map(withoutPrefix)),
    }))
    .map((warning) => ({ ...warning, kind: "unknown-key", nearest: withPrefix(warning.nearest) }));
}

function withoutPrefix(name: string): string {
  return name.slice(PREFIX.length);
}

function withPrefix(name: string | undefined): string | undefined {
  return name === undefined ? undefined : `${PREFIX}${name}`;
}

function text(value: string): string {
  return value;
}

/** What is no number stays text, so that the schema refuses it and the warning names the key. */
function number(value: string): number | string {
  const read = Number(value);
  return value.trim() === "" || Number.isNaN(read) ? value : read;
}

function yesOrNo(value: string): boolean | string {
  if (value === "true" || value === "1") return true;
  return value === "false" || value === "0" ? false : value;
}

function commaList(value: string): readonly string[] {
  return value
    .split(",")
    .map((item) => item.trim())
    .filter((item) => item !== "");
}

function json(value: string): unknown {
  try {
    return JSON.parse(value);
  } catch {
    return value;
  }
}
