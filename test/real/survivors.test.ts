import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { readIfPresent } from "#base/files.ts";
import { parseJson } from "#base/json.ts";
import { identifyProcess, isAlive, ProcessIdentity } from "#base/process-identity.ts";
import { ServerRecord } from "#codex/server/server-record.ts";
import { eventuallyAsync } from "#test/eventually.ts";
import { type GateWorld, HookAnswer, makeGateWorld, type WorldSession } from "#test/gate-world.ts";
import { type HookProcess, startHook } from "#test/hook-process.ts";
import { processesOf } from "#test/processes-of.ts";
import type { Script } from "#test/responses-api.ts";
import { refuse, reviewAnswer, runCommand } from "#test/reviewer-action.ts";
import { eventually, pidsOf, signalIfAlive } from "#test/shared-server.ts";

let world: GateWorld;
let host: ChildProcess | undefined;
let edits = 0;
/** What a review of this file took so far, at the most, from its hook's start to its third request, in seconds. */
let slowest = 0;
beforeAll(async () => {
  world = await makeGateWorld((request) => reviewAnswer(request));
});
afterEach(() => {
  host?.kill("SIGKILL");
});
afterAll(async () => {
  await world.close();
});

/** How the two commands of a review are known among all processes. */
type Marked = { readonly plain: string; readonly daemon: string };

/** A command that does all that a process can do not to be found and not to be ended. */
function daemonising(command: string): string {
  const inner = `trap "" TERM HUP INT QUIT; (setsid nohup ${command} </dev/null >/dev/null 2>&1 &); exec ${command}`;
  return `trap "" TERM HUP INT QUIT; setsid sh -c '${inner}' </dev/null >/dev/null 2>&1 & ${command}`;
}

/** A reviewer that leaves both commands running and then does the last thing. */
function leaving({ plain, daemon }: Marked, last: Script): Script {
  return (request) => {
    const turn = request.outputs.length;
    if (turn === 0) return runCommand(request, plain, 250);
    return turn === 1 ? runCommand(request, daemonising(daemon), 250) : last(request);
  };
}

type Scene = {
  readonly session: WorldSession;
  readonly hook: HookProcess;
  readonly marked: Marked;
};

/** A review that has come to its third request, with both commands running. */
async function scene(last: Script, env: Readonly<Record<string, string>> = {}): Promise<Scene> {
  edits += 1;
  host = spawn("sleep", ["600"], { detached: true, stdio: "ignore" });
  const hostEnv = { CLAUDE_PID: String(host.pid), ...env };
  const session = world.session({ env: hostEnv });
  await session.start();
  world.repository.write("src/count.js", `export const count = ${edits};\n`);
  const marked = { plain: `sleep 11${edits}.${process.pid}`, daemon: `sleep 12${edits}.${process.pid}` };
  const asked = world.api.requests.length;
  world.api.play(leaving(marked, last));
  const cwd = world.repository.root;
  const begun = Date.now();
  const hook = startHook("stop", { env: { ...world.env, ...hostEnv }, cwd });
  hook.stdin.end(JSON.stringify({ session_id: session.id, cwd, hook_event_name: "Stop", prompt_id: "p" }));
  await world.api.requested(asked + 3);
  slowest = Math.max(slowest, (Date.now() - begun) / 1_000);
  return { session, hook, marked };
}

const SILENT: Script = () => ({ kind: "silent" });

/** Nothing of the review is left: no hook, no command, no request to the model, no thread in the list. */
async function expectNothingLeft({ marked }: Scene): Promise<void> {
  await eventually(() => pidsOf(marked.plain).length + pidsOf(marked.daemon).length === 0);
  await eventually(() => strangers().length === 0);
  await world.api.idle();
  await eventually(() => listedThreads().length === 0);
}

const KEPT = /keeper\.cjs \S+$|app-server --listen/;

/** Whatever has to do with this world, but for the keeper and its server, which others may use. */
function strangers(known = KEPT): readonly string[] {
  return processesOf(world.state, world.codex.root)
    .map(({ command }) => command)
    .filter((command) => !known.test(command));
}

function listedThreads(): readonly string[] {
  const sessions = join(world.codex.codexHome, "sessions");
  if (!existsSync(sessions)) return [];
  return readdirSync(sessions, { recursive: true, encoding: "utf8" }).filter((name) =>
    name.endsWith(".jsonl"),
  );
}

/** The living app-servers of this world, as their own records name them. */
function serverPids(): readonly number[] {
  const servers = join(world.state, "servers");
  if (!existsSync(servers)) return [];
  return readdirSync(servers, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith("server.json"))
    .map((name) => parseJson(readFileSync(join(servers, name), "utf8"), ServerRecord).process)
    .filter((server) => isAlive(server))
    .map(({ pid }) => pid);
}

/** The one that holds the place of the living server. */
function keeperPid(): number {
  const servers = join(world.state, "servers");
  const places = readdirSync(servers).filter((name) => existsSync(join(servers, name, "clients")));
  const locks = places.map((name) => readIfPresent(join(servers, name, "keeper.lock")));
  const held = locks.flatMap((text) => (text === undefined ? [] : [parseJson(text, ProcessIdentity)]));
  const [keeper] = held.filter((holder) => isAlive(holder));
  if (keeper === undefined) throw new Error("nobody keeps the server");
  return keeper.pid;
}

function signalServers(signal: NodeJS.Signals): void {
  for (const pid of serverPids()) signalIfAlive(pid, signal);
}

async function outcomesAfter({ session, hook }: Scene): Promise<readonly string[]> {
  const { stdout } = await hook.ended;
  if (stdout !== "") parseJson(stdout, HookAnswer);
  return session.outcomes();
}

test("both commands run while the review does", async () => {
  const one = await scene(SILENT);
  // The reviewer goes on after a quarter of a second, however far its commands have come by then.
  await eventually(() => pidsOf(one.marked.plain).length > 0 && pidsOf(one.marked.daemon).length > 2);
  one.hook.kill("SIGTERM");
  expect(await outcomesAfter(one)).toEqual(["failed(turn-interrupted)"]);
  await expectNothingLeft(one);
});

test.each<{ readonly what: string; readonly last: Script; readonly outcome: string }>([
  {
    what: "an error of the provider",
    last: () => refuse(400, { message: "no" }),
    outcome: "failed(request-refused)",
  },
  // After it, for two failures in a row would pause the reviews.
  { what: "a verdict", last: (request) => reviewAnswer(request), outcome: "allowed" },
])("nothing survives $what", async ({ last, outcome }) => {
  const one = await scene(last);
  expect(await outcomesAfter(one)).toEqual([outcome]);
  await expectNothingLeft(one);
});

test("nothing survives the deadline that the registered timeout leaves, and it is named", async () => {
  const folder = join(world.repository.beside, "claude");
  mkdirSync(folder);
  // A fifth of it is kept for the end. The rest is enough to come to the third request, however loaded the machine is.
  const timeout = Math.ceil(13 + 4 * slowest);
  const hook = { type: "command", command: "countersign hook stop", timeout };
  writeFileSync(join(folder, "settings.json"), JSON.stringify({ hooks: { Stop: [{ hooks: [hook] }] } }));
  const one = await scene(SILENT, { CLAUDE_CONFIG_DIR: folder });
  expect((await one.hook.ended).stdout).toContain(`${folder}/settings.json gives the Stop hook ${timeout} s`);
  expect(await outcomesAfter(one)).toEqual(["failed(deadline)"]);
  await expectNothingLeft(one);
});

test("nothing survives a hook that is killed outright", async () => {
  const one = await scene(SILENT);
  one.hook.kill("SIGKILL");
  expect(await outcomesAfter(one)).toEqual([]);
  await expectNothingLeft(one);
});

test("a hook that is told to end has it on record before its server answers, and nothing survives it", async () => {
  const one = await scene(SILENT);
  signalServers("SIGSTOP");
  one.hook.kill("SIGTERM");
  await eventually(() => one.session.outcomes().length > 0);
  one.hook.kill("SIGKILL");
  expect(await outcomesAfter(one)).toEqual(["failed(turn-interrupted)"]);
  signalServers("SIGCONT");
  await expectNothingLeft(one);
});

test.each(["the host alone", "the host's whole group"])("nothing survives SIGKILL to %s", async (whom) => {
  const one = await scene(SILENT);
  const pid = host?.pid ?? 0;
  process.kill(whom === "the host alone" ? pid : -pid, "SIGKILL");
  expect(await outcomesAfter(one)).toEqual(["failed(turn-interrupted)"]);
  await expectNothingLeft(one);
});

test("nothing survives SIGKILL to host and hook at once, and in the end no server either", async () => {
  const one = await scene(SILENT);
  one.hook.kill("SIGKILL");
  host?.kill("SIGKILL");
  await expectNothingLeft(one);
  await eventually(() => strangers(/^$/).length === 0);
});

/** A keeper that says of every server that it does not start: hooks then have a private one. */
async function startlessKeeper(): Promise<() => void> {
  const servers = join(world.state, "servers");
  await eventuallyAsync(
    async () => {
      // A start that is held up for long asks for no server.
      await world.session().start();
      return serverPids().length > 0;
    },
    () => "a session's start brings a server up",
  );
  await eventually(() => {
    const found = pidsOf(`${servers}/`);
    for (const pid of found) signalIfAlive(pid, "SIGKILL");
    return found.length === 0;
  });
  const [key = ""] = readdirSync(servers).filter((name) => existsSync(join(servers, name, "clients")));
  const [lock, failure] = [join(servers, key, "keeper.lock"), join(servers, key, "start-failure.txt")];
  writeFileSync(lock, JSON.stringify(identifyProcess(process.pid)));
  let said = 0;
  const timer = setInterval(() => {
    said += 1;
    writeFileSync(failure, `no, for the ${said}. time`);
  }, 20);
  return () => {
    clearInterval(timer);
    rmSync(lock, { force: true });
  };
}

/** The app-servers that hooks started for themselves. */
function privateServers(): readonly number[] {
  return processesOf(world.codex.root)
    .filter(({ command }) => command.endsWith("app-server"))
    .map(({ pid }) => pid);
}

test.each(["", "that hangs"])("nothing survives a hook with a private server %s", async (hangs) => {
  const stop = await startlessKeeper();
  const one = await scene(SILENT);
  stop();
  const [server] = privateServers();
  if (server === undefined) throw new Error("no private server was found");
  if (hangs !== "") process.kill(server, "SIGSTOP");
  one.hook.kill("SIGKILL");
  expect(await outcomesAfter(one)).toEqual([]);
  await eventually(() => pidsOf(one.marked.plain).length + pidsOf(one.marked.daemon).length === 0);
  await eventually(() => privateServers().length === 0);
  await world.api.idle();
});

test("after a second round that was killed, the next stop asks on a thread without that turn", async () => {
  const before = listedThreads();
  edits += 1;
  host = spawn("sleep", ["600"], { detached: true, stdio: "ignore" });
  const session = world.session({ env: { CLAUDE_PID: String(host.pid) } });
  await session.start();
  const quote = `export const wrong = ${edits};`;
  world.repository.write("src/wrong.js", `${quote}\n`);
  world.api.play((request) => reviewAnswer(request, [{ file: "src/wrong.js", line_start: 1, quote }]));
  await session.stop();
  world.repository.write("src/wrong.js", `${quote} // still\n`);
  world.api.play(SILENT);
  const asked = world.api.requests.length;
  const cwd = world.repository.root;
  const env = { ...world.env, CLAUDE_PID: String(host.pid) };
  const hook = startHook("stop", { env, cwd });
  const input = { session_id: session.id, cwd, hook_event_name: "Stop", prompt_id: "p" };
  hook.stdin.end(JSON.stringify(input));
  await world.api.requested(asked + 1);
  const keeper = keeperPid();
  process.kill(keeper, "SIGSTOP");
  hook.kill("SIGKILL");
  world.api.play((request) => reviewAnswer(request));
  await session.stop();
  process.kill(keeper, "SIGCONT");
  expect(session.outcomes()).toEqual(["blocked", "allowed"]);
  expect(session.receipts().at(-1)?.review).toMatchObject({ resumed: false });
  await world.api.idle();
  await eventually(() => listedThreads().length === before.length);
});
