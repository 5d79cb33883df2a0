import { join } from "node:path";
import { serverPlace } from "#codex/server/server-place.ts";
import { readRecord } from "#codex/server/server-record.ts";
import { outcomeText } from "#test/recorded-outcomes.ts";
import { calm, clearUp } from "./calm.ts";
import { type ChaosWorld, makeChaosWorld } from "./chaos-world.ts";
import { checkAnswers } from "./check-answers.ts";
import { checkCoverage } from "./check-coverage.ts";
import { checkLeftovers } from "./check-leftovers.ts";
import { checkRecords } from "./check-records.ts";
import { checkVerdicts } from "./check-verdicts.ts";
import { type ClaudeStage, makeClaudeStage } from "./claude-storm.ts";
import { whenAnswered, whenAsked } from "./moments.ts";
import { playSession } from "./play-session.ts";
import { playedReviewer } from "./played-reviewer.ts";
import { sessionReceipts } from "./records.ts";
import type { Scenario } from "./scenario.ts";
import { newPlayer, noHarm, type Stage } from "./stage.ts";
import { pathsOf } from "./state-files.ts";
import { makeWorkplace } from "./workplace.ts";

/** What came of one scenario. */
export type ScenarioReport = {
  readonly scenario: Scenario;
  /** What struck, in order. */
  readonly struck: readonly string[];
  readonly outcomes: readonly string[];
  /** Empty where every invariant held. */
  readonly violations: readonly string[];
  readonly seconds: number;
};

/** Plays a storm, the calm after it, and checks what must hold whatever struck. */
export async function runScenario(scenario: Scenario): Promise<ScenarioReport> {
  const began = Date.now();
  const { stage, play, close } = await setStage(scenario);
  const watch = setInterval(() => noteSockets(stage), 20);
  try {
    const violations = await play();
    const receipts = stage.players.flatMap((player) => sessionReceipts(stage, player));
    const outcomes = receipts.map(({ outcome }) => outcomeText(outcome));
    return { scenario, struck: stage.struck, outcomes, violations, seconds: (Date.now() - began) / 1_000 };
  } finally {
    clearInterval(watch);
    await close();
  }
}

type Prepared = {
  readonly stage: Stage;
  /** Returns what did not hold. */
  play(): Promise<readonly string[]>;
  close(): Promise<void>;
};

async function setStage(scenario: Scenario): Promise<Prepared> {
  const command = `sleep 3${String(Math.random()).slice(2, 12)}`;
  const known: { stage?: Stage } = {};
  const reviewer = playedReviewer(scenario.sessions, {
    command,
    meanwhile: {
      asked: async (label, nth) => known.stage && (await whenAsked(known.stage, label, nth)),
      answered: (label) => known.stage && whenAnswered(known.stage, label),
    },
  });
  if (scenario.host === "claude") {
    const made = await makeClaudeStage(scenario, { reviewer, command });
    known.stage = made.stage;
    return { ...made, play: () => playClaude(made) };
  }
  const stage = await playedStage(scenario, { reviewer, command });
  known.stage = stage;
  return { stage, play: () => playHooks(stage), close: () => stage.world.close() };
}

async function playHooks(stage: Stage): Promise<readonly string[]> {
  await Promise.all(stage.players.map((player) => playSession(stage, player)));
  await settled(stage);
  clearUp(stage);
  const unreviewed = await calm(stage);
  await settled(stage);
  return [
    ...unreviewed,
    ...(await checkAnswers(stage)),
    ...(await checkVerdicts(stage)),
    ...(await checkCoverage(stage)),
    ...(await checkRecords(stage)),
    ...(await checkLeftovers(stage)),
    ...stage.work.surprises(),
  ];
}

async function playClaude({ stage, storm, calm: goOn }: ClaudeStage): Promise<readonly string[]> {
  await storm();
  await settled(stage);
  clearUp(stage);
  const unreviewed = await goOn();
  const checked = [...(await checkVerdicts(stage)), ...(await checkRecords(stage))];
  return [...unreviewed, ...checked, ...(await checkLeftovers(stage))];
}

async function playedStage(
  scenario: Scenario,
  { reviewer, command }: Pick<Stage, "reviewer" | "command">,
): Promise<Stage> {
  const world = await makeChaosWorld({
    script: (request) => reviewer.play(request),
    retries: scenario.retries,
    smallDisk: scenario.faults.some(({ strike }) => strike.kind === "disk-full"),
  });
  const roots = scenario.sessions.map(({ place }, index) => rootFor(world, place, index));
  const harm = noHarm();
  const trees = (): readonly string[] => [...new Set(roots)].filter((root) => !harm.removedTrees.has(root));
  const { deadlineSeconds } = scenario;
  return {
    scenario,
    world,
    work: makeWorkplace(world.repository, trees),
    reviewer,
    players: scenario.sessions.map((plan, index) =>
      newPlayer(world, { index, plan, root: roots[index] ?? "", deadlineSeconds }),
    ),
    calls: [],
    harm,
    command,
    sockets: new Set(),
    struck: [],
    pending: [],
  };
}

function rootFor({ repository }: ChaosWorld, place: "main" | "worktree", index: number): string {
  if (place === "main") return repository.root;
  const root = join(repository.beside, `tree-${index}`);
  repository.git("worktree", "add", "--quiet", "-b", `tree-${index}`, root);
  return root;
}

async function settled({ calls, pending }: Stage): Promise<void> {
  for (let known = -1; known !== calls.length + pending.length; ) {
    known = calls.length + pending.length;
    await Promise.all([...pending, ...calls.map(({ ended }) => ended)]);
  }
}

function noteSockets(stage: Stage): void {
  const [player] = stage.players;
  if (player === undefined) return;
  for (const path of pathsOf(stage, player, "server-record")) {
    const { socket } = readRecord(serverPlace(join(path, ".."))) ?? {};
    if (socket !== undefined) stage.sockets.add(socket);
  }
}
