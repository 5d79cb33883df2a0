import { existsSync, realpathSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { runClaude } from "#test/claude-process.ts";
import { ask, type ClaudeWorld, makeClaudeWorld } from "#test/claude-world.ts";
import { eventuallyAsync } from "#test/eventually.ts";
import { byPrompt } from "#test/messages-api.ts";
import { callTool, say, writeFile } from "#test/messages-stream.ts";
import type { Screen } from "#test/tmux-screen.ts";

const SUBTASK = "Write the helper.";

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

test("what a sub-agent writes in a worktree of its own is reviewed there", async () => {
  world.messages.play(
    byPrompt({
      [SUBTASK]: [writeFile("helper.js", "export const helper = 1;\n"), say("The helper is written.")],
      "the work": [
        callTool("Agent", {
          description: "helper",
          prompt: SUBTASK,
          subagent_type: "general-purpose",
          isolation: "worktree",
        }),
        writeFile("own.js", "export const own = 1;\n"),
        say("Done, with a helper."),
      ],
    }),
  );
  const env = { ...world.options.env, CLAUDE_CODE_DISABLE_BACKGROUND_TASKS: "1" };
  const { sessionId } = await runClaude({ ...world.options, env, prompt: "do the work" });
  expect(world.outcomes(sessionId)).toEqual(["allowed", "allowed"]);
  const [main, aside] = reviewed();
  expect(main).toEqual([world.repository.root, ["own.js"]]);
  expect(aside).toEqual([expect.stringMatching(/\/\.claude\/worktrees\/agent-\w+$/), ["helper.js"]]);
});
