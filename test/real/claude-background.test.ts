import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import * as z from "zod/mini";
import { parseJson } from "#base/json.ts";
import { startClaude } from "#test/claude-process.ts";
import { type ClaudeWorld, makeClaudeWorld } from "#test/claude-world.ts";
import { eventuallyAsync } from "#test/eventually.ts";
import { inOrder } from "#test/messages-api.ts";
import { runBash } from "#test/messages-stream.ts";
import { processesOf } from "#test/processes-of.ts";
import { closedGate, say } from "#test/reviewer-action.ts";

let world: ClaudeWorld;
beforeAll(async () => {
  world = await makeClaudeWorld();
});
afterAll(async () => {
  await world.close();
});

const Begun = z.looseObject({
  asker: z.object({ by: z.string(), session: z.nullable(z.string()) }),
  process: z.looseObject({ pid: z.number() }),
});
const Printed = z.looseObject({ run: z.string(), folder: z.string() });

test("a run that the agent's shell started goes on when Claude Code ends all that descends from that shell", async () => {
  const gate = closedGate();
  world.reviews.play(() => ({ kind: "hold", until: gate.opened.then(() => say("All is well.")) }));
  const printed = join(world.claude.root, "started.json");
  const start = `countersign thread start 'look it over' --background --json > ${printed}`;
  world.messages.play(inOrder(runBash(`${start}; sleep 2718`)));
  const claude = startClaude({ ...world.options, prompt: "go" });
  const sleeping = (): boolean =>
    processesOf(world.repository.root).some(({ command }) => command === "sleep 2718");
  await eventuallyAsync(
    async () => existsSync(printed) && sleeping(),
    () => "the shell has gone on",
  );
  claude.kill("SIGTERM");
  const { sessionId } = await claude.done;
  await eventuallyAsync(
    async () => !sleeping(),
    () => "what descends from the shell is ended",
  );

  const { run, folder } = parseJson(readFileSync(printed, "utf8"), Printed);
  const begun = parseJson(readFileSync(join(folder, "begun.json"), "utf8"), Begun);
  expect(begun.asker).toEqual({ by: "agent-shell", session: sessionId });
  // What the host gave its shell is not kept for as long as the run goes on.
  const variables = readFileSync(`/proc/${begun.process.pid}/environ`, "utf8");
  expect(variables).not.toMatch(/CLAUDE|ANTHROPIC/);
  expect((await world.countersign(["thread", "status", run])).stdout).toContain("running for");
  gate.open();
  expect((await world.countersign(["thread", "wait", run])).exitCode).toBe(0);
  expect((await world.countersign(["thread", "result", run])).stdout).toBe("All is well.");
});
