import { rmSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { DEFAULT_CONFIG } from "#gate/config.ts";
import { type GateWorld, makeGateWorld, type WorldSession } from "#test/gate-world.ts";
import type { Work } from "#test/host-model/agents.ts";
import { type Habits, type HostStop, habitsOf, playHost } from "#test/host-model/play-host.ts";
import { newMemory, stopInMemory } from "#test/host-model/stop-in-memory.ts";
import { countingFinding } from "#test/review-values.ts";
import { reviewAnswer } from "#test/reviewer-action.ts";
import { type Dice, seededDice } from "#test/seeded-dice.ts";

/** Between them every agent, prompts with and without ids, a flag that lies, background tasks. */
const SEEDS = [6, 8, 12, 23, 36, 42, 44];

let world: GateWorld;
let work: Work = { bugs: [], text: 0 };
beforeAll(async () => {
  world = await makeGateWorld((request) =>
    reviewAnswer(
      request,
      work.bugs.map((bug) => ({ title: bug, file: fileOf(bug), line_start: 1, quote: lineOf(bug) })),
    ),
  );
});
afterAll(async () => {
  await world.close();
});

function fileOf(bug: string): string {
  return `src/${bug}.js`;
}

function lineOf(bug: string): string {
  return `export const ${bug} = () => ${bug}();`;
}

/** Makes the repository what the model's work tree is. */
function lay(next: Work): void {
  const { repository } = world;
  for (const bug of work.bugs) if (!next.bugs.includes(bug)) rmSync(join(repository.root, fileOf(bug)));
  for (const bug of next.bugs) repository.write(fileOf(bug), `${lineOf(bug)}\n`);
  repository.write("notes.txt", `${next.text}\n`);
  work = next;
}

/** The outcome that the gate's own rules give, in memory. */
function expected(): (stop: HostStop) => string {
  let memory = newMemory(contentOf({ bugs: [], text: 0 }));
  return (stop) => {
    const content = contentOf(stop.work);
    const findings = stop.work.bugs.map((bug) => countingFinding({ title: bug }, bug.repeat(12)));
    const review = () => ({ findings });
    // The clock of the hooks is not ours: no time passes between two stops.
    const stopped = stopInMemory(memory, { ...stop, content, now: 0, review }, DEFAULT_CONFIG);
    ({ memory } = stopped);
    return stopped.outcome?.kind ?? "off";
  };
}

function contentOf({ bugs, text }: Work): string {
  return `${bugs.join("")}:${text}`;
}

async function stopped(session: WorldSession, { work: next, ...stop }: HostStop): Promise<boolean> {
  lay(next);
  const answer = await session.stop({
    prompt_id: stop.promptId,
    stop_hook_active: stop.stopHookActive,
    background_tasks: stop.tasks,
  });
  return answer.decision === "block";
}

test.each(SEEDS)("the hooks do what the model of the gate does: trace %i", async (seed) => {
  const dice: Dice = seededDice(seed);
  const habits: Habits = habitsOf(dice);
  lay({ bugs: [], text: 0 });
  const session = world.session();
  await session.start();
  const outcome = expected();
  const kinds: string[] = [];
  await playHost(habits, dice, async (stop) => {
    kinds.push(outcome(stop));
    return await stopped(session, stop);
  });
  const found = session.outcomes().map((text) => text.replace(/\(.*/, ""));
  expect(`${habits.agent.name}: ${found.join(" ")}`).toBe(`${habits.agent.name}: ${kinds.join(" ")}`);
});
