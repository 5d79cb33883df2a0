import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import * as z from "zod/mini";
import { parseJson } from "#base/json.ts";
import { identifyProcess } from "#base/process-identity.ts";
import { olderCodex } from "#test/codex-home.ts";
import { eventuallyAsync } from "#test/eventually.ts";
import { type GateWorld, makeGateWorld } from "#test/gate-world.ts";
import { processesOf } from "#test/processes-of.ts";
import type { ReviewerRequest } from "#test/responses-request.ts";
import { type Action, closedGate, refuse, runCommand, say } from "#test/reviewer-action.ts";
import { COUNTERSIGN, type CommandRun } from "#test/run-countersign.ts";
import { openScreen } from "#test/tmux-screen.ts";

let world: GateWorld;
beforeAll(async () => {
  world = await makeGateWorld(echo);
});
beforeEach(() => world.api.play(echo));
afterAll(async () => {
  await world.close();
});

const ID = /^(\d{8}T\d{9}Z-[0-9a-f]{8})$/;

function echo({ prompt }: ReviewerRequest): Action {
  return say(`You said: ${prompt}`);
}

/** What Codex asks a model to answer to a review of its own. */
const NOTHING_FOUND = {
  findings: [],
  overall_correctness: "patch is correct",
  overall_explanation: "Nothing stands out.",
  overall_confidence_score: 1,
};

const thread = (...words: readonly string[]): Promise<CommandRun> => world.countersign(["thread", ...words]);

/** Starts a run in the background and returns its id. */
async function begin(prompt: string, env: Readonly<Record<string, string>> = {}): Promise<string> {
  const run = await world.countersign(["thread", "start", prompt, "--background", "--quiet"], env);
  expect(run).toMatchObject({ exitCode: 0, stderr: "" });
  return ID.exec(run.stdout)?.[1] ?? "";
}

const Status = z.looseObject({
  runs: z.array(
    z.looseObject({
      state: z.string(),
      process: z.number(),
      lastSign: z.string(),
      thread: z.nullable(z.string()),
      outcome: z.nullable(z.looseObject({})),
      cancelled: z.nullable(z.looseObject({})),
    }),
  ),
});

async function status(run: string): Promise<z.output<typeof Status>["runs"][number]> {
  const { stdout, stderr } = await thread("status", run, "--json");
  if (stderr !== "") throw new Error(stderr);
  const [found] = parseJson(stdout, Status).runs;
  if (found === undefined) throw new Error(`no run in ${stdout}`);
  return found;
}

/**
 * Plays a model that has a command run that does not end by itself, and says no more, however long that
 * takes. Returns what finds the command's process.
 */
function playSleep(seconds: string): () => number | undefined {
  world.api.play((request) =>
    request.outputs.length > 0 ? { kind: "silent" } : runCommand(request, `sleep ${seconds}`),
  );
  return () => processesOf(world.repository.root).find(({ command }) => command === `sleep ${seconds}`)?.pid;
}

async function eventually(what: string, holds: () => boolean | Promise<boolean>): Promise<void> {
  await eventuallyAsync(
    async () => await holds(),
    () => what,
  );
}

const runs = (pid: number): boolean => identifyProcess(pid) !== undefined;

test("a run survives its terminal and the shell that started it, and a hangup", async () => {
  const gate = closedGate();
  world.api.play((request) => ({ kind: "hold", until: gate.opened.then(() => echo(request)) }));
  const screen = await openScreen({
    command: ["/bin/sh", "-i"],
    cwd: world.repository.root,
    env: world.env,
    folder: world.repository.beside,
  });
  await screen.type(`${process.execPath} ${COUNTERSIGN} thread start 'outlive it' --background`);
  await screen.press("Enter");
  const shown = await screen.shows("It goes on in the background");
  const [run = ""] = /\d{8}T\d{9}Z-[0-9a-f]{8}/.exec(shown) ?? [];
  await screen.close();
  const { process: worker } = await status(run);
  process.kill(worker, "SIGHUP");
  expect(await status(run)).toMatchObject({ state: "running", process: worker });
  expect((await thread("result", run)).exitCode).toBe(2);
  expect((await thread("wait", run, "--timeout", "0.1")).exitCode).toBe(2);
  gate.open();
  expect(await thread("wait", run)).toMatchObject({ exitCode: 0 });
  expect(await thread("result", run)).toEqual({ exitCode: 0, stdout: "You said: outlive it", stderr: "" });
  await eventually("its worker has ended", () => !runs(worker));
});

test("a cancelled run is over, with the command that it had running", async () => {
  const sleeping = playSleep("3141");
  const run = await begin("sleep");
  await eventually("the command runs", () => sleeping() !== undefined);
  const { process: worker } = await status(run);
  const sleep = sleeping() ?? 0;
  expect(sleep).toBeGreaterThan(0);
  expect(await thread("cancel", run)).toMatchObject({ exitCode: 0 });
  expect(runs(worker)).toBe(false);
  await eventually("the killed command has gone", () => !runs(sleep));
  expect(await status(run)).toMatchObject({
    state: "ended",
    outcome: { kind: "failed", failure: { kind: "cancelled" } },
    cancelled: null,
  });
  expect((await thread("wait", run)).exitCode).toBe(1);
});

test("a run in the foreground hears a cancel from elsewhere too", async () => {
  const sleeping = playSleep("3145");
  const foreground = thread("start", "sleep", "--quiet");
  await eventually("the command runs", () => sleeping() !== undefined);
  expect(await thread("cancel", "--last")).toMatchObject({ exitCode: 0 });
  await eventually("the killed command has gone", () => sleeping() === undefined);
  expect(await foreground).toMatchObject({ exitCode: 1, stderr: expect.stringContaining("cancelled") });
});

test("a thread is continued in the background, and work is reviewed there", async () => {
  const first = await begin("remember this");
  await thread("wait", first);
  const resumed = await thread("resume", "--last", "and this", "--background", "--quiet");
  expect((await thread("wait", resumed.stdout)).exitCode).toBe(0);
  expect((await thread("result", resumed.stdout)).stdout).toBe("You said: and this");
  expect((await status(resumed.stdout)).thread).toBe((await status(first)).thread);
  world.repository.write("new.js", "export const one = 1;\n");
  world.api.play((request) =>
    request.outputs.length > 0 ? say(JSON.stringify(NOTHING_FOUND)) : runCommand(request, "git status"),
  );
  const review = await thread("review", "--background", "--json");
  const { run } = parseJson(review.stdout, z.looseObject({ run: z.string() }));
  expect((await thread("wait", run)).exitCode).toBe(0);
  expect((await thread("result", run)).stdout).toBe("Nothing stands out.");
});

test("a killed worker is told as died, its turn is ended by the keeper, and nothing is lost", async () => {
  const sleeping = playSleep("3142");
  const run = await begin("sleep");
  await eventually("the command runs", () => sleeping() !== undefined);
  const before = await status(run);
  process.kill(before.process, "SIGKILL");
  await eventually("the worker is gone", () => !runs(before.process));
  const died = await status(run);
  expect(died).toMatchObject({ state: "died", outcome: null });
  expect(Date.parse(died.lastSign)).toBeGreaterThanOrEqual(Date.parse(before.lastSign));
  expect(Date.parse(died.lastSign)).toBeLessThanOrEqual(Date.now());
  expect((await thread("wait", run)).exitCode).toBe(1);
  await eventually("the keeper ends what it left", () => sleeping() === undefined);
  const result = await thread("result", run);
  expect(result).toMatchObject({ exitCode: 1, stdout: "" });
  expect(result.stderr).toContain("its turn was interrupted");
  const later = await thread("cancel", run);
  expect(later).toMatchObject({
    exitCode: 0,
    stdout: expect.stringContaining("no server runs a turn of it"),
  });
  // A thread of the user's own stays where the user looks for it.
  expect(rollouts("archived_sessions", before.thread)).toBe(0);
  expect(rollouts("sessions", before.thread)).toBe(1);
});

test("where the worker is dead cancel itself ends the turn and its command", async () => {
  const sleeping = playSleep("3143");
  const run = await begin("sleep");
  await eventually("the command runs", () => sleeping() !== undefined);
  const { process: worker } = await status(run);
  const keeper = keeperPid();
  process.kill(keeper, "SIGSTOP");
  try {
    process.kill(worker, "SIGKILL");
    await eventually("the worker is gone", () => !runs(worker));
    const cancelled = await thread("cancel", run);
    expect(cancelled).toMatchObject({
      exitCode: 0,
      stdout: expect.stringContaining("turn was interrupted on"),
    });
    await eventually("the command is killed", () => sleeping() === undefined);
  } finally {
    process.kill(keeper, "SIGCONT");
  }
  expect(await status(run)).toMatchObject({ state: "died", outcome: null, cancelled: { turn: "stopped" } });
});

test("eight runs at once each have their own answer, and a session's end takes none of them", async () => {
  const session = world.session();
  await session.start();
  const prompts = Array.from({ length: 8 }, (_, index) => `number ${index}`);
  const started = await Promise.all(prompts.map((prompt) => begin(prompt)));
  expect(new Set(started).size).toBe(8);
  await session.end();
  const answers = await Promise.all(
    started.map(async (run) => {
      expect((await thread("wait", run)).exitCode).toBe(0);
      return (await thread("result", run)).stdout;
    }),
  );
  expect(answers).toEqual(prompts.map((prompt) => `You said: ${prompt}`));
});

test("what fails fails for whoever waits, and what cannot begin is refused and leaves nothing", async () => {
  world.api.play(() => refuse(400, { message: "not like this" }));
  const run = await begin("fail");
  expect((await thread("wait", run)).exitCode).toBe(1);
  expect((await thread("result", run)).stderr).toContain("not like this");
  const before = runFolders();
  const refused = await world.countersign(["thread", "start", "x", "--background"], {
    COUNTERSIGN_CODEX: "/nowhere",
  });
  expect(refused).toMatchObject({ exitCode: 2, stdout: "" });
  expect(refused.stderr).toMatch(/^countersign: .*\/nowhere/);
  expect(runFolders()).toEqual(before);
});

test("nobody else can be a run's worker", async () => {
  const run = await begin("once");
  expect((await thread("wait", run)).exitCode).toBe(0);
  const again = await thread("work", run);
  expect(again).toMatchObject({ exitCode: 2, stderr: expect.stringContaining("takes no worker") });
  expect((await thread("work", "../../x")).exitCode).toBe(2);
  expect((await thread("--help")).stdout).not.toContain("work");
});

test("Codex 0.140: a run in the background, and one that is cancelled with its command", async () => {
  const older = { COUNTERSIGN_CODEX: olderCodex() };
  const done = await begin("older", older);
  expect((await thread("wait", done)).exitCode).toBe(0);
  expect((await thread("result", done)).stdout).toBe("You said: older");
  const sleeping = playSleep("3144");
  const run = await begin("sleep", older);
  await eventually("the command runs", () => sleeping() !== undefined);
  const sleep = sleeping() ?? 0;
  expect(await thread("cancel", run)).toMatchObject({ exitCode: 0 });
  await eventually("the killed command has gone", () => !runs(sleep));
});

/** How many rollouts of a thread lie in one of Codex's folders. */
function rollouts(folder: string, threadId: string | null): number {
  const root = join(world.codex.codexHome, folder);
  if (!existsSync(root)) return 0;
  return readdirSync(root, { recursive: true, encoding: "utf8" }).filter((name) =>
    name.includes(`${threadId}`),
  ).length;
}

function keeperPid(): number {
  const servers = join(world.state, "servers");
  const locks = readdirSync(servers, { recursive: true, encoding: "utf8" }).filter((name) =>
    name.endsWith("keeper.lock"),
  );
  const [lock = ""] = locks;
  expect(locks).toHaveLength(1);
  return parseJson(readFileSync(join(servers, lock), "utf8"), z.looseObject({ pid: z.number() })).pid;
}

function runFolders(): readonly string[] {
  return readdirSync(join(world.state, "runs"), { recursive: true, encoding: "utf8" }).filter((name) =>
    /-[0-9a-f]{8}$/.test(name),
  );
}
