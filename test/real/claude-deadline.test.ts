import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { hookResponses, runClaude } from "#test/claude-process.ts";
import { type ClaudeWorld, makeClaudeWorld } from "#test/claude-world.ts";
import { inEach } from "#test/messages-api.ts";
import { writeFile } from "#test/messages-stream.ts";

let world: ClaudeWorld;
beforeAll(async () => {
  world = await makeClaudeWorld();
  expect(await world.countersign(["setup", "--scope", "user"])).toMatchObject({ exitCode: 0, stderr: "" });
});
afterAll(async () => {
  await world.close();
});

/**
 * Claude Code itself ends a hook of so many seconds, and takes nothing from it then. A tenth of them is kept
 * for the answer on its way: as long as a process may be held up on a loaded machine.
 */
const TIMEOUT_S = 30;

test("a hook that a person gave less time answers before Claude Code ends it, and says what to mend", async () => {
  const { settingsPath } = world.claude;
  const settings = readFileSync(settingsPath, "utf8");
  writeFileSync(settingsPath, settings.replace(/"timeout": 300\b/, `"timeout": ${TIMEOUT_S}`));
  world.reviews.play(() => ({ kind: "silent" }));
  const path = join(world.repository.root, "src/total.js");
  world.messages.play(inEach(writeFile(path, "export const a = 1;\n"), { kind: "say", text: "Done." }));
  const run = await runClaude({ ...world.options, prompt: "write a" });
  const [stop] = hookResponses(run, "Stop");
  expect(stop).toMatchObject({ outcome: "success", exit_code: 0 });
  expect(stop?.stdout).toContain(`${settingsPath} gives the Stop hook ${TIMEOUT_S} s`);
  expect(world.outcomes()).toEqual(["failed(deadline)"]);
  await world.reviews.idle();
  await world.untilNothingRuns();
});
