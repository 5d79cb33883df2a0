import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { ask, type ClaudeWorld, makeClaudeWorld } from "#test/claude-world.ts";
import { eventuallyAsync } from "#test/eventually.ts";
import { inOrder } from "#test/messages-api.ts";
import { writeFile } from "#test/messages-stream.ts";
import { lastUserText } from "#test/model-request.ts";

const NO_BASELINE = "this session had no baseline; one was taken now, and what follows will be reviewed.";

let world: ClaudeWorld;
beforeEach(async () => {
  world = await makeClaudeWorld();
});
afterEach(async () => {
  await world.close();
});

test("a session that was open before setup is told once, and reviewed from then on", async () => {
  world.messages.play((request) => ({ kind: "say", text: `You said ${lastUserText(request)}.` }));
  const screen = await world.openTerminal();
  await ask(screen, "hello", "You said hello.");
  world.repository.write("src/before.js", "export const before = 1;\n");
  expect((await world.countersign(["setup", "--scope", "user"])).exitCode).toBe(0);

  let asked = 0;
  await eventuallyAsync(
    async () => {
      asked += 1;
      await ask(screen, `prompt ${asked}`, `You said prompt ${asked}.`);
      return world.outcomes().length > 0;
    },
    () => `the hooks fire in the open session:\n${asked} prompts`,
  );
  expect(world.outcomes()).toEqual(["skipped(no-baseline)"]);
  await screen.shows(NO_BASELINE);

  const file = join(world.repository.root, "src/later.js");
  const wrote = { kind: "say", text: "I wrote it." } as const;
  world.messages.play(inOrder(writeFile(file, "export const later = 1;\n"), wrote));
  await ask(screen, "write it", "I wrote it.");
  const seen = await screen.shows("signed by gpt-5.5 · 1 file");
  await screen.close();
  expect(seen.replace(/\s+/g, " ").split(NO_BASELINE)).toHaveLength(2);
  expect(world.outcomes()).toEqual(["skipped(no-baseline)", "allowed"]);
  expect(world.reviews.requests).toHaveLength(1);
  expect(world.reviews.requests[0]?.prompt).toContain("src/later.js");
  expect(world.reviews.requests[0]?.prompt).not.toContain("src/before.js");
});
