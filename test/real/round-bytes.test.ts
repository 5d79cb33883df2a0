import { afterEach, beforeEach, expect, test } from "vitest";
import { type GateWorld, makeGateWorld, type WorldSession } from "#test/gate-world.ts";
import type { ReviewerRequest } from "#test/responses-request.ts";
import { reviewAnswer } from "#test/reviewer-action.ts";

const FILES = 45;
const LINES = 100;
const CONVENTIONS = `# Conventions\n\n${"Every price is a whole number of cents. ".repeat(500)}\n`;

let world: GateWorld;
beforeEach(async () => {
  world = await makeGateWorld((request) => reviewAnswer(request));
});
afterEach(async () => {
  await world.close();
});

/** A line of about fifty bytes, none like another. */
function line(file: number, index: number, cents: number): string {
  return `export const price_${file}_${index} = ${cents + index}; // cents`;
}

function writeFile(file: number, cents: number): void {
  const lines = Array.from({ length: LINES }, (_none, index) => line(file, index, cents));
  world.repository.write(`src/prices-${file}.js`, `${lines.join("\n")}\n`);
}

/** What one stop sends: the text of our prompt, and by how much the model's whole request grew. */
type Sent = { readonly prompt: number; readonly gained: number; readonly threads: number };

/** Plays an exchange of three rounds on a change of about 200 KB, a file mended in each of the later ones. */
async function threeRounds(session: WorldSession): Promise<readonly Sent[]> {
  const sent: Sent[] = [];
  let before = 0;
  for (let file = 0; file < FILES; file += 1) writeFile(file, 1_000);
  for (const round of [1, 2, 3]) {
    const quote = line(round, 0, 1_000);
    const raised = { file: `src/prices-${round}.js`, line_start: 1, quote, title: `Price ${round} is wrong` };
    world.api.play((request) => reviewAnswer(request, round < 3 ? [raised] : []));
    await session.stop({ stop_hook_active: round > 1, last_assistant_message: `Round ${round} is done.` });
    const request = world.api.requests.at(-1);
    if (request === undefined || world.api.requests.length !== round)
      throw new Error("not one request a round");
    sent.push({
      prompt: Buffer.byteLength(request.prompt),
      gained: inputBytes(request) - before,
      threads: new Set(session.receipts().map(({ review }) => review?.threadId)).size,
    });
    before = inputBytes(request);
    writeFile(round, 2_000 * round);
  }
  return sent;
}

/** Every text of the request's input: a thread that goes on sends its history again. */
function inputBytes({ texts }: ReviewerRequest): number {
  return texts.reduce((sum, { text }) => sum + Buffer.byteLength(text), 0);
}

function expectSmall(sent: readonly Sent[]): void {
  const [first, second, third] = sent;
  if (first === undefined || second === undefined || third === undefined) throw new Error("not three rounds");
  for (const of of ["prompt", "gained"] as const) {
    expect(second[of]).toBeGreaterThan(0);
    expect(second[of] / first[of]).toBeLessThan(0.3);
    expect(third[of] / first[of]).toBeLessThan(0.3);
    expect((second[of] + third[of]) / first[of]).toBeLessThan(0.3);
  }
  expect(third.threads).toBe(1);
}

test("rounds two and three send less than three tenths of what round one sent", async () => {
  const session = world.session();
  await session.start();
  const sent = await threeRounds(session);
  expect(sent[0]?.prompt).toBeGreaterThan(200_000);
  expectSmall(sent);
  expect(session.outcomes()).toEqual(["blocked", "blocked", "allowed"]);
});

test("conventions that the thread has read are not sent to it again", async () => {
  world.repository.write("AGENTS.md", CONVENTIONS);
  world.repository.commit("Have conventions");
  const session = world.session({ env: { COUNTERSIGN_INSTRUCTIONS: "project" } });
  await session.start();
  const sent = await threeRounds(session);
  expectSmall(sent);
  const prompts = world.api.requests.map(({ prompt }) => prompt);
  expect(prompts.map((prompt) => prompt.includes("Every price is a whole number"))).toEqual([
    true,
    false,
    false,
  ]);
});
