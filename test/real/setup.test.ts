import { chmodSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import * as z from "zod/mini";
import { parseJson } from "#base/json.ts";
import { settingsPaths } from "#claude/settings.ts";
import { BUILT } from "#commands/installation.ts";
import { remove } from "#commands/setup/remove.ts";
import { type SetupPlace, setup } from "#commands/setup/setup.ts";
import { type ClaudeHome, makeClaudeHome } from "#test/claude-home.ts";
import { type ClaudeRun, hookResponses, runClaude } from "#test/claude-process.ts";
import { inOrder, type MessagesApi, startMessagesApi } from "#test/messages-api.ts";

const EVENTS = ["session-start", "stop", "session-end"] as const;

const Told = z.looseObject({ hook_event_name: z.string(), session_id: z.string() });

let home: ClaudeHome;
let api: MessagesApi;
let cwd: string;
let place: SetupPlace;

beforeEach(async () => {
  home = makeClaudeHome();
  api = await startMessagesApi(inOrder());
  cwd = join(home.root, "work");
  mkdirSync(cwd);
  place = {
    settings: settingsPaths(home.configDirectory, cwd, "linux"),
    launchDirectory: join(home.root, "it's a state & root", "launch"),
    platform: "linux",
  };
  for (const name of BUILT) {
    mkdirSync(join(home.root, "dist", name), { recursive: true });
    const log = JSON.stringify(join(home.root, `${name}.log`));
    writeFileSync(
      join(home.root, "dist", name, `${name}.cjs`),
      `const fs = require("node:fs"); fs.appendFileSync(${log}, fs.readFileSync(0)); console.log(JSON.stringify({ systemMessage: "seen" }));`,
    );
  }
});
afterEach(async () => {
  await api.close();
  home.remove();
});

/** At its end Claude Code waits a second and a half for its hooks unless it is told to wait longer. */
const PATIENCE = { CLAUDE_CODE_SESSIONEND_HOOKS_TIMEOUT_MS: "60000" };

const run = (env: Readonly<Record<string, string>> = {}) =>
  runClaude({ cwd, home, api, env: { ...PATIENCE, ...env }, prompt: "hello" });
const told = (event: string) => parseJson(readFileSync(join(home.root, `${event}.log`), "utf8"), Told);
const stopText = (ran: ClaudeRun) => ran.events.find((event) => event.subtype === "informational")?.content;

async function register(platform: NodeJS.Platform): Promise<void> {
  const launcher = { dist: join(home.root, "dist"), version: "1.0.0", node: process.execPath };
  const at = new Date();
  await setup(
    { scope: "user", dryRun: false, at, launcher },
    { ...place, platform },
    new AbortController().signal,
  );
}

test.each(["linux", "win32"] as const)(
  "what setup registers for %s fires in the real claude",
  async (platform) => {
    await register(platform);
    const ran = await run();
    expect(EVENTS.map((event) => told(event).hook_event_name)).toEqual([
      "SessionStart",
      "Stop",
      "SessionEnd",
    ]);
    expect(EVENTS.map((event) => told(event).session_id)).toEqual(Array(3).fill(ran.sessionId));
    expect(stopText(ran)).toBe("Stop says: seen");
  },
);

test("what remove takes away fires no more", async () => {
  await register("linux");
  await remove({ scope: undefined, dryRun: false, at: new Date() }, place, new AbortController().signal);
  const ran = await run();
  expect(hookResponses(ran, "Stop")).toEqual([]);
});

test("a launcher without any Node is shown to the user, and blocks nothing", async () => {
  await register("linux");
  const files = join(place.launchDirectory, "countersign-hook");
  const script = readFileSync(files, "utf8");
  writeFileSync(files, script.replaceAll(/'\/[^']*\/node'/g, "/nonexistent"));
  writeFileSync(join(place.launchDirectory, "node"), "/nonexistent/node\n");
  const ran = await run({ PATH: "/nonexistent" });
  expect(hookResponses(ran, "Stop").map(({ outcome, exit_code }) => [outcome, exit_code])).toEqual([
    ["success", 0],
  ]);
  expect(stopText(ran)).toContain("the review gate is OFF");
  expect(ran.exitCode).toBe(0);
});

test("settings.example.json fires as it is, with the command on the PATH", async () => {
  const bin = join(home.root, "bin");
  mkdirSync(bin);
  writeFileSync(
    join(bin, "countersign"),
    `#!/bin/sh\ncat >> '${home.root}'/"$2".log\necho '{"systemMessage":"seen"}'\n`,
  );
  chmodSync(join(bin, "countersign"), 0o755);
  writeFileSync(home.settingsPath, readFileSync(join(import.meta.dirname, "../../settings.example.json")));
  const ran = await run({ PATH: `${bin}:${process.env["PATH"]}` });
  expect(EVENTS.map((event) => told(event).session_id)).toEqual(Array(3).fill(ran.sessionId));
  expect(stopText(ran)).toBe("Stop says: seen");
});
