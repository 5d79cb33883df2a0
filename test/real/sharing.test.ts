import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { readIfPresent } from "#base/files.ts";
import { parseJson } from "#base/json.ts";
import { isAlive } from "#base/process-identity.ts";
import { liveLeases } from "#codex/server/lease.ts";
import { ServerRecord } from "#codex/server/server-record.ts";
import { Session } from "#runs/sessions/session.ts";
import { claudeEnvironment, type RunningClaude, startClaude } from "#test/claude-process.ts";
import { ask, type ClaudeWorld, makeClaudeWorld } from "#test/claude-world.ts";
import { eventuallyAsync } from "#test/eventually.ts";
import { runHook } from "#test/gate-world.ts";
import { type Script as Agent, inOrder } from "#test/messages-api.ts";
import { type Action, editFile, writeFile } from "#test/messages-stream.ts";
import { answersSoFar, lastUserText } from "#test/model-request.ts";
import { processesOf, withoutForks } from "#test/processes-of.ts";
import type { Script } from "#test/responses-api.ts";
import { closedGate, reviewAnswer, runCommand } from "#test/reviewer-action.ts";

let world: ClaudeWorld;
beforeEach(async () => {
  world = await makeClaudeWorld();
  await world.countersign(["setup", "--scope", "user"]);
});
afterEach(async () => {
  await world.close();
});

/** Each agent writes the file of its own task, and mends it when it is held back. */
function agents(folders: ReadonlyMap<string, string>): Agent {
  return (request) => {
    const task = /task (\d+)/.exec(lastUserText(request))?.[1] ?? "none";
    const path = join(folders.get(task) ?? "/nonexistent", `src/task-${task}.js`);
    const claim: Action = { kind: "say", text: `I did task ${task}.` };
    const steps = [writeFile(path, `export const task = ${task};\n`), claim];
    const mends = [editFile(path, `task = ${task}`, `task = ${task}0`), claim];
    return [...steps, ...mends][answersSoFar(request)] ?? claim;
  };
}

/** Which task a review is about, as the agent's own claim in its prompt says. */
function taskOf(prompt: string): string {
  return /I did task (\d+)\./.exec(prompt)?.[1] ?? "none";
}

/** Finds fault with each odd task, once. */
const oddOnes: Script = (request) => {
  const task = taskOf(request.prompt);
  const mended = request.prompt.includes("This is round 2.");
  if (mended || Number(task) % 2 === 0) return reviewAnswer(request);
  const quote = `export const task = ${task};`;
  return reviewAnswer(request, [
    { file: `src/task-${task}.js`, line_start: 1, quote, title: `Task ${task} is odd` },
  ]);
};

function start(task: string, cwd: string): RunningClaude {
  return startClaude({ ...world.options, cwd, prompt: `do task ${task}` });
}

/** The app-servers that run, by what /proc says. */
function servers() {
  return withoutForks(processesOf(world.state).filter(({ command }) => /\bapp-server\b/.test(command)));
}

function keepers() {
  return processesOf(world.state).filter(({ command }) => /keeper\.cjs/.test(command));
}

/** The server that the records name. */
function recordedServer(): ServerRecord | undefined {
  const folder = join(world.state, "servers");
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" });
  const [record] = files.filter((name) => name.endsWith("server.json"));
  // A server that ends takes its record with it.
  const text = record === undefined ? undefined : readIfPresent(join(folder, record));
  return text === undefined ? undefined : parseJson(text, ServerRecord);
}

/** The session that works in a folder, as its own file says. */
function sessionIn(cwd: string): Session {
  const folder = join(world.state, "sessions");
  const found = readdirSync(folder)
    .filter((name) => name.endsWith(".json"))
    .map((name) => parseJson(readFileSync(join(folder, name), "utf8"), Session))
    .find((session) => session.cwd === cwd);
  if (found === undefined) throw new Error(`no session in ${cwd}`);
  return found;
}

/** The process of the host that holds the lease of a session. */
function hostOf({ session_id }: Session): number | undefined {
  return liveLeases(join(world.state, "leases")).find((lease) => lease.sessionId === session_id)?.process.pid;
}

test("eight sessions share one server, and each gets the verdict about its own work", async () => {
  const shared = world.anotherRepository().root;
  const folders = new Map(
    ["1", "2", "3", "4", "5", "6"].map((task) => [task, world.anotherRepository().root] as const),
  );
  for (const task of ["7", "8"]) folders.set(task, shared);
  world.messages.play(agents(folders));
  const gate = closedGate();
  world.reviews.play((request) => ({
    kind: "hold",
    until: gate.opened.then(async () => await oddOnes(request)),
  }));
  const running = [...folders].map(([task, cwd]) => ({ task, claude: start(task, cwd) }));
  await world.reviews.requested(8);
  expect(world.reviews.open()).toBe(8);
  expect(servers().map(({ pid }) => pid)).toEqual([recordedServer()?.process.pid]);
  // Several may have been started at once: all but one end again.
  await eventuallyAsync(
    async () => keepers().length === 1,
    () => `one keeper stays: ${JSON.stringify(keepers())}`,
  );
  gate.open();

  const told = await Promise.all(
    running.map(async ({ task, claude }) => {
      const run = await claude.done;
      const found = world.receipts(run.sessionId).flatMap(({ findings }) => findings);
      return [task, world.outcomes(run.sessionId), found.map(({ finding }) => finding.title)] as const;
    }),
  );
  for (const [task, outcomes, titles] of told) {
    const odd = Number(task) % 2 === 1;
    expect([task, outcomes]).toEqual([task, odd ? ["blocked", "allowed"] : ["allowed"]]);
    expect([task, titles]).toEqual([task, odd ? [`Task ${task} is odd`] : []]);
  }
  expect(world.reviews.requests.map(({ prompt }) => taskOf(prompt)).toSorted()).toEqual([
    ..."1122334455667788".replaceAll(/([2468])\1/g, "$1"),
  ]);
  await world.untilNothingRuns();
});

test("Esc and SIGTERM in one review leave the review of another alone", async () => {
  const folders = new Map(["1", "2", "3"].map((task) => [task, world.anotherRepository().root] as const));
  folders.set("1", world.repository.root);
  world.messages.play(agents(folders));
  const gate = closedGate();
  world.reviews.play((request) => ({ kind: "hold", until: gate.opened.then(() => reviewAnswer(request)) }));
  const folder = (task: string): string => folders.get(task) ?? "";

  const survivor = start("2", folder("2"));
  await world.reviews.requested(1);
  const screen = await world.openTerminal();
  await screen.type("do task 1");
  await screen.press("Enter");
  const ended = start("3", folder("3"));
  await world.reviews.requested(3);
  expect(servers()).toHaveLength(1);

  await screen.press("Escape");
  ended.kill("SIGTERM");
  expect((await ended.done).exitCode).toBe(143);
  await eventuallyAsync(
    async () => world.reviews.open() === 1,
    () => `two reviews end: ${world.reviews.open()} are open`,
  );
  gate.open();
  const { sessionId, exitCode } = await survivor.done;
  expect(exitCode).toBe(0);
  expect(world.outcomes(sessionId)).toEqual(["allowed"]);
  for (const task of ["1", "3"]) {
    const { session_id } = sessionIn(folder(task));
    // Claude Code kills a hook a second and a half after it told it to end, and the model is let go before.
    await eventuallyAsync(
      async () => world.outcomes(session_id).length > 0,
      () => `the stop of task ${task} is on record`,
    );
    expect(world.outcomes(session_id)).toEqual(["failed(turn-interrupted)"]);
  }
  await screen.close();
  await world.untilNothingRuns();
});

test("the end of a session that nobody knows drops no lease", async () => {
  const cwd = world.repository.root;
  world.messages.play(agents(new Map([["2", cwd]])));
  const gate = closedGate();
  world.reviews.play((request) => ({ kind: "hold", until: gate.opened.then(() => reviewAnswer(request)) }));
  const claude = start("2", cwd);
  await world.reviews.requested(1);
  const leases = () => readdirSync(join(world.state, "leases"));
  const before = leases();
  expect(before).toHaveLength(1);
  const input = {
    session_id: "2f0d5f8e-62a1-4f1c-9d8e-3f6a1f0c9b11",
    transcript_path: "/nonexistent.jsonl",
    cwd,
    hook_event_name: "SessionEnd",
    reason: "other",
  };
  const env = { ...claudeEnvironment(world.options), CLAUDE_PID: String(hostOf(sessionIn(cwd))) };
  expect(await runHook("session-end", JSON.stringify(input), env, cwd)).toEqual({});
  expect(leases()).toEqual(before);
  expect(servers()).toHaveLength(1);
  gate.open();
  expect(world.outcomes((await claude.done).sessionId)).toEqual(["allowed"]);
});

test("a host that is killed in its review takes nobody with it and leaves nothing behind", async () => {
  const folders = new Map(["1", "2", "4"].map((task) => [task, world.anotherRepository().root] as const));
  const folder = (task: string): string => folders.get(task) ?? "";
  world.messages.play(agents(folders));
  const gate = closedGate();
  const mark = "sleep 86399";
  world.reviews.play((request) => {
    if (taskOf(request.prompt) === "1" && request.outputs.length === 0) {
      return runCommand(request, mark, 250);
    }
    return { kind: "hold", until: gate.opened.then(() => reviewAnswer(request)) };
  });
  const [killed, ...others] = ["1", "2", "4"].map((task) => start(task, folder(task)));
  await world.reviews.requested(4);
  const command = () => processesOf(folder("1")).filter((found) => found.command.includes(mark));
  await eventuallyAsync(
    async () => command().length > 0,
    () => "the command of the review runs",
  );
  const server = recordedServer()?.process;
  expect(servers().map(({ pid }) => pid)).toEqual([server?.pid]);

  expect(hostOf(sessionIn(folder("1")))).toBe(killed?.pid);
  killed?.kill("SIGKILL");
  await killed?.done.catch(() => undefined);
  await eventuallyAsync(
    async () => command().length === 0,
    () => `the command of the killed review has ended: ${JSON.stringify(processesOf(folder("1")), null, 1)}`,
  );
  expect(server !== undefined && isAlive(server)).toBe(true);
  await eventuallyAsync(
    async () => world.reviews.open() === 2,
    () => `one review ends: ${world.reviews.open()} are open`,
  );
  const { session_id } = sessionIn(folder("1"));
  await eventuallyAsync(
    async () => world.outcomes(session_id).includes("failed(turn-interrupted)"),
    () => `the killed review is on record: ${world.outcomes(session_id)}`,
  );
  gate.open();
  for (const claude of others) {
    expect(world.outcomes((await claude.done).sessionId)).toEqual(["allowed"]);
  }
  await world.untilNothingRuns();
  expect(server !== undefined && isAlive(server)).toBe(false);
  expect(existsSync(join(world.state, "leases")) && readdirSync(join(world.state, "leases"))).toEqual([]);
});

test("a server that nothing has used for a while ends under an open session, and the next stop has another", async () => {
  const config = join(world.claude.home, ".config/countersign");
  mkdirSync(config, { recursive: true });
  writeFileSync(join(config, "config.json"), JSON.stringify({ idleSeconds: 5 }));
  const cwd = world.repository.root;
  const works = (task: string): Agent =>
    inOrder(
      writeFile(
        join(cwd, `src/task-${task}.js`),
        `export const task = ${task};
`,
      ),
      {
        kind: "say",
        text: `I did task ${task}.`,
      },
    );
  world.messages.play(works("2"));
  const screen = await world.openTerminal();
  await ask(screen, "do task 2", "I did task 2.");
  await screen.shows("signed by");
  const first = recordedServer()?.process;
  await eventuallyAsync(
    async () => servers().length === 0 && keepers().length === 0,
    () => `the idle server ends: ${JSON.stringify([...servers(), ...keepers()])}`,
  );
  expect(first !== undefined && isAlive(first)).toBe(false);
  world.messages.play(works("4"));
  await ask(screen, "do task 4", "I did task 4.");
  await eventuallyAsync(
    async () => world.outcomes().length === 2,
    () => `the second stop is on record: ${world.outcomes()}`,
  );
  await screen.close();
  expect(world.outcomes()).toEqual(["allowed", "allowed"]);
});
