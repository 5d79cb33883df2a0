import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { runClaude } from "#test/claude-process.ts";
import { ask } from "#test/claude-world.ts";
import { countingScene } from "#test/counting-scene.ts";
import { inOrder } from "#test/messages-api.ts";
import type { Action } from "#test/messages-stream.ts";

const { world, path, write } = countingScene();
const say = (text: string): Action => ({ kind: "say", text });

test("a resumed session still owes what it was held back for", async () => {
  world().messages.play(inOrder(write(1), say("I wrote it."), say("It is right.")));
  const { sessionId } = await runClaude({ ...world().options, prompt: "count" });
  expect(world().outcomes(sessionId)).toEqual(["blocked", "unresolved"]);

  world().messages.play(inOrder(say("It is still right.")));
  const args = ["--resume", sessionId];
  await runClaude({ ...world().options, args, prompt: "are you sure?" });
  expect(world().outcomes(sessionId)).toEqual(["blocked", "unresolved", "unresolved"]);
  world().messages.play(inOrder(write(2), say("It is two.")));
  await runClaude({ ...world().options, args, prompt: "make it two" });
  expect(world().outcomes(sessionId)).toEqual(["blocked", "unresolved", "unresolved", "allowed"]);
});

test("a cleared session begins anew from the files as they are", async () => {
  const screen = await world().openTerminal();
  world().messages.play(inOrder(write(1), say("I wrote it."), say("It is right.")));
  const known = world().outcomes().length;
  await ask(screen, "count", "It is right.");
  await screen.type("/clear");
  await screen.press("Enter");
  await screen.hides("It is right.");
  world().messages.play(inOrder(say("Nothing to do.")));
  await ask(screen, "hello", "Nothing to do.");
  await screen.close();
  expect(world().outcomes().slice(known)).toEqual(["blocked", "unresolved", "skipped(unchanged)"]);
  expect(
    new Set(
      world()
        .receipts()
        .slice(known)
        .map(({ session }) => session),
    ).size,
  ).toBe(2);
});

test("a stop is let through while a background task runs, and its work is reviewed when it has ended", async () => {
  const go = join(world().claude.root, "go");
  const command = `until [ -e '${go}' ]; do sleep 0.1; done; printf 'export const count = 2;\\n' > '${path()}'`;
  world().messages.play((_request, turn) => {
    if (turn === 0) {
      const input = { command, description: "count later", run_in_background: true };
      return { kind: "call", tools: [{ name: "Bash", input }] };
    }
    return say(turn === 1 ? "It runs." : "It ran.");
  });
  const known = world().outcomes().length;
  const screen = await world().openTerminal();
  await screen.type("count later");
  await screen.press("Enter");
  await screen.shows("It runs.", "Stop says: Countersign: background tasks are running");
  expect(world().outcomes().slice(known)).toEqual(["deferred(background-tasks)"]);
  writeFileSync(go, "");
  await screen.shows("It ran.", "Stop says: Countersign: signed by gpt-5.5 · 1 file");
  await screen.close();
  expect(world().outcomes().slice(known)).toEqual(["deferred(background-tasks)", "allowed"]);
});
