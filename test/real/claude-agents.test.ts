import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { runClaude } from "#test/claude-process.ts";
import { type ClaudeWorld, makeClaudeWorld } from "#test/claude-world.ts";
import { eventuallyAsync } from "#test/eventually.ts";
import { byPrompt } from "#test/messages-api.ts";
import { after, callTool, editFile, runBash, say, writeFile } from "#test/messages-stream.ts";
import { reviewAnswer } from "#test/reviewer-action.ts";

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

const at = (file: string): string => join(world.repository.root, file);

/** The paths that each review of a session was about. */
function shownPaths(session: string) {
  return world.receipts(session).map(({ scope }) => scope?.shown.map(({ path }) => path));
}

const HELPER = { description: "helper", prompt: SUBTASK, subagent_type: "general-purpose" };
const IN_FOREGROUND = { CLAUDE_CODE_DISABLE_BACKGROUND_TASKS: "1" };
const WRONG = "export const wrong = 1;";

/** A session that is held back once, and mends its work while a sub-agent does some of its own. */
async function withHelper(env: Readonly<Record<string, string>>, mayWrite: Promise<unknown>) {
  world.messages.play(
    byPrompt({
      [SUBTASK]: [after(mayWrite, writeFile(at("src/helper.js"), "export const helper = 1;\n"))],
      "the work": [
        writeFile(at("src/own.js"), `${WRONG}\n`),
        say("I wrote it."),
        callTool("Agent", HELPER),
        editFile(at("src/own.js"), "wrong", "right"),
        say("Mended, with a helper."),
      ],
    }),
  );
  world.reviews.play((request) =>
    request.prompt.includes(`+${WRONG}`)
      ? reviewAnswer(request, [{ file: "src/own.js", line_start: 1, quote: WRONG }])
      : reviewAnswer(request),
  );
  const { options } = world;
  return await runClaude({ ...options, env: { ...options.env, ...env }, prompt: "do the work" });
}

function helperIsShownOnce(session: string): void {
  const [first = "", second = "", ...more] = world.reviews.requests.map(({ prompt }) => prompt);
  expect(first).not.toContain("helper");
  expect(second).toContain("+export const helper = 1;");
  expect(more).toEqual([]);
  expect(shownPaths(session).at(-1)).toEqual(["src/helper.js", "src/own.js"]);
}

test("what a sub-agent edits between two stops is in the reviewed change", async () => {
  const { sessionId } = await withHelper(IN_FOREGROUND, Promise.resolve());
  expect(world.outcomes(sessionId)).toEqual(["blocked", "allowed"]);
  helperIsShownOnce(sessionId);
});

test("a sub-agent in the background is waited for: the stop that follows it reviews its edits", async () => {
  const deferred = eventuallyAsync(
    async () => world.outcomes().at(-1) === "deferred(background-tasks)",
    () => `the stop is deferred: ${world.outcomes()}`,
  );
  const { sessionId } = await withHelper({}, deferred);
  expect(world.outcomes(sessionId)).toEqual(["blocked", "deferred(background-tasks)", "allowed"]);
  helperIsShownOnce(sessionId);
});

test("what a sub-agent writes in a worktree of its own is reviewed there", async () => {
  world.messages.play(
    byPrompt({
      [SUBTASK]: [writeFile("helper.js", "export const helper = 1;\n"), say("The helper is written.")],
      "the work": [
        callTool("Agent", { ...HELPER, isolation: "worktree" }),
        writeFile("own.js", "export const own = 1;\n"),
        say("Done, with a helper."),
      ],
    }),
  );
  const env = { ...world.options.env, ...IN_FOREGROUND };
  const { sessionId } = await runClaude({ ...world.options, env, prompt: "do the work" });
  expect(world.outcomes(sessionId)).toEqual(["allowed", "allowed"]);
  expect(shownPaths(sessionId)).toEqual([["own.js"], ["helper.js"]]);
  const [main, aside] = world.receipts(sessionId).map(({ repository }) => repository?.root);
  expect(main).toBe(world.repository.root);
  expect(aside).toMatch(/\/\.claude\/worktrees\/agent-\w+$/);
});

test("what a sub-agent's shell alone wrote in its worktree is reviewed there too", async () => {
  world.messages.play(
    byPrompt({
      [SUBTASK]: [runBash("echo 'export const helper = 1;' > helper.js"), say("The helper is written.")],
      "the work": [callTool("Agent", { ...HELPER, isolation: "worktree" }), say("Done, with a helper.")],
    }),
  );
  const env = { ...world.options.env, ...IN_FOREGROUND };
  const { sessionId } = await runClaude({ ...world.options, env, prompt: "do the work" });
  expect(shownPaths(sessionId)).toEqual([["helper.js"]]);
  expect(world.outcomes(sessionId)).toEqual(["allowed"]);
});
