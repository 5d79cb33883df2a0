import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { runClaude } from "#test/claude-process.ts";
import { ask, type ClaudeWorld, makeClaudeWorld } from "#test/claude-world.ts";
import { inOrder } from "#test/messages-api.ts";
import { type Action, editFile, runBash, say, writeFile } from "#test/messages-stream.ts";
import { stopFeedback, toolResults } from "#test/model-request.ts";
import type { Script } from "#test/responses-api.ts";
import { type AnswerFinding, reviewAnswer } from "#test/reviewer-action.ts";

const FILE = "src/price.js";
const LINE = "export const price = cents / 0;";
const NAME = "export const nme = 'price';";

let world: ClaudeWorld;
beforeEach(async () => {
  world = await makeClaudeWorld();
  await world.countersign(["setup", "--scope", "user"]);
});
afterEach(async () => {
  const { surprises } = world.messages;
  await world.close();
  expect(surprises).toEqual([]);
});

const at = (file: string): string => join(world.repository.root, file);
const write = (): Action => writeFile(at(FILE), `${LINE}\n${NAME}\n`);

const divides: AnswerFinding = {
  file: FILE,
  line_start: 1,
  quote: LINE,
  title: "Divides by zero",
  failure_path: "price is Infinity.",
};
const misspelt: AnswerFinding = { ...divides, line_start: 2, quote: NAME, title: "Is misspelt" };

/** Plays the rounds of a review: what is found in each. */
function rounds(...found: readonly (readonly AnswerFinding[])[]): Script {
  let round = 0;
  return (request) => {
    round += 1;
    return reviewAnswer(request, found[round - 1] ?? []);
  };
}

const idOf = (title: string): string =>
  world
    .receipts()
    .flatMap(({ findings }) => findings)
    .find(({ finding }) => finding.title === title)?.id ?? "";

/** Where each finding stood after each round. */
function states() {
  return world.receipts().map(({ ledger }) => ledger.map(({ id, state }) => [id, state]));
}

test("a finding that the agent disputes stays open once it is answered, and is fixed when it is mended", async () => {
  const answered = "cents is a number, and a number over 0 is Infinity: run it with cents = 1.";
  world.reviews.play(rounds([divides, misspelt], [{ ...divides, failure_path: answered }], []));
  const argument = () => `${idOf("Divides by zero")} is wrong: 0 stands for the default there.`;
  const script = [
    write,
    () => say("I wrote the price."),
    () => writeFile(at("src/other.js"), "export const other = 1;\n"),
    () => say(argument()),
    () => editFile(at(FILE), "/ 0", "/ 100"),
    () => say("It divides by 100 now."),
  ];
  world.messages.play((_request, turn) => script[turn]?.() ?? say("Done."));
  const { sessionId } = await runClaude({ ...world.options, prompt: "write the price" });

  expect(world.outcomes(sessionId)).toEqual(["blocked", "blocked", "allowed"]);
  const [zero, name] = [idOf("Divides by zero"), idOf("Is misspelt")];
  expect(states()).toEqual([
    [
      [zero, "open"],
      [name, "open"],
    ],
    [
      [zero, "open"],
      [name, "withdrawn"],
    ],
    [
      [zero, "fixed"],
      [name, "withdrawn"],
    ],
  ]);
  const told = world.messages.requests.flatMap(stopFeedback);
  expect(told).toHaveLength(2);
  expect(told[0]).toContain(`Divides by zero (${zero})`);
  expect(told[1]).toContain(`Why it fails: ${answered}`);
  expect(told[1]).not.toContain("misspelt");
  const [, second = "", third = ""] = world.reviews.requests.map(({ prompt }) => prompt);
  expect(second).toContain(`The agent on it: ${zero} is wrong: 0 stands for the default there.`);
  expect(second).toContain("+export const other = 1;");
  expect(second).not.toContain(`+${LINE}`);
  expect(third).toContain("+export const price = cents / 100;");
  const reviews = world.receipts().map(({ review }) => review);
  expect(reviews.map((review) => [review?.round, review?.resumed])).toEqual([
    [1, false],
    [2, true],
    [3, true],
  ]);
  expect(new Set(reviews.map((review) => review?.threadId)).size).toBe(1);
});

test("what a person dismisses behind ! is settled at the next stop, which says what is still open", async () => {
  world.reviews.play(rounds([divides, misspelt]));
  world.messages.play(
    inOrder(write(), say("I wrote it."), say("It is right."), say("One is dismissed."), say("Both are.")),
  );
  const screen = await world.openTerminal();
  await ask(screen, "write the price", "It is right.");
  const [zero, name] = [idOf("Divides by zero"), idOf("Is misspelt")];
  await screen.shows(`!countersign dismiss ${zero} --why "..."\` (or ${name}).`);

  await ask(screen, `!countersign dismiss ${zero} --why "cents is checked before"`, "One is dismissed.");
  await screen.shows("Filed: dismiss.", "holds from now on, as you typed it");
  const seen = await screen.shows(`!countersign dismiss ${name} --why "..."\`.`);
  const [, after = ""] = seen.split("One is dismissed.");
  expect(after).toContain(`[high] ${FILE}:2 Is misspelt (${name})`);
  expect(after).not.toContain("Divides by zero");

  await ask(screen, `!countersign dismiss ${name} --why "it is a name"`, "Both are.");
  await screen.shows("2 findings dismissed by a person");
  await screen.close();
  expect(world.outcomes()).toEqual(["blocked", "unresolved", "unresolved", "allowed"]);
  expect(world.receipts().at(-1)?.findings).toMatchObject([
    { id: zero, status: "settled", by: "person", why: "cents is checked before" },
    { id: name, status: "settled", by: "person", why: "it is a name" },
  ]);
  expect(world.reviews.requests).toHaveLength(1);
});

test("an agent that dismisses a finding in its own shell is refused, and the user sees it", async () => {
  world.reviews.play(rounds([divides], [{ ...divides, failure_path: "It is still Infinity." }]));
  const script = [
    write,
    () => say("I wrote it."),
    () => runBash(`countersign dismiss ${idOf("Divides by zero")} --why "it is fine"`),
    () => say("I dismissed it."),
  ];
  world.messages.play((_request, turn) => script[turn]?.() ?? say("Done."));
  const screen = await world.openTerminal();
  await ask(screen, "write the price", "I dismissed it.");
  const id = idOf("Divides by zero");
  await screen.shows(
    `the agent ran \`countersign dismiss ${id} --why 'it is fine'\`, which only a person may ask for; nothing was changed.`,
  );
  await screen.close();
  expect(world.messages.requests.flatMap(toolResults).at(-1)?.text).toContain("Filed: dismiss.");
  expect(world.outcomes()).toEqual(["blocked", "unresolved"]);
});
