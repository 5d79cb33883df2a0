import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { execa } from "execa";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from "vitest";
import * as z from "zod/mini";
import { parseJson } from "#base/json.ts";
import { launcherFiles } from "#commands/setup/launcher-files.ts";
import { CLAUDE } from "#test/claude-process.ts";
import { nativeCodex } from "#test/codex-home.ts";
import { eventuallyAsync } from "#test/eventually.ts";
import { type GateWorld, makeGateWorld } from "#test/gate-world.ts";
import { processesOf } from "#test/processes-of.ts";
import { reviewAnswer } from "#test/reviewer-action.ts";
import { COUNTERSIGN } from "#test/run-countersign.ts";

const Check = z.strictObject({
  id: z.string(),
  state: z.enum(["ok", "warning", "broken", "unknown"]),
  what: z.string(),
  detail: z.array(z.string()),
  next: z.nullable(z.string()),
});
const Report = z.looseObject({
  schema: z.literal("countersign/doctor/1"),
  summary: z.string(),
  checks: z.array(Check),
});

let world: GateWorld;
let settings: string;
let launcher: string;
let asSetUp: string;
let temporary: string;

beforeAll(async () => {
  world = await makeGateWorld((request) => reviewAnswer(request));
  temporary = join(world.codex.root, "tmp");
  mkdirSync(temporary);
  settings = join(world.codex.home, ".claude", "settings.json");
  launcher = launcherFiles(join(world.state, "launch")).script;
  expect(await world.countersign(["setup"])).toMatchObject({ exitCode: 0 });
  asSetUp = readFileSync(settings, "utf8");
});
beforeEach(() => writeFileSync(settings, asSetUp));
afterEach(() => {
  // A proof leaves nothing: no record, no process, no folder, and the real model was not asked.
  expect(world.receipts()).toEqual([]);
  expect(world.api.requests).toEqual([]);
  expect(existsSync(join(world.state, "sessions"))).toBe(false);
  expect(readdirSync(temporary).filter((name) => name.startsWith("countersign-"))).toEqual([]);
  expect(processesOf(world.state, temporary)).toEqual([]);
});
afterAll(async () => await world.close());

/** Runs doctor with `--prove` and returns its exit code and the checks by their names. */
async function prove(env: Readonly<Record<string, string>> = {}) {
  const run = await world.countersign(["doctor", "--prove", "--json"], { TMPDIR: temporary, ...env });
  const { checks, summary } = parseJson(run.stdout, Report);
  return { code: run.exitCode, summary, of: new Map(checks.map((check) => [check.id, check])) };
}

test("hooks that setup registered are proved to be armed, and everything is ready", async () => {
  const { code, of } = await prove();
  const broken = [...of.values()].filter(({ state }) => state === "broken" || state === "unknown");
  expect({ code, broken }).toEqual({ code: 0, broken: [] });
  expect(of.get("proof")).toMatchObject({
    state: "ok",
    what: "Armed: a change reached the reviewer, and its finding held the stop back",
  });
  const detail = of.get("proof")?.detail.join("\n");
  expect(detail).toMatch(/the stop was answered \{"decision":"block","reason":"Countersign: /);
  expect(detail).toMatch(/receipt [\w-]+: blocked, version \d+\.\d+\.\d+, codex 0\.169\.0, shared server/);
  expect(detail).toMatch(/runs .*\/stop\/stop\.cjs \(sha256 [0-9a-f]{64}\)/);
  expect(of.get("account")).toMatchObject({ state: "ok", what: expect.stringContaining("of its own") });
  expect(of.get("sandbox")).toMatchObject({ state: "ok" });
  expect(of.get("last stop")?.what).toContain("Never evaluated");
});

test("where nobody wants a shared server, the same holds with one of its own", async () => {
  const { code, of } = await prove({ COUNTERSIGN_SHARE_SERVER: "0" });
  expect(code).toBe(0);
  expect(of.get("proof")).toMatchObject({ state: "ok", what: expect.stringContaining("Armed: ") });
  expect(of.get("proof")?.detail.join("\n")).toContain("private server");
});

test("for a person it is one block without the home folder, its summary last", async () => {
  const { stdout, exitCode } = await world.countersign(["doctor"], { TMPDIR: temporary });
  expect(exitCode).toBe(0);
  expect(stdout.trimEnd().split("\n").at(-1)).toMatch(/^ready: /);
  expect(stdout).not.toContain(`${world.codex.home}/`);
  expect(stdout).toContain("~/.claude/settings.json");
});

test("not armed: the gate is off", async () => {
  const { code, of } = await prove({ COUNTERSIGN_GATE: "off" });
  expect(code).toBe(1);
  expect(of.get("proof")).toMatchObject({
    state: "broken",
    what: expect.stringContaining("the gate is off"),
  });
});

test("with the PATH of a desktop the hooks start, say that codex is missing, and take it from the settings", async () => {
  const desktop = { PATH: "/usr/bin:/bin", COUNTERSIGN_CODEX: "" };
  const without = await prove(desktop);
  expect(without.code).toBe(1);
  expect(without.of.get("proof")?.what).toContain("The `codex` program was not found");
  const env = { COUNTERSIGN_CODEX: nativeCodex() };
  writeFileSync(settings, JSON.stringify({ ...JSON.parse(asSetUp), env }));
  const { of } = await prove(desktop);
  expect(of.get("proof")).toMatchObject({ state: "ok" });
  expect(of.get("codex")).toMatchObject({
    state: "ok",
    what: expect.stringContaining(realpathSync(nativeCodex())),
  });
});

/** Puts something else into the place of each hook's command. */
function replaceCommands(change: (command: string) => string): void {
  const text = asSetUp.replace(
    /"command": "([^"]+)"/g,
    (_whole, command: string) => `"command": ${JSON.stringify(change(command))}`,
  );
  writeFileSync(settings, text);
}

test.each([
  [
    "all hooks are switched off",
    () => writeFileSync(settings, JSON.stringify({ ...JSON.parse(asSetUp), disableAllHooks: true })),
    "hooks are switched off by ~/.claude/settings.json",
  ],
  [
    "a wrong command is registered",
    () => replaceCommands((command) => command.replace("/launch/", "/lunch/")),
    "which is no JSON object (exit code 127",
  ],
  [
    "something else is printed before the answer",
    () => replaceCommands((command) => `echo hello; ${command}`),
    'it printed "hello',
  ],
  [
    "the hook takes longer than its time",
    () => {
      replaceCommands((command) => `sleep 60; ${command}`);
      writeFileSync(settings, readFileSync(settings, "utf8").replaceAll(/"timeout": \d+/g, '"timeout": 1'));
    },
    "it did not answer within 1 s and was ended",
  ],
])("not armed: %s", async (_what, harm, why) => {
  harm();
  const { code, of } = await prove();
  expect(code).toBe(1);
  expect(of.get("proof")).toMatchObject({ state: "broken", what: expect.stringContaining(why) });
});

test("not armed: the launcher is broken, in whatever way", async () => {
  const whole = readFileSync(launcher, "utf8");
  const harms = [
    [
      () => writeFileSync(launcher, "#!/bin/sh\necho '{}'\n"),
      "leaves no record",
      "not as this version writes it",
    ],
    [() => chmodSync(launcher, 0o600), "exit code 126", "may not be executed"],
    [() => rmSync(launcher), "exit code 127", "is not there"],
  ] as const;
  for (const [harm, why, of] of harms) {
    harm();
    const found = await prove();
    expect(found.code).toBe(1);
    expect(found.of.get("proof")?.what).toContain(why);
    expect(found.of.get("launcher")?.what).toContain(of);
  }
  writeFileSync(launcher, whole, { mode: 0o700 });
});

test("a repository that is not to be sent is not armed, and its own file is what says so", async () => {
  world.repository.write(".countersign.json", '{"send": false}');
  try {
    const { code, of } = await prove();
    expect(code).toBe(1);
    expect(of.get("proof")?.what).toContain("configured not to be sent");
    expect(of.get("configuration")?.what).toContain("Nothing is sent from here");
  } finally {
    rmSync(join(world.repository.root, ".countersign.json"));
  }
});

test("a value that Claude Code does not know makes it ignore the file with the hooks in it", async () => {
  const PATH = `${dirname(CLAUDE)}:${world.env["PATH"] ?? ""}`;
  writeFileSync(settings, JSON.stringify({ ...JSON.parse(asSetUp), model: 5 }));
  const { stdout, exitCode } = await world.countersign(["doctor", "--json"], { TMPDIR: temporary, PATH });
  const { checks } = parseJson(stdout, Report);
  const unknown = checks.filter(({ state }) => state === "unknown");
  expect({ exitCode, unknown }).toEqual({ exitCode: 1, unknown: [] });
  expect(checks.find(({ id }) => id === "settings")).toMatchObject({
    state: "broken",
    detail: ["~/.claude/settings.json (model): Expected string, but received number"],
  });
  expect(checks.find(({ id }) => id === "claude")).toMatchObject({ state: "ok", what: "2.1.330" });
  expect(existsSync(join(world.codex.home, ".claude", ".claude.json"))).toBe(false);
});

test("a person who ends it in the middle of a proof gets one line, and nothing is left", async () => {
  const doctor = execa(process.execPath, [COUNTERSIGN, "doctor", "--prove"], {
    env: { ...world.env, TMPDIR: temporary },
    extendEnv: false,
    cwd: world.repository.root,
    reject: false,
  });
  await vi.waitFor(() => expect(processesOf(join(temporary, "countersign-proof-"))).not.toEqual([]), 60_000);
  doctor.kill("SIGTERM");
  const { exitCode, stdout, stderr } = await doctor;
  expect({ exitCode, stdout, stderr }).toEqual({
    exitCode: 2,
    stdout: "",
    stderr: "countersign: doctor: ended by SIGTERM, before everything was checked",
  });
  // A keeper that was only just started finds its folder gone, and ends.
  await eventuallyAsync(
    async () => processesOf(world.state, temporary).length === 0,
    () => `nothing of it runs, but: ${JSON.stringify(processesOf(world.state, temporary))}`,
  );
});
