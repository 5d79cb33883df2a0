import { existsSync, realpathSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { runClaude } from "#test/claude-process.ts";
import { ask, type ClaudeWorld, makeClaudeWorld } from "#test/claude-world.ts";
import { eventuallyAsync } from "#test/eventually.ts";
import { byPrompt, inOrder } from "#test/messages-api.ts";
import { callTool, editFile, say, writeFile } from "#test/messages-stream.ts";
import { reviewAnswer } from "#test/reviewer-action.ts";
import type { Screen } from "#test/tmux-screen.ts";

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

/** Where each review was made, with the paths that it was about. */
function reviewed() {
  return world
    .receipts()
    .map(({ repository, scope }) => [repository?.root, scope?.shown.map(({ path }) => path)]);
}

/** Gives a prompt and resolves once its stop is on record as the `count`th. */
async function stopped(screen: Screen, prompt: string, count: number, answer: string): Promise<void> {
  await ask(screen, prompt, answer);
  await eventuallyAsync(
    async () => world.outcomes().length === count,
    () => `${count} stops are on record: ${world.outcomes()}`,
  );
}

const diffs = () => world.reviews.requests.map(({ prompt }) => prompt);

test("a session that enters a worktree is reviewed there, and after it has left in the main tree", async () => {
  const tree = join(world.repository.root, ".claude/worktrees/w1");
  world.messages.play(
    byPrompt({
      "in a worktree": [
        callTool("EnterWorktree", { name: "w1" }),
        writeFile("inside.js", "export const inside = 1;\n"),
        say("Written in the worktree."),
      ],
      "once more": [writeFile("again.js", "export const again = 1;\n"), say("Written there again.")],
      "in the main tree": [
        callTool("ExitWorktree", { action: "keep" }),
        writeFile("outside.js", "export const outside = 1;\n"),
        say("Written in the main tree."),
      ],
    }),
  );
  const screen = await world.openTerminal();
  await stopped(screen, "write it in a worktree", 1, "Written in the worktree.");
  expect(reviewed()).toEqual([[tree, ["inside.js"]]]);
  await stopped(screen, "write once more", 2, "Written there again.");
  await stopped(screen, "write it in the main tree", 3, "Written in the main tree.");
  await screen.close();

  expect(existsSync(join(tree, "inside.js"))).toBe(true);
  expect(reviewed()).toEqual([
    [tree, ["inside.js"]],
    [tree, ["again.js"]],
    [realpathSync(world.repository.root), ["outside.js"]],
  ]);
  expect(world.outcomes()).toEqual(["allowed", "allowed", "allowed"]);
  const [first = "", , last = ""] = diffs();
  expect(first).toContain("diff --git a/inside.js b/inside.js");
  expect(last).toContain("+export const outside = 1;");
  expect(last).not.toContain("worktrees");
});

test("work in a worktree that is gone before the stop is not missed by the stop in the main tree", async () => {
  world.messages.play(
    byPrompt({
      "try it": [
        callTool("EnterWorktree", { name: "w2" }),
        writeFile("inside.js", "export const inside = 1;\n"),
        callTool("ExitWorktree", { action: "remove", discard_changes: true }),
        writeFile("outside.js", "export const outside = 1;\n"),
        say("Tried and written."),
      ],
    }),
  );
  const { sessionId } = await runClaude({ ...world.options, prompt: "try it" });
  expect(existsSync(join(world.repository.root, ".claude/worktrees/w2"))).toBe(false);
  expect(world.outcomes(sessionId)).toEqual(["allowed"]);
  expect(reviewed()).toEqual([[world.repository.root, ["outside.js"]]]);
});

test("a block in a worktree is mended there, and dismissed from there", async () => {
  const tree = join(world.repository.root, ".claude/worktrees/w3");
  const [wrong, odd] = ["export const wrong = 1;", "export const odd = 1;"];
  world.reviews.play((request) =>
    reviewAnswer(
      request,
      [wrong, odd].flatMap((quote, index) =>
        request.prompt.includes(`+${quote}`) || (index === 1 && request.prompt.includes("This is round 2."))
          ? [{ file: "both.js", line_start: index + 1, quote, title: `Finding ${index}` }]
          : [],
      ),
    ),
  );
  world.messages.play(
    inOrder(
      callTool("EnterWorktree", { name: "w3" }),
      writeFile("both.js", `${wrong}\n${odd}\n`),
      say("Written in the worktree."),
      editFile("both.js", "wrong", "right"),
      say("Mended one."),
      say("The other is right."),
      say("So be it."),
    ),
  );
  const screen = await world.openTerminal();
  await stopped(screen, "write both", 3, "The other is right.");
  const id =
    world
      .receipts()
      .at(-2)
      ?.findings.find(({ status }) => status === "counts")?.id ?? "";
  await stopped(screen, `!countersign dismiss ${id} --why "odd is meant"`, 4, "So be it.");
  await screen.shows("1 finding dismissed by a person");
  await screen.close();
  expect(world.outcomes()).toEqual(["blocked", "blocked", "unresolved", "allowed"]);
  expect(world.receipts().map(({ repository }) => repository?.root)).toEqual([tree, tree, tree, tree]);
});
