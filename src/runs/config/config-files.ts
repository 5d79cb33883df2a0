import { join } from "node:path";
import { digestOf } from "#base/digest.ts";
import type { Environment } from "#base/environment.ts";
import { parseShape } from "#base/json.ts";
import { Config, DEFAULT_CONFIG } from "#gate/config.ts";
import type { Mode } from "#gate/mode.ts";
import { matchesGlob } from "#gate/scope/matches-glob.ts";
import { modeFor } from "#gate/stop/policy.ts";
import { environmentLayer, variableOf } from "./config-environment.ts";
import { type ConfigLayer, readConfigLayer } from "./config-layer.ts";
import type { ConfigValues } from "./config-values.ts";
import type { ConfigWarning } from "./config-warning.ts";
import { CONFIG_KEYS, compareStrictness } from "./strictness.ts";

/** Who decided a key. */
export type Origin =
  | { readonly kind: "default" }
  | { readonly kind: "pinned" }
  | { readonly kind: "user"; readonly path: string }
  | { readonly kind: "repositories"; readonly path: string; readonly glob: string }
  | { readonly kind: "project"; readonly path: string }
  | { readonly kind: "environment"; readonly variable: string };

type Origins = { readonly [K in keyof Required<Config>]: Origin };

/** The configuration that holds for one repository, every key with who decided it. */
export type EffectiveConfig = {
  /**
   * `repositories` outweighs `gate`, so it is empty where the project or the environment, which
   * come after the user's file, have decided `gate`.
   */
  readonly config: Config;
  /** The gate's mode in this repository, for a session that somebody watches. */
  readonly mode: Mode;
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

type Draft = { readonly config: Config; readonly origins: Origins };

const PROJECT_FILE = ".countersign.json";

/**
 * Returns the effective configuration: the defaults, then the user's file, then the project's
 * (stricter values only), then the environment. Where a file cannot be read as a whole, the
 * last pinned configuration takes the place of all files; without one the gate is on.
 */
export function readEffectiveConfig(sources: ConfigSources, lastPinned: Config | undefined): EffectiveConfig {
  const user = readConfigLayer(sources.userConfig);
  const project = sources.repositoryRoot === undefined ? undefined : readConfigLayer(projectFile(sources));
  const environment = environmentLayer(sources.environment);
  const warnings = [...user.warnings, ...(project?.warnings ?? []), ...environment.warnings];

  const torn = user.torn !== undefined || project?.torn !== undefined;
  const files = torn && lastPinned !== undefined ? pinned(lastPinned) : forRepository(user, sources);
  const strict = project === undefined ? files : projectOver(files, project, sources, warnings);
  const { config, origins } = environmentOver(strict, environment, sources, warnings);
  const mode = modeFor(config, { root: sources.repositoryRoot, headless: false });
  return { config, mode, origins, warnings, digest: digestOf(config) };
}

function pinned(config: Config): Draft {
  return { config, origins: originsAs({ kind: "pinned" }) };
}

/** The user's file over the defaults. Where `repositories` names this repository, it decides the gate. */
function forRepository(user: ConfigLayer, sources: ConfigSources): Draft {
  const path = sources.userConfig;
  const start: Draft = { config: DEFAULT_CONFIG, origins: originsAs({ kind: "default" }) };
  const { repositories, ...rest } = user.values;
  const named = repositories === undefined ? {} : { repositories: fromHome(repositories, sources.home) };
  const own = over(start, { ...rest, ...named }, () => ({ kind: "user", path }));
  const root = sources.repositoryRoot;
  const glob = Object.keys(own.config.repositories).findLast(
    (one) => root !== undefined && matchesGlob(root, one),
  );
  if (glob === undefined) return own;
  return { ...own, origins: { ...own.origins, gate: { kind: "repositories", path, glob } } };
}

/** `~/work/**` is how a person writes it; the gate knows no home folder. */
function fromHome(repositories: Config["repositories"], home: string): Config["repositories"] {
  return Object.fromEntries(
    Object.entries(repositories).map(([glob, mode]) => [
      glob.startsWith("~/") ? `${home}/${glob.slice(2)}` : glob,
      mode,
    ]),
  );
}

function projectOver(
  files: Draft,
  layer: ConfigLayer,
  sources: ConfigSources,
  warnings: ConfigWarning[],
): Draft {
  let draft = files;
  const path = projectFile(sources);
  const values = layer.torn === undefined ? layer.values : sendRefusedIn(layer.torn);
  for (const key of CONFIG_KEYS.filter((name) => name in values)) {
    const comparison = compareStrictness(key, inForce(draft, sources), values);
    if (comparison === "stricter")
      draft = over(draft, deciding(key, values), () => ({ kind: "project", path }));
    if (comparison === "weaker") warnings.push({ kind: "weaker-ignored", source: path, key });
    if (comparison === "not-a-project's") warnings.push({ kind: "users-alone-ignored", source: path, key });
  }
  return draft;
}

function projectFile(sources: ConfigSources): string {
  return join(sources.repositoryRoot ?? sources.home, PROJECT_FILE);
}

/** The configuration with the mode that `repositories` gives to this repository. */
function inForce({ config }: Draft, { repositoryRoot }: ConfigSources): Config {
  return { ...config, gate: modeFor(config, { root: repositoryRoot, headless: false }) };
}

/** Who decides the gate after the user's file also ends the say of `repositories` in it. */
function deciding(key: keyof Config, values: ConfigValues): ConfigValues {
  const one: ConfigValues = { [key]: values[key] };
  return key === "gate" ? { repositories: {}, ...one } : one;
}

/** A torn project file that can still be seen to forbid sending is obeyed in that: sending cannot be undone. */
function sendRefusedIn(text: string): ConfigValues {
  return /"send"\s*:\s*false/.test(text) ? { send: false } : {};
}

/** The environment wins, but a repository's settings can set variables too, so weakening is said. */
function environmentOver(
  files: Draft,
  { values }: ConfigLayer,
  sources: ConfigSources,
  warnings: ConfigWarning[],
): Draft {
  let draft = files;
  for (const key of CONFIG_KEYS.filter((name) => name in values)) {
    const source = variableOf(key);
    if (compareStrictness(key, inForce(files, sources), values) === "weaker") {
      warnings.push({ kind: "environment-weakens", source, key });
    }
    draft = over(draft, deciding(key, values), () => ({ kind: "environment", variable: source }));
  }
  return draft;
}

function over(below: Draft, values: ConfigValues, origin: (key: keyof Config) => Origin): Draft {
  const named = CONFIG_KEYS.filter((key) => key in values).map((key) => [key, origin(key)] as const);
  return {
    config: parseShape({ ...below.config, ...values }, Config),
    origins: { ...below.origins, ...Object.fromEntries(named) },
  };
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
    shareServer: origin,
    messages: origin,
    budget: origin,
  };
}
