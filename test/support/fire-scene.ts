import { type ChildProcess, spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, rmSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { sha256 } from "#base/digest.ts";
import { readIfPresent } from "#base/files.ts";
import { parseJson } from "#base/json.ts";
import { isAlive, ProcessIdentity } from "#base/process-identity.ts";
import { ServerRecord } from "#codex/server/server-record.ts";
import { eventuallyAsync } from "./eventually.ts";
import { type GateWorld, HookAnswer, makeGateWorld } from "./gate-world.ts";
import { type HookProcess, startHook } from "./hook-process.ts";
import { endAll, type FoundProcess, killNow, processesOf } from "./processes-of.ts";
import { outcomeText } from "./recorded-outcomes.ts";
import { closedGate, type Gate, reviewAnswer } from "./reviewer-action.ts";

/** What is killed in a scene. */
export type Part = "host" | "hook" | "keeper" | "server";
export const PARTS: readonly Part[] = ["host", "hook", "keeper", "server"];

/** When the killing begins, in the life of one stop. */
export type Moment = "connecting" | "opening a thread" | "mid-turn" | "closing";
export const MOMENTS: readonly Moment[] = ["connecting", "opening a thread", "mid-turn", "closing"];

export type FireScene = {
  readonly order: readonly Part[];
  readonly moment: Moment;
  /** From the moment to the first kill, then from each to the next, in milliseconds. */
  readonly pauses: readonly number[];
  /** Whether the kernel ends a server with its keeper. */
  readonly withSetpriv: boolean;
  /** What the reviewer thinks of the change. */
  readonly verdict: "ALLOW" | "BLOCK";
  /** Whether all is quiet before the next stop comes, or it comes at once. */
  readonly settles: boolean;
};

export type FireEnd = {
  /** Which were there to be killed when it was their turn. */
  readonly killed: readonly Part[];
  /** What the killed hook had printed, if it had come so far. */
  readonly answer: HookAnswer | undefined;
  /** The outcomes on record before the next stop, and those after. */
  readonly before: readonly string[];
  readonly after: readonly string[];
  readonly next: HookAnswer;
  /** Servers that listen for all, and keepers, while the next review runs. */
  readonly servers: number;
  readonly keepers: number;
  /** Where that review ran. */
  readonly serverKind: string | undefined;
  /** Sockets and links that are left when nothing runs any more. */
  readonly traces: readonly string[];
};

/** Plays a scene in a world of its own, from the session's start until nothing runs any more. */
export async function playFire(scene: FireScene): Promise<FireEnd> {
  const gates = [closedGate(), closedGate()] as const;
  const world = await makeGateWorld((request) => {
    const [gate, finds] = reviewOf(request.prompt) === 1 ? [gates[0], scene.verdict] : [gates[1], "ALLOW"];
    const found = { file: "first.js", line_start: 1, quote: "first();", title: "It fails" };
    const answer = reviewAnswer(request, finds === "BLOCK" ? [found] : []);
    return { kind: "hold", until: gate.opened.then(() => answer) };
  });
  const hosts: ChildProcess[] = [];
  try {
    return await play(world, { scene, gates, hosts });
  } finally {
    for (const host of hosts) host.kill("SIGKILL");
    for (const gate of gates) gate.open();
    await endAll(world.state, world.codex.root);
    rmSync(join(world.state, "servers"), { recursive: true, force: true });
    await world.close();
  }
}

type Playing = {
  readonly scene: FireScene;
  readonly gates: readonly [Gate, Gate];
  readonly hosts: ChildProcess[];
};

async function play(world: GateWorld, { scene, gates, hosts }: Playing): Promise<FireEnd> {
  const session = sessionIn(world, scene, hosts);
  await session.start();
  world.repository.write("first.js", "first();\n");
  const hook = session.stop("It is the first change.");
  await reached(world, scene.moment, gates[0]);
  const killed = await killAll(world, scene, { hook, host: hosts[0] });
  const { stdout } = await hook.ended;
  gates[0].open();
  const outcomes = () => world.receipts().map(({ outcome }) => outcomeText(outcome));
  const before = outcomes();
  if (scene.settles) await untilNothingRuns(world);

  world.repository.write("second.js", "second();\n");
  const next = session.stop("It is the second change.");
  await eventuallyAsync(
    async () => world.api.requests.some(({ prompt }) => reviewOf(prompt) === 2),
    () => `the next stop is reviewed: ${JSON.stringify(world.receipts(), null, 1)}`,
  );
  await untilOneIsLeft(world);
  const running = processesOf(world.state).map(({ command }) => command);
  gates[1].open();
  const ended = await next.ended;
  const sockets = readdirSync(join(world.state, "servers")).map((key) =>
    join(world.state, "servers", key, "s"),
  );
  for (const host of hosts) host.kill("SIGKILL");
  await untilNothingRuns(world);
  return {
    killed,
    answer: stdout === "" ? undefined : parseJson(stdout, HookAnswer),
    before,
    after: outcomes().slice(before.length),
    next: parseJson(ended.stdout, HookAnswer),
    servers: running.filter(isServer).length,
    keepers: running.filter(isKeeper).length,
    serverKind: world.receipts().at(-1)?.review?.serverKind,
    traces: sockets.flatMap(tracesOf),
  };
}

/** What lost the race for the place, or was left by a kill, has a moment to see it and to end. */
async function untilOneIsLeft(world: GateWorld): Promise<void> {
  const isOne = async (): Promise<boolean> => {
    const running = processesOf(world.state).map(({ command }) => command);
    return running.filter(isServer).length === 1 && running.filter(isKeeper).length === 1;
  };
  // Where it does not come to that, the scene's end says what is there.
  await eventuallyAsync(isOne, () => "one server and one keeper", 30).catch(() => undefined);
}

function isServer(command: string): boolean {
  return /app-server --listen/.test(command);
}

function isKeeper(command: string): boolean {
  return /keeper\.cjs \//.test(command);
}

/** Which of the two reviews a prompt belongs to, by what the agent claims in it. */
function reviewOf(prompt: string): number {
  return prompt.includes("It is the second change.") ? 2 : 1;
}

type ScenePlayer = {
  readonly start: () => Promise<void>;
  readonly stop: (claim: string) => HookProcess;
};

/** One session of a host: each hook after a kill has a new host, as `--resume` gives it. */
function sessionIn(world: GateWorld, scene: FireScene, hosts: ChildProcess[]): ScenePlayer {
  const common = { session_id: randomUUID(), cwd: world.repository.root };
  const own = {
    COUNTERSIGN_PREWARM: scene.moment === "connecting" ? "false" : "true",
    ...(scene.withSetpriv ? {} : { PATH: pathWithoutSetpriv(world) }),
  };
  const env = (): Readonly<Record<string, string>> => {
    if (hosts.every(({ signalCode }) => signalCode !== null)) {
      hosts.push(spawn("sleep", ["1000"], { stdio: "ignore", env: { PATH: "/usr/bin:/bin" } }));
    }
    return { ...world.env, ...own, CLAUDE_PID: String(hosts.at(-1)?.pid) };
  };
  return {
    start: async () => {
      const input = { ...common, hook_event_name: "SessionStart", source: "startup" };
      await world.hook("session-start", input, env());
    },
    stop: (claim) => {
      const hook = startHook("stop", { env: env(), cwd: world.repository.root });
      const input = { ...common, hook_event_name: "Stop", stop_hook_active: false };
      hook.stdin.end(JSON.stringify({ ...input, last_assistant_message: claim, background_tasks: [] }));
      return hook;
    },
  };
}

function pathWithoutSetpriv(world: GateWorld): string {
  const folder = join(world.codex.root, "programs");
  mkdirSync(folder);
  for (const name of ["git", "sh", "bash", "env", "cat"]) symlinkSync(`/usr/bin/${name}`, join(folder, name));
  return folder;
}

async function reached(world: GateWorld, moment: Moment, gate: Gate): Promise<void> {
  const look = (holds: () => boolean) =>
    eventuallyAsync(
      async () => holds(),
      () => `reached: ${moment}`,
    );
  switch (moment) {
    case "connecting":
      await look(() => living(world, "keeper") !== undefined);
      return;
    case "opening a thread":
      await look(() => living(world, "server") !== undefined && filesOf(world, "clients").length > 0);
      return;
    case "mid-turn":
      await world.api.requested(1);
      return;
    case "closing":
      await world.api.requested(1);
      gate.open();
  }
}

type Victims = { readonly hook: HookProcess; readonly host: ChildProcess | undefined };

async function killAll(world: GateWorld, scene: FireScene, victims: Victims): Promise<readonly Part[]> {
  const killed: Part[] = [];
  for (const [index, part] of scene.order.entries()) {
    await delay(scene.pauses[index] ?? 0);
    if (kill(world, part, victims)) killed.push(part);
  }
  return killed;
}

function kill(world: GateWorld, part: Part, { hook, host }: Victims): boolean {
  switch (part) {
    case "hook":
      hook.kill("SIGKILL");
      return true;
    case "host":
      return host?.kill("SIGKILL") ?? false;
    case "keeper":
    case "server": {
      const pid = living(world, part);
      killNow(pid === undefined ? [] : [{ pid, command: part }]);
      return pid !== undefined;
    }
  }
}

/** The pid of the living keeper or server, as their own records name them. */
function living(world: GateWorld, part: "keeper" | "server"): number | undefined {
  const texts = filesOf(world, part === "keeper" ? "keeper.lock" : "server.json").map(readIfPresent);
  const processes = texts.flatMap((text) => {
    if (text === undefined) return [];
    return [part === "keeper" ? parseJson(text, ProcessIdentity) : parseJson(text, ServerRecord).process];
  });
  return processes.find((one) => isAlive(one))?.pid;
}

/** Where a file of that name, or in a folder of that name, lies in the place of a server. */
function filesOf(world: GateWorld, name: string): readonly string[] {
  const folder = join(world.state, "servers");
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith(`/${name}`) || path.includes(`/${name}/`))
    .map((path) => join(folder, path));
}

function untilNothingRuns(world: GateWorld): Promise<void> {
  const left = (): readonly FoundProcess[] => processesOf(world.state, world.codex.root);
  return eventuallyAsync(
    async () => left().length === 0,
    () => `nothing of it runs, but: ${JSON.stringify(left())}`,
  );
}

function tracesOf(socket: string): readonly string[] {
  const real = `/tmp/codex-daemon-${process.getuid?.()}/${sha256(socket)}`;
  return [socket, `${socket}.closing`, real, `${real}.lock`].filter((path) => existsSync(path));
}
