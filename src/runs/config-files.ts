import { join } from "node:path";
import { digestOf } from "#base/digest.ts";
import { parseShape } from "#base/json.ts";
import { Config, DEFAULT_CONFIG } from "#gate/config.ts";
import { environmentLayer, variableOf } from "./config-environment.ts";
import { type ConfigLayer, type ConfigWarning, readConfigLayer } from "./config-layer.ts";
import type { ConfigValues } from "./config-values.ts";
import type { Environment } from "./locations.ts";
import { repositoryMode } from "./repository-glob.ts";
import { CONFIG_KEYS, compareStrictness } from "./strictness.ts";

/** Who decided a key. */
export type Origin =
  | { readonly kind: "default" }
  | { readonly kind: "pinned" }
  | { readonly kind: "user"; readonly path: string }
  | { readonly kind: "repositories"; readonly path: string; readonly glob: string }
  | { readonly kind: "project"; readonly path: string }
  | { readonly kind: "environment"; readonly variable: string };

export type Origins = { readonly [K in keyof Required<Config>]: Origin };

/** The configuration that holds for one repository, every key with who decided it. */
export type EffectiveConfig = {
  /** `gate` is decided for this repository: `repositories` has already had its say. */
  readonly config: Config;
  readonly origins: Origins;
  readonly warnings: readonly ConfigWarning[];
  /** SHA-256 over the canonical JSON of `config`. */
  readonly digest: string;
};

export type ConfigSources = {
  readonly userConfig: string;
  /** Top of the work tree, where `.countersign.json` lies; without one there is no project file. */
  readonly repositoryRoot: string | undefined;
  readonly home: string;
  readonly environment: Environment;
};

type Draft = { readonly config: ConfigValues; readonly origins: Origins };

export const PROJECT_FILE = ".countersign.json";

/**
 * Returns the effective configuration: the defaults, then the user's file, then the project's
 * (stricter values only), then the environment. Where a file cannot be read as a whole, the
 * last pinned configuration takes the place of all files; without one the gate is on.
 */
export function readEffectiveConfig(sources: ConfigSources, lastPinned: Config | undefined): EffectiveConfig {
  const user = readConfigLayer(sources.userConfig);
  const path = sources.repositoryRoot === undefined ? undefined : join(sources.repositoryRoot, PROJECT_FILE);
  const project = path === undefined ? undefined : readConfigLayer(path);
  const environment = environmentLayer(sources.environment);
  const warnings = [...user.warnings, ...(project?.warnings ?? []), ...environment.warnings];

  const torn = user.torn !== undefined || project?.torn !== undefined;
  const files = torn && lastPinned !== undefined ? pinned(lastPinned) : forRepository(user, sources);
  const strict =
    path === undefined || project === undefined ? files : projectOver(files, project, path, warnings);
  const { config, origins } = environmentOver(strict, environment, warnings);

  const whole = parseShape(config, Config);
  return { config: whole, origins, warnings, digest: digestOf(whole) };
}

/** Returns a warning as one line, for a person. */
export function warningText(warning: ConfigWarning): string {
  const { source } = warning;
  switch (warning.kind) {
    case "unreadable":
      return `${source} cannot be read as configuration (${warning.detail}), so it counts for nothing: mend or remove it.`;
    case "unknown-key":
      return `${source} names "${warning.key}", which is no key${warning.nearest === undefined ? "" : `; did you mean "${warning.nearest}"?`}`;
    case "wrong-value":
      return `${source}: the value of "${warning.key}" is not used, ${warning.detail}.`;
    case "weaker-ignored":
      return `${source}: "${warning.key}" would make the gate weaker, which a project may not; it is ignored.`;
    case "users-alone-ignored":
      return `${source}: "${warning.key}" is for the user's own configuration; it is ignored.`;
    case "environment-weakens":
      return `${source} makes "${warning.key}" weaker than the configuration files say.`;
  }
}

function pinned(config: Config): Draft {
  return { config, origins: originsAs({ kind: "pinned" }) };
}

/** The user's file over the defaults, with the mode that it gives to this repository. */
function forRepository(user: ConfigLayer, sources: ConfigSources): Draft {
  const path = sources.userConfig;
  const start: Draft = { config: DEFAULT_CONFIG, origins: originsAs({ kind: "default" }) };
  const own = over(start, user.values, () => ({ kind: "user", path }));
  const root = sources.repositoryRoot;
  if (root === undefined || user.values.repositories === undefined) return own;
  const match = repositoryMode(user.values.repositories, root, sources.home);
  if (match === undefined) return own;
  return over(own, { gate: match.mode }, () => ({ kind: "repositories", path, glob: match.glob }));
}

function projectOver(files: Draft, layer: ConfigLayer, path: string, warnings: ConfigWarning[]): Draft {
  let draft = files;
  const values = layer.torn === undefined ? layer.values : sendRefusedIn(layer.torn);
  for (const key of CONFIG_KEYS.filter((name) => name in values)) {
    const comparison = compareStrictness(key, parseShape(draft.config, Config), values);
    if (comparison === "stricter") draft = over(draft, only(values, key), () => ({ kind: "project", path }));
    if (comparison === "weaker") warnings.push({ kind: "weaker-ignored", source: path, key });
    if (comparison === "not-a-project's") warnings.push({ kind: "users-alone-ignored", source: path, key });
  }
  return draft;
}

/** A torn project file that can still be seen to forbid sending is obeyed in that: sending cannot be undone. */
function sendRefusedIn(text: string): ConfigValues {
  return /"send"\s*:\s*false/.test(text) ? { send: false } : {};
}

/** The environment wins, but a repository's settings can set variables too, so weakening is said. */
function environmentOver(files: Draft, layer: ConfigLayer, warnings: ConfigWarning[]): Draft {
  const config = parseShape(files.config, Config);
  for (const key of CONFIG_KEYS.filter((name) => name in layer.values)) {
    if (compareStrictness(key, config, layer.values) !== "weaker") continue;
    warnings.push({ kind: "environment-weakens", source: variableOf(key), key });
  }
  return over(files, layer.values, (key) => ({ kind: "environment", variable: variableOf(key) }));
}

function over(below: Draft, values: ConfigValues, origin: (key: keyof Config) => Origin): Draft {
  const named = CONFIG_KEYS.filter((key) => key in values).map((key) => [key, origin(key)] as const);
  return {
    config: { ...below.config, ...values },
    origins: { ...below.origins, ...Object.fromEntries(named) },
  };
}

function only(values: ConfigValues, key: keyof Config): ConfigValues {
  return { [key]: values[key] };
}

function originsAs(origin: Origin): Origins {
  return {
    gate: origin,
    headless: origin,
    repositories: origin,
    send: origin,
    maxRounds: origin,
    maxMinutes: origin,
    deadlineSeconds: origin,
    blockSeverity: origin,
    model: origin,
    effort: origin,
    onFailure: origin,
    exclude: origin,
    maxDiffBytes: origin,
    instructions: origin,
    prewarm: origin,
    idleSeconds: origin,
    keepThreads: origin,
    messages: origin,
  };
}
