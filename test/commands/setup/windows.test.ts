import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { readSettings, registeredHooks } from "#claude/settings.ts";
import { setup } from "#commands/setup/setup.ts";
import { makeSetupStage, type SetupStage } from "#test/setup-stage.ts";

const signal = new AbortController().signal;
let stage: SetupStage;

beforeEach(() => {
  stage = makeSetupStage();
});
afterEach(() => stage.remove());

/** Registers as on Windows, with a state root and a Node in folders of these names. */
async function register(name: string, node: string) {
  const launchDirectory = join(stage.root, name, "launch");
  const launcher = { ...stage.launcher, node };
  const place = { ...stage.place, launchDirectory, platform: "win32" } as const;
  await setup({ scope: "user", dryRun: false, launcher, at: new Date() }, place, signal);
  return { hooks: registeredHooks(readSettings(place.settings)), launchDirectory };
}

test.each(["plain", "Program Files (x86)", "a & b", "it's %PATH% ^caret", 'say "hello"'])(
  "what is registered there is a program with its words and nothing for a shell to read: %s",
  async (name) => {
    const node = "C:\\Program Files\\nodejs\\node.exe";
    const { hooks, launchDirectory } = await register(name, node);
    expect(hooks.map(({ event, command, args }) => ({ event, command, args }))).toEqual(
      [
        ["SessionStart", "session-start"],
        ["Stop", "stop"],
        ["SessionEnd", "session-end"],
      ].map(([event, word]) => ({
        event,
        command: node,
        args: [join(launchDirectory, "countersign-hook.cjs"), word],
      })),
    );
  },
);

test("no entry there is in the shell form, which would need a bash", async () => {
  await register("plain", "C:\\node.exe");
  const text = readFileSync(stage.place.settings.user, "utf8");
  expect(text.match(/"command":/g)).toHaveLength(3);
  expect(text.match(/"args":/g)).toHaveLength(3);
  expect(text).not.toMatch(/\/bin\/sh|"shell"/);
});

test("and the end of a session is given no more than the three seconds that Codex, which also reads it, allows", async () => {
  const { hooks } = await register("plain", "C:\\node.exe");
  expect(hooks.find(({ event }) => event === "SessionEnd")?.timeout).toBeLessThanOrEqual(3);
});
