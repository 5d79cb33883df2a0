import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { type ExecRun, runCodexExec } from "#codex/exec/codex-exec.ts";
import { configuredServers } from "#codex/exec/configured-servers.ts";
import type { ExecEvent } from "#codex/exec/exec-event.ts";
import type { ExecRequest } from "#codex/exec/exec-request.ts";
import { markedProcesses } from "#codex/exec/marked-processes.ts";
import { limitInHand } from "#test/limit-in-hand.ts";
import { scratchFolder } from "#test/scratch-folder.ts";
import { writeScriptedCodex } from "#test/scripted-codex.ts";

const THREAD = { type: "thread.started", thread_id: "01a20105-e1e1-7fd3-8a7b-da62b82a5d33" };
const DONE = { type: "turn.completed", usage: { input_tokens: 5, output_tokens: 7 } };
const said = (...events: readonly object[]): string =>
  events.map((event) => `say(${JSON.stringify(event)});`).join("\n");

function requestIn(folder: string, more: Partial<ExecRequest> = {}): ExecRequest {
  const path = join(folder, "bin", "codex");
  return {
    installation: { path, launchedFrom: path, version: "0.169.0" },
    environment: { PATH: process.env["PATH"] ?? "/usr/bin:/bin", COUNTERSIGN_NESTED: "1" },
    cwd: folder,
    instruction: "Do it.\n",
    sandbox: "read-only",
    tools: { commands: true, web: false, image: false, servers: [], configured: [] },
    model: undefined,
    effort: undefined,
    images: [],
    schemaFile: undefined,
    ephemeral: false,
    temporary: undefined,
    mountPoints: [],
    mark: `test-${folder}`,
    seconds: 60,
    ...more,
  };
}

type Played = ExecRun & { readonly events: readonly ExecEvent[]; readonly folder: string };

/** `hear` is told each event as it comes. */
async function play(
  body: string,
  more: Partial<ExecRequest> = {},
  hear: (event: ExecEvent) => void = () => undefined,
  { signal } = new AbortController(),
): Promise<Played> {
  const folder = scratchFolder();
  const request = requestIn(folder, more);
  writeScriptedCodex(join(folder, "bin", "codex"), body);
  const events: ExecEvent[] = [];
  const listen = (event: ExecEvent): void => {
    events.push(event);
    hear(event);
  };
  const run = await runCodexExec(request, listen, signal);
  expect(markedProcesses(request.mark)).toEqual([]);
  return { ...run, events, folder };
}

test("the instruction goes in on stdin and nowhere else, and what is not known is passed over", async () => {
  const { seen, end, events, folder } = await play(`
    require("fs").writeFileSync("heard.json", JSON.stringify({ instruction, words, guard: process.env.COUNTERSIGN_NESTED }));
    ${said(THREAD, { type: "turn.started" }, { type: "something.new", a: 1 })}
    process.stdout.write("no json\\n{\\"type\\":5}\\n\\n");
    ${said({ type: "item.completed", item: { id: "item_0", type: "agent_message", text: "Final." } }, DONE)}
  `);
  expect(end).toEqual({ kind: "completed" });
  expect(events.map(({ kind }) => kind)).toEqual(["thread", "turn-started", "item", "turn-completed"]);
  expect(seen).toMatchObject({
    threadId: THREAD.thread_id,
    turn: "completed",
    message: "Final.",
    usage: { input: 5, cachedInput: 0, output: 7, reasoning: 0 },
  });
  const heard = JSON.parse(readFileSync(join(folder, "heard.json"), "utf8"));
  expect(heard).toMatchObject({ instruction: "Do it.\n", guard: `test-${folder}` });
  expect(heard.words).not.toContain("Do it.");
  expect(heard.words.at(-1)).toBe("-");
});

test("a line of 20 MiB is read, one of 80 MiB is passed over", async () => {
  const { seen, end } = await play(`
    ${said(THREAD)}
    const long = (id, n) => say({ type: "item.completed", item: { id, type: "command_execution", command: id, aggregated_output: "x".repeat(n), exit_code: 0, status: "completed" } });
    long("a", 20 * 1024 * 1024); long("b", 80 * 1024 * 1024); long("c", 1);
    ${said(DONE)}
  `);
  expect(end).toEqual({ kind: "completed" });
  expect(seen.commands.map(({ id }) => id)).toEqual(["a", "c"]);
});

test.each([
  [
    "a turn that failed",
    `${said(THREAD, { type: "error", message: "unexpected status 401 Unauthorized: x" }, { type: "turn.failed", error: { message: "unexpected status 401 Unauthorized: x" } })} process.exitCode = 1;`,
    { kind: "failed", failure: { kind: "not-signed-in" } },
  ],
  [
    "a turn of which no end is told",
    `${said(THREAD)} console.error("boom"); process.exitCode = 1;`,
    { kind: "incomplete", detail: "exit 1: boom" },
  ],
  [
    "words that are refused",
    `console.error("error: unexpected argument"); process.exitCode = 2;`,
    { kind: "refused", detail: "exit 2: error: unexpected argument" },
  ],
  [
    "an end by a signal",
    `${said(THREAD)} setTimeout(() => process.kill(process.pid, "SIGKILL"), 50);`,
    { kind: "killed", signal: "SIGKILL" },
  ],
  [
    "a completed turn and a bad exit",
    `${said(THREAD, DONE)} process.exitCode = 3;`,
    { kind: "incomplete", detail: "exit 3" },
  ],
])("%s is told apart", async (_, body, end) => {
  expect((await play(body)).end).toMatchObject(end);
});

test("a program that cannot be started is said to be one", async () => {
  const request = requestIn(scratchFolder());
  const { end } = await runCodexExec(request, () => undefined, new AbortController().signal);
  expect(end.kind).toBe("not-started");
});

test("the servers of MCP are told, and those that were not asked for kept off", async () => {
  const folder = scratchFolder();
  const request = requestIn(folder);
  const keepWords = `require("fs").writeFileSync("heard.json", JSON.stringify(words)); ${said(THREAD, DONE)}`;
  const listed = [{ name: "one" }, { name: "two", enabled: true }, { name: "three", enabled: false }];
  writeScriptedCodex(request.installation.path, keepWords, listed);
  const signal = new AbortController().signal;
  const configured = await configuredServers(request, signal);
  expect(configured).toMatchObject([{ name: "one", enabled: true }, { enabled: true }, { enabled: false }]);
  const tools = { ...request.tools, servers: ["two"], configured };
  await runCodexExec({ ...request, tools }, () => undefined, signal);
  const heard: readonly string[] = JSON.parse(readFileSync(join(folder, "heard.json"), "utf8"));
  expect(heard.filter((word) => word.startsWith("mcp_"))).toEqual(["mcp_servers.one.enabled=false"]);
});

test("a configuration that Codex refuses is told in its words", async () => {
  const folder = scratchFolder();
  const request = requestIn(folder);
  mkdirSync(join(folder, "bin"));
  const refusal = '#!/bin/sh\necho "Error: invalid config" >&2\nexit 1\n';
  writeFileSync(request.installation.path, refusal, { mode: 0o755 });
  await expect(configuredServers(request, new AbortController().signal)).rejects.toMatchObject({
    failure: { kind: "codex-unusable", detail: "Error: invalid config" },
  });
});

test("at the deadline everything is ended: what hangs, what ignores signals, what left its session", async () => {
  const daemon = `require("child_process").spawn("setsid", ["sh", "-c", "trap '' INT TERM HUP; sleep 600 & wait"], { detached: true, stdio: "ignore" }).unref();`;
  const body = `process.on("SIGINT", () => {}); process.on("SIGTERM", () => {}); ${daemon} ${said(THREAD, { type: "turn.started" }, { type: "error", message: "Reconnecting... 1/5 (exceeded retry limit, last status: 429 Too Many Requests)" })} setInterval(() => {}, 1000);`;
  const limit = limitInHand(1_000);
  const { end } = await play(body, { seconds: 1 }, ({ kind }) => kind === "error" && limit.reach());
  expect(end).toMatchObject({ kind: "deadline", seconds: 1, trouble: { kind: "rate-limit" } });
});

test("what is left behind by a run that went well is ended too", async () => {
  const body = `require("child_process").spawn("setsid", ["sleep", "600"], { detached: true, stdio: ["ignore", "inherit", "ignore"] }).unref(); ${said(THREAD, DONE)} process.exit(0);`;
  const { end } = await play(body);
  expect(end).toEqual({ kind: "completed" });
});

test("it ends when it is told to, and says why", async () => {
  const user = new AbortController();
  const { end } = await play(
    `${said(THREAD, { type: "turn.started" })} setInterval(() => {}, 1000);`,
    {},
    ({ kind }) => kind === "turn-started" && user.abort(new Error("enough")),
    user,
  );
  expect(end).toEqual({ kind: "cancelled", detail: "enough" });
});

test("what Codex waits for in vain is given up with its reason", async () => {
  const { end } = await play(
    `${said(THREAD, { type: "error", message: "Reconnecting... 1/5 (You've hit your usage limit. Try again at 3:04 PM.)" })} setInterval(() => {}, 1000);`,
  );
  expect(end).toMatchObject({
    kind: "failed",
    failure: { kind: "usage-limit", resetsAt: expect.any(Number) },
  });
});

test("who listens and fails ends the run, and is heard", async () => {
  const folder = scratchFolder();
  const request = requestIn(folder);
  const body = `${said(THREAD)} setInterval(() => {}, 1000);`;
  writeScriptedCodex(request.installation.path, body);
  const broken = (): void => {
    throw new Error("no room");
  };
  await expect(runCodexExec(request, broken, new AbortController().signal)).rejects.toThrow("no room");
  expect(markedProcesses(request.mark)).toEqual([]);
});

test("what holds Codex up after its turn is not waited for until the deadline", async () => {
  const { end } = await play(`${said(THREAD, DONE)} setInterval(() => {}, 1000);`);
  expect(end).toEqual({ kind: "completed" });
});
