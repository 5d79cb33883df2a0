import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { type Config, DEFAULT_CONFIG } from "#gate/config.ts";
import { type EffectiveConfig, readEffectiveConfig } from "#runs/config/config-files.ts";
import { type ConfigWarning, warningText } from "#runs/config/config-warning.ts";
import { scratchFolder } from "#test/scratch-folder.ts";

type Given = {
  readonly user?: unknown;
  readonly project?: unknown;
  readonly environment?: Readonly<Record<string, string>>;
  readonly lastPinned?: Config;
};

/** A string is a file's text as it stands; everything else is written as JSON. */
function effective(given: Given): EffectiveConfig & { readonly paths: { user: string; project: string } } {
  const folder = scratchFolder();
  const paths = { user: join(folder, "config.json"), project: join(folder, "repo", ".countersign.json") };
  mkdirSync(join(folder, "repo"));
  for (const name of ["user", "project"] as const) {
    const content = given[name];
    if (content !== undefined)
      writeFileSync(paths[name], typeof content === "string" ? content : JSON.stringify(content));
  }
  const sources = {
    userConfig: paths.user,
    repositoryRoot: join(folder, "repo"),
    home: folder,
    environment: given.environment ?? {},
  };
  return { ...readEffectiveConfig(sources, given.lastPinned), paths };
}

test("without any source the defaults hold, and each says so", () => {
  const { config, mode, origins, warnings, digest } = effective({});
  expect(config).toEqual(DEFAULT_CONFIG);
  expect(mode).toBe("enforce");
  expect(warnings).toEqual([]);
  expect(digest).toMatch(/^[0-9a-f]{64}$/);
  expect(new Set(Object.values(origins).map(({ kind }) => kind))).toEqual(new Set(["default"]));
  expect(Object.keys(origins).sort()).toEqual([...Object.keys(DEFAULT_CONFIG), "budget", "model"].sort());
});

test("each source outweighs the one before it, and is named as the origin", () => {
  const { config, origins, paths } = effective({
    user: { gate: "advise", maxRounds: 2, messages: "quiet" },
    project: { gate: "enforce", maxRounds: 4 },
    environment: { COUNTERSIGN_MAX_ROUNDS: "5", COUNTERSIGN_MODEL: "gpt-x" },
  });
  expect(config).toMatchObject({ gate: "enforce", maxRounds: 5, messages: "quiet", model: "gpt-x" });
  expect(origins).toMatchObject({
    gate: { kind: "project", path: paths.project },
    maxRounds: { kind: "environment", variable: "COUNTERSIGN_MAX_ROUNDS" },
    messages: { kind: "user", path: paths.user },
    model: { kind: "environment", variable: "COUNTERSIGN_MODEL" },
    maxMinutes: { kind: "default" },
  });
});

test("equal configurations have equal digests, others do not", () => {
  const one = effective({ user: { maxRounds: 2, gate: "enforce" } }).digest;
  expect(effective({ user: { gate: "enforce", maxRounds: 2 } }).digest).toBe(one);
  expect(effective({ user: { maxRounds: 4 } }).digest).not.toBe(one);
});

const STRICTER: readonly (readonly [keyof Config, unknown, unknown])[] = [
  ["gate", "advise", "enforce"],
  ["headless", "off", "as-gate"],
  ["send", true, false],
  ["maxRounds", 3, 4],
  ["maxMinutes", 30, 31],
  ["blockSeverity", "high", "medium"],
  ["effort", "medium", "high"],
  ["onFailure", "allow", "block"],
  ["exclude", ["a/**", "b/**"], ["b/**"]],
  ["maxDiffBytes", 1000, 2000],
  ["instructions", "project", "none"],
];

test.each(STRICTER)("a project may make %s stricter, and not weaker", (key, loose, strict) => {
  const raised = effective({ user: { [key]: loose }, project: { [key]: strict } });
  expect(raised.config[key]).toEqual(strict);
  expect(raised.warnings).toEqual([]);
  const lowered = effective({ user: { [key]: strict }, project: { [key]: loose } });
  expect(lowered.config[key]).toEqual(strict);
  expect(lowered.warnings).toEqual([{ kind: "weaker-ignored", source: lowered.paths.project, key }]);
  expect(effective({ user: { [key]: strict }, project: { [key]: strict } }).warnings).toEqual([]);
});

const USERS_ALONE: readonly (readonly [keyof Config, unknown])[] = [
  ["repositories", { "/**": "off" }],
  ["deadlineSeconds", 10],
  ["model", "cheap"],
  ["prewarm", false],
  ["idleSeconds", 1],
  ["keepThreads", true],
  ["shareServer", false],
  ["messages", "quiet"],
  ["budget", {}],
];

test.each(USERS_ALONE)("a project has no say in %s", (key, value) => {
  const { config, warnings, paths } = effective({ project: { [key]: value } });
  expect(config).toEqual(DEFAULT_CONFIG);
  expect(warnings).toEqual([{ kind: "users-alone-ignored", source: paths.project, key }]);
});

test("the two tables above name every key", () => {
  const named = [...STRICTER, ...USERS_ALONE].map(([key]) => key).sort();
  expect(named).toEqual([...Object.keys(DEFAULT_CONFIG), "budget", "model"].sort());
});

test("a budget is the user's: a project can neither lower nor raise it, and the environment says so where it does", () => {
  const user = { budget: { reviewsPerHour: 10, tokensPerDay: 1_000 } };
  const lower = effective({ user, project: { budget: { reviewsPerHour: 1, tokensPerDay: 1_000 } } });
  expect(lower.config.budget).toEqual(user.budget);
  expect(lower.warnings).toEqual([{ kind: "weaker-ignored", source: lower.paths.project, key: "budget" }]);
  const raised = effective({ user, project: { budget: { tokensPerDay: 2_000 } } });
  expect(raised.config.budget).toEqual(user.budget);
  expect(raised.warnings).toEqual([
    { kind: "users-alone-ignored", source: raised.paths.project, key: "budget" },
  ]);
  const variable = effective({ user: {}, environment: { COUNTERSIGN_BUDGET: '{"tokensPerDay":5}' } });
  expect(variable.config.budget).toEqual({ tokensPerDay: 5 });
  expect(variable.warnings).toEqual([
    { kind: "environment-weakens", source: "COUNTERSIGN_BUDGET", key: "budget" },
  ]);
  const wrong = effective({ user: { budget: { reviewsPerHour: 0 } } });
  expect(wrong.config.budget).toBeUndefined();
  expect(wrong.warnings.map(warningText).join()).toContain('the value of "budget" is not used');
});

test("a project cannot weaken headless sessions by way of as-gate", () => {
  const { config } = effective({
    user: { gate: "advise", headless: "enforce" },
    project: { headless: "as-gate" },
  });
  expect(config.headless).toBe("enforce");
});

test("the user's repositories decide the gate of a repository, last match first", () => {
  const user = {
    gate: "enforce",
    repositories: { "~/**": "advise", "~/re*": "off", "/elsewhere": "enforce" },
  };
  const { mode, origins, paths } = effective({ user });
  expect(mode).toBe("off");
  expect(origins.gate).toMatchObject({ kind: "repositories", path: paths.user });
  expect(effective({ user: { repositories: { "/elsewhere/**": "off" } } }).mode).toBe("enforce");
});

test("a project is stricter than the user's entry for it, and the environment weaker, visibly", () => {
  const user = { repositories: { "~/**": "off" } };
  expect(effective({ user, project: { gate: "advise" } })).toMatchObject({
    mode: "advise",
    origins: { gate: { kind: "project" } },
  });
  const lowered = effective({ project: { gate: "enforce" }, environment: { COUNTERSIGN_GATE: "off" } });
  expect(lowered.mode).toBe("off");
  expect(lowered.warnings).toEqual([
    { kind: "environment-weakens", source: "COUNTERSIGN_GATE", key: "gate" },
  ]);
  expect(effective({ user, environment: { COUNTERSIGN_GATE: "enforce" } }).mode).toBe("enforce");
});

test("an unknown key is an error that names the nearest one; the rest of the file counts", () => {
  const { config, warnings, paths } = effective({ user: { maxRound: 5, maxMinutes: 5, zzzzzzzz: 1 } });
  expect(config).toMatchObject({ maxRounds: 3, maxMinutes: 5 });
  expect(warnings).toEqual([
    { kind: "unknown-key", source: paths.user, key: "maxRound", nearest: "maxRounds" },
    { kind: "unknown-key", source: paths.user, key: "zzzzzzzz", nearest: undefined },
  ]);
  expect(warnings.map(warningText)[0]).toBe(
    `${paths.user} names "maxRound", which is no key; did you mean "maxRounds"?`,
  );
});

test("a wrong value costs its key only, and says what it must be", () => {
  const { config, warnings } = effective({
    user: { gate: "of", maxRounds: 9, effort: "high", exclude: ["a", 1] },
  });
  expect(config).toMatchObject({ gate: "enforce", maxRounds: 3, effort: "high", exclude: [] });
  expect(warnings.map(warningText).map((text) => text.replace(/^.*?: /, ""))).toEqual([
    'the value of "gate" is not used, it must be one of "enforce", "advise", "off".',
    'the value of "maxRounds" is not used, it must be at most 7.',
    'the value of "exclude" is not used, it must be of type string.',
  ]);
});

test.each(["", "{", '{"gate": "off",', "[]", "null", '{"gate":"off"} // no comments'])(
  "an unreadable user file leaves the gate on, else as last pinned: %j",
  (text) => {
    const fresh = effective({ user: text });
    expect(fresh.mode).toBe("enforce");
    expect(fresh.warnings).toMatchObject([{ kind: "unreadable", source: fresh.paths.user }]);
    const lastPinned: Config = { ...DEFAULT_CONFIG, gate: "advise", maxRounds: 6 };
    const kept = effective({ user: text, lastPinned });
    expect(kept.config).toEqual(lastPinned);
    expect(kept.origins.gate).toEqual({ kind: "pinned" });
    expect(kept.warnings).toMatchObject([{ kind: "unreadable" }]);
  },
);

test("a torn project file does not undo what it had made stricter", () => {
  const lastPinned: Config = { ...DEFAULT_CONFIG, blockSeverity: "low" };
  expect(effective({ user: { gate: "off" }, project: "{torn", lastPinned })).toMatchObject({
    mode: "enforce",
    config: { blockSeverity: "low" },
  });
});

test("a torn project file that forbids sending is obeyed in that alone", () => {
  const { config, warnings } = effective({ project: '{"send": false, "gate": "off"' });
  expect(config).toEqual({ ...DEFAULT_CONFIG, send: false });
  expect(warnings).toMatchObject([{ kind: "unreadable" }]);
});

test("every key can be set by a variable of its own", () => {
  const { config, warnings } = effective({
    environment: {
      COUNTERSIGN_GATE: "enforce",
      COUNTERSIGN_HEADLESS: "enforce",
      COUNTERSIGN_REPOSITORIES: '{"/x/**":"off"}',
      COUNTERSIGN_SEND: "false",
      COUNTERSIGN_MAX_ROUNDS: "4",
      COUNTERSIGN_MAX_MINUTES: "40",
      COUNTERSIGN_DEADLINE_SECONDS: "100",
      COUNTERSIGN_BLOCK_SEVERITY: "low",
      COUNTERSIGN_MODEL: "m",
      COUNTERSIGN_EFFORT: "xhigh",
      COUNTERSIGN_ON_FAILURE: "block",
      COUNTERSIGN_EXCLUDE: "",
      COUNTERSIGN_MAX_DIFF_BYTES: "300000",
      COUNTERSIGN_INSTRUCTIONS: "none",
      COUNTERSIGN_PREWARM: "0",
      COUNTERSIGN_IDLE_SECONDS: "60",
      COUNTERSIGN_KEEP_THREADS: "1",
      COUNTERSIGN_SHARE_SERVER: "0",
      COUNTERSIGN_MESSAGES: "verbose",
      COUNTERSIGN_BUDGET: "{}",
      COUNTERSIGN_HOME: "/h",
      COUNTERSIGN_CODEX: "/c",
      COUNTERSIGN_NESTED: "1",
    },
  });
  expect(warnings).toEqual([]);
  expect(config).toEqual({
    gate: "enforce",
    headless: "enforce",
    repositories: { "/x/**": "off" },
    send: false,
    maxRounds: 4,
    maxMinutes: 40,
    deadlineSeconds: 100,
    blockSeverity: "low",
    model: "m",
    effort: "xhigh",
    onFailure: "block",
    exclude: [],
    maxDiffBytes: 300_000,
    instructions: "none",
    prewarm: false,
    idleSeconds: 60,
    keepThreads: true,
    shareServer: false,
    messages: "verbose",
    budget: {},
  });
});

test("a wrong or unknown variable is named", () => {
  const { warnings } = effective({
    environment: { COUNTERSIGN_MAX_ROUNDS: "many", COUNTERSIGN_SEND: "no", COUNTERSIGN_MODLE: "x" },
  });
  expect(warnings.map(warningText)).toEqual([
    'the environment: the value of "send" is not used, it must be of type boolean.',
    'the environment: the value of "maxRounds" is not used, it must be of type number.',
    'the environment names "COUNTERSIGN_MODLE", which is no key; did you mean "COUNTERSIGN_MODEL"?',
  ]);
});

test("a list is separated by commas, and what is no JSON is refused as such", () => {
  const { config, warnings } = effective({
    environment: {
      COUNTERSIGN_EXCLUDE: "dist/**, *.snap,",
      COUNTERSIGN_REPOSITORIES: "{torn",
      COUNTERSIGN_PREWARM: "true",
    },
  });
  expect(config).toMatchObject({ exclude: ["dist/**", "*.snap"], repositories: {}, prewarm: true });
  expect(warnings).toMatchObject([
    { kind: "wrong-value", key: "repositories" },
    { kind: "environment-weakens", key: "exclude" },
  ]);
});

test.each<readonly [ConfigWarning, RegExp]>([
  [
    { kind: "unreadable", source: "/f", detail: "EISDIR" },
    /^\/f cannot be read .*\(EISDIR\).*mend or remove it\.$/,
  ],
  [
    { kind: "unknown-key", source: "/f", key: "zzz", nearest: undefined },
    /^\/f names "zzz", which is no key$/,
  ],
  [
    { kind: "weaker-ignored", source: "/f", key: "gate" },
    /^\/f: "gate" would make the gate weaker.*ignored\.$/,
  ],
  [
    { kind: "users-alone-ignored", source: "/f", key: "model" },
    /^\/f: "model" is for the user's own configuration/,
  ],
  [
    { kind: "environment-weakens", source: "COUNTERSIGN_GATE", key: "gate" },
    /^COUNTERSIGN_GATE makes "gate" weaker/,
  ],
])("a warning is one plain line: %j", (warning, text) => {
  expect(warningText(warning)).toMatch(text);
});
