import { randomUUID } from "node:crypto";
import { dirname, join } from "node:path";
import { SessionId } from "#base/ids.ts";
import { parseShape } from "#base/json.ts";
import { type RunningClaude, startClaude } from "#test/claude-process.ts";
import { type ClaudeWorld, makeClaudeWorld } from "#test/claude-world.ts";
import { type Action, say, writeFile } from "#test/messages-stream.ts";
import { answersSoFar, stopFeedback } from "#test/model-request.ts";
import { processesOf } from "#test/processes-of.ts";
import { runCountersign } from "#test/run-countersign.ts";
import type { PlayedHost } from "./chaos-world.ts";
import type { HookCall } from "./hook-call.ts";
import { arm } from "./moments.ts";
import type { PlayedReviewer } from "./played-reviewer.ts";
import { sessionReceipts } from "./records.ts";
import type { Scenario } from "./scenario.ts";
import { noHarm, type Player, type Stage } from "./stage.ts";
import { lineOf, type Planted, type Workplace } from "./workplace.ts";

/** A stage on which the real Claude Code fires the hooks. */
export type ClaudeStage = {
  readonly stage: Stage;
  /** One session from its prompt to its end, struck as the scenario says. */
  storm(): Promise<void>;
  /** Another session that nothing strikes; returns what is wrong where its work is not signed. */
  calm(): Promise<readonly string[]>;
  close(): Promise<void>;
};

/** Makes the stage: the built command line has set up its hooks, and both models are played. */
export async function makeClaudeStage(
  scenario: Scenario,
  { reviewer, command }: { readonly reviewer: PlayedReviewer; readonly command: string },
): Promise<ClaudeStage> {
  const world = await makeClaudeWorld({
    COUNTERSIGN_IDLE_SECONDS: "1",
    COUNTERSIGN_DEADLINE_SECONDS: String(scenario.deadlineSeconds),
  });
  await world.countersign(["setup", "--scope", "user"]);
  world.reviews.play((request) => reviewer.play(request));
  const planted: Planted[] = [];
  const players: Player[] = [];
  const stage = stageOf(scenario, { world, reviewer, command, planted, players });
  const play = (label: string, bug: boolean): Played => {
    const line = plant(world, planted, bug);
    const id = parseShape(randomUUID(), SessionId);
    const claude = prompt(world, line, { label, id });
    const [plan] = scenario.sessions;
    if (plan === undefined) throw new Error("a scenario without a session");
    const host = { pid: claude.pid ?? 0, kill: claude.kill };
    const { deadlineSeconds } = scenario;
    const common = { root: world.repository.root, hostLives: true, promptId: "", deadlineSeconds };
    const player = { ...common, index: players.length, id, plan, host };
    players.push(player);
    return { player, call: callOf(claude, { label, session: player.index }) };
  };
  return {
    stage,
    storm: () => storm(stage, play),
    calm: () => calm(stage, play),
    close: async () => {
      // What is left was told before; closing says it again.
      await world.close().catch(() => undefined);
    },
  };
}

type Played = { readonly player: Player; readonly call: HookCall };
type Play = (label: string, bug: boolean) => Played;

async function storm(stage: Stage, play: Play): Promise<void> {
  const bug = stage.scenario.sessions[0]?.stops[0]?.edits.includes("bug") === true;
  const { player, call } = play("0.1", bug);
  stage.calls.push(call);
  arm(stage, player, call);
  await call.ended;
}

async function calm(stage: Stage, play: Play): Promise<readonly string[]> {
  const said: string[] = [];
  for (let attempt = 1; attempt <= 2; attempt += 1) {
    const { player, call } = play(`0.9${attempt}`, false);
    const { stderr } = await call.ended;
    const outcomes = sessionReceipts(stage, player).map(({ outcome }) => outcome);
    if (outcomes.some(({ kind }) => kind === "allowed")) return [];
    said.push(`${JSON.stringify(outcomes)} ${stderr}`);
    await runCountersign(["on"], stage.world.env, stage.world.repository.beside);
  }
  return [`after the storm a session is not reviewed: ${said.join("; ")}`];
}

/** The agent writes the line, says so, and mends it when it is held back. */
function prompt(
  world: ClaudeWorld,
  line: Planted,
  { label, id }: { readonly label: string; readonly id: string },
): RunningClaude {
  const path = join(line.root, line.path);
  const claim = say(`I am done with stop ${label}.`);
  world.messages.play((request): Action => {
    if (stopFeedback(request).length > 0) return writeFile(path, lineOf(line).replace("/ 0;", "/ 2;"));
    return answersSoFar(request) === 0 ? writeFile(path, lineOf(line)) : claim;
  });
  return startClaude({ ...world.options, args: ["--session-id", id], prompt: `write ${line.token}` });
}

function plant(world: ClaudeWorld, planted: Planted[], bug: boolean): Planted {
  const token = `t00${planted.length}x${world.repository.root.split("-").at(-1)?.slice(0, 6)}`;
  const path = `${bug ? "bug" : "ok"}_${token}.js`;
  const line = { token, path, bug, root: world.repository.root, at: Date.now() };
  planted.push(line);
  return line;
}

type Parts = {
  readonly world: ClaudeWorld;
  readonly reviewer: PlayedReviewer;
  readonly command: string;
  readonly planted: readonly Planted[];
  readonly players: readonly Player[];
};

function stageOf(scenario: Scenario, { world, reviewer, command, planted, players }: Parts): Stage {
  const { repository, claude, codex, state } = world;
  return {
    scenario,
    reviewer,
    command,
    players,
    world: {
      repository,
      codex,
      state,
      api: world.reviews,
      temporary: join(codex.root, "none"),
      userConfig: join(codex.root, "none.json"),
      env: { ...codex.env, COUNTERSIGN_HOME: state },
      host: () => NO_HOST,
      left: () => processesOf(claude.root, codex.root, dirname(repository.root)),
      close: () => world.close(),
    },
    work: workOf(world, planted),
    calls: [],
    harm: noHarm(),
    sockets: new Set(),
    struck: [],
    pending: [],
  };
}

const NO_HOST: PlayedHost = { pid: 0, kill: () => undefined };

/** What an agent does to its files is no surprise here; `plant` is what somebody else does meanwhile. */
function workOf({ repository }: ClaudeWorld, planted: readonly Planted[]): Workplace {
  const nothing = (): void => undefined;
  const plain = (root: string, bug: boolean): Planted => {
    const line = { token: `t99x${planted.length}`, path: "beside.js", bug, root, at: Date.now() };
    repository.write(line.path, lineOf(line));
    return line;
  };
  return {
    planted,
    change: (act) => act(),
    plant: plain,
    append: nothing,
    twin: nothing,
    mend: nothing,
    commit: nothing,
    standing: () => [],
    surprises: () => [],
  };
}

/** The host, in the place of the hooks that it starts: only it can be signalled from here. */
function callOf(claude: RunningClaude, { label, session }: Pick<HookCall, "label" | "session">): HookCall {
  const ended = claude.done.then(
    ({ exitCode, stderr }) => ({ ...NO_ANSWER, at: Date.now(), exitCode, stderr }),
    // Killed in the middle of a line.
    (error: unknown) => ({ ...NO_ANSWER, at: Date.now(), exitCode: undefined, stderr: String(error) }),
  );
  const common = { hook: "stop", promptId: "", startedAt: Date.now(), signals: [] } as const;
  return { ...common, label, session, signal: claude.kill, ended };
}

const NO_ANSWER = { stdout: "", answer: undefined, overdue: false };
