import { chmodSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { findTypedCommands, personTyped } from "#claude/typed-command.ts";
import { type ClaudeHome, makeClaudeHome, trustFolder } from "#test/claude-home.ts";
import { runClaude } from "#test/claude-process.ts";
import { openClaudeTerminal } from "#test/claude-terminal.ts";
import { eventuallyAsync } from "#test/eventually.ts";
import { inOrder, type MessagesApi, startMessagesApi } from "#test/messages-api.ts";
import { runBash } from "#test/messages-stream.ts";

const ends: (() => Promise<void> | void)[] = [];

afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

async function stage(api: Promise<MessagesApi>) {
  const home = makeClaudeHome();
  ends.push(home.remove);
  const served = await api;
  ends.push(served.close);
  const cwd = join(home.root, "work");
  mkdirSync(cwd);
  trustFolder(home, cwd);
  const bin = join(home.root, "bin");
  mkdirSync(bin);
  writeFileSync(join(bin, "countersign"), '#!/bin/sh\necho "asked: $*"\n');
  chmodSync(join(bin, "countersign"), 0o755);
  return { home, cwd, api: served, env: { PATH: `${bin}:${process.env["PATH"]}` } };
}

function transcriptOf(home: ClaudeHome): string {
  const projects = join(home.configDirectory, "projects");
  const [project = ""] = readdirSync(projects);
  const [file = ""] = readdirSync(join(projects, project)).filter((name) => name.endsWith(".jsonl"));
  return join(projects, project, file);
}

test("what a person types behind ! is told apart from the agent's own call and from a headless prompt", async () => {
  const api = startMessagesApi(inOrder(runBash("countersign off"), { kind: "say", text: "Turned off." }));
  const { home, ...options } = await stage(api);

  const run = await runClaude({ ...options, home, prompt: "<bash-input>countersign off</bash-input>" });
  const path = transcriptOf(home);
  expect(readFileSync(path, "utf8")).toContain("asked: off");
  expect(findTypedCommands(readFileSync(path, "utf8"))).toEqual([]);

  const terminal = openClaudeTerminal({ ...options, home, args: ["--resume", run.sessionId] });
  ends.push(terminal.close);
  await terminal.shows("❯");
  const before = new Date();
  await terminal.type("!countersign off\r");
  await terminal.shows("Done.");
  // Claude Code writes its transcript some time after what it shows.
  await eventuallyAsync(
    async () => findTypedCommands(readFileSync(path, "utf8")).length > 0,
    () => "what was typed stands in the transcript",
  );
  await terminal.close();

  const asked = { program: "countersign", words: ["off"], at: before };
  const typed = findTypedCommands(readFileSync(path, "utf8"));
  expect(typed.map(({ command }) => command)).toEqual(["countersign off"]);
  expect(await personTyped(path, { ...asked, at: typed[0]?.at ?? before })).toEqual(typed[0]);
  expect(await personTyped(path, { ...asked, words: ["skip"], at: typed[0]?.at ?? before })).toBe(undefined);
  expect(await personTyped(path, { ...asked, at: new Date(before.getTime() - 60_000) })).toBe(undefined);
});
