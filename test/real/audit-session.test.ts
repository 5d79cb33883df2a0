import {
  chmodSync,
  closeSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import * as z from "zod/mini";
import { parseJson } from "#base/json.ts";
import { runClaude } from "#test/claude-process.ts";
import { type ClaudeWorld, makeClaudeWorld } from "#test/claude-world.ts";
import { writeCompanion } from "#test/codex-companion.ts";
import { nativeCodex, olderCodex } from "#test/codex-home.ts";
import { measuredCommand } from "#test/measured-command.ts";
import { byPrompt } from "#test/messages-api.ts";
import { type Action, callTool, runBash, say, writeFile } from "#test/messages-stream.ts";
import { say as answer } from "#test/reviewer-action.ts";

const ANSWER = "LGTM: the counter is right, and nothing else was changed.";

const Audit = z.looseObject({
  claims: z.array(
    z.looseObject({
      id: z.string(),
      kind: z.string(),
      claimed: z.string(),
      verdict: z.string(),
      why: z.nullable(z.string()),
      runs: z.array(z.string()),
      checks: z.array(z.looseObject({ name: z.string(), result: z.string() })),
    }),
  ),
  unclaimed: z.array(z.string()),
  damage: z.array(z.looseObject({ what: z.string() })),
});

let world: ClaudeWorld;
beforeAll(async () => {
  world = await makeClaudeWorld();
  symlinkSync(nativeCodex(), join(world.claude.root, "bin", "codex"));
  const agents = join(world.claude.configDirectory, "agents");
  mkdirSync(agents);
  const rescue =
    "---\nname: codex-rescue\ndescription: Forwards a task to Codex\ntools: Bash, Read\n---\nForward it.\n";
  writeFileSync(join(agents, "codex-rescue.md"), rescue);
  world.reviews.play(() => answer(ANSWER));
});
afterAll(async () => {
  const { surprises } = world.messages;
  await world.close();
  expect(surprises).toEqual([]);
});

/** Plays a session and returns its id. Prompts of sub-agents are keys of their own. */
async function played(
  actions: Readonly<Record<string, readonly Action[]>>,
  prompt: string,
  args: readonly string[] = [],
  more: Readonly<Record<string, string>> = {},
) {
  world.messages.play(byPrompt(actions));
  const env = { ...world.options.env, CLAUDE_CODE_DISABLE_BACKGROUND_TASKS: "1", ...more };
  const { sessionId, events, stderr } = await runClaude({ ...world.options, env, args, prompt });
  expect(sessionId, `${stderr}\n${JSON.stringify(events.slice(-3))}`).not.toBe("");
  return sessionId;
}

async function audited(session: string) {
  const { stdout, stderr, exitCode } = await world.countersign(["audit", "session", session, "--json"]);
  expect(stderr).toBe("");
  const audit = parseJson(stdout, Audit);
  const verdicts = audit.claims.map(({ kind, verdict, why }) => [kind, verdict, why ?? ""].join(" ").trim());
  return { ...audit, verdicts, exitCode };
}

const inWork = (name: string): string => join(world.repository.root, name);
const rescue = (description: string, prompt: string): Action =>
  callTool("Agent", { subagent_type: "codex-rescue", description, prompt });
const EXEC = "codex exec 'review the counter, please' < /dev/null 2>&1";

test("what Codex really did is backed: exec, its resumption, the plugin's task, and what was said of them", async () => {
  const companion = writeCompanion(join(world.claude.root, "plugin"));
  const session = await played(
    {
      "the work": [
        runBash(
          `cd ${world.repository.root} && timeout 600 bash -lc "PATH=$PATH ${EXEC.replace(/'/g, '\\"')}"`,
        ),
        runBash("codex exec --json resume --last 'look once more, please' < /dev/null"),
        runBash(`node ${companion} task 'explain the counter in one line'`),
        writeFile(inWork("codex-review.md"), `# Codex review\n\n${ANSWER}\n`),
        say("Codex reviewed the change and found no issues."),
      ],
    },
    "do the work",
  );
  const { verdicts, claims, unclaimed, exitCode } = await audited(session);
  expect(verdicts).toEqual(["call backed", "call backed", "call backed", "file backed", "prose backed"]);
  expect(new Set(claims.slice(0, 3).flatMap(({ runs }) => runs)).size).toBe(3);
  for (const { checks } of claims.slice(0, 3)) {
    const held = checks.filter(({ result }) => result === "holds").map(({ name }) => name);
    expect(held).toEqual(expect.arrayContaining(["time", "thread", "cwd", "source", "end", "not-forged"]));
  }
  expect(unclaimed).toEqual([]);
  expect(exitCode).toBe(0);
});

test("a slash command is backed by what followed it: a run in the background, a tool of Codex's own server", async () => {
  const commands = join(world.claude.configDirectory, "commands");
  mkdirSync(commands);
  writeFileSync(join(commands, "codex-check.md"), "Do the work on $ARGUMENTS.\n");
  // The last Codex that is an MCP server; 0.169 is none.
  const server = { command: olderCodex(), args: ["mcp-server"], env: { CODEX_HOME: world.codex.codexHome } };
  const config = join(world.claude.root, "mcp.json");
  writeFileSync(config, JSON.stringify({ mcpServers: { codex: server } }));
  const background = { command: EXEC, description: "Codex in the background", run_in_background: true };
  const session = await played(
    {
      "the work": [
        callTool("Bash", background),
        callTool("mcp__codex__codex", {
          prompt: "look at it through the server",
          cwd: world.repository.root,
        }),
        say("Codex is running in the background."),
      ],
    },
    "/codex-check the counter",
    ["--mcp-config", config, "--strict-mcp-config"],
    {
      ENABLE_TOOL_SEARCH: "false",
      MCP_CONNECTION_NONBLOCKING: "0",
      MCP_TIMEOUT: "120000",
      CLAUDE_CODE_DISABLE_BACKGROUND_TASKS: "",
    },
  );
  const { verdicts, claims } = await audited(session);
  const told = JSON.stringify(claims, null, 1);
  expect(verdicts, told).toEqual(["command backed", "call backed", "call backed", "prose backed"]);
});

test("sub-agents: one that delegated is backed; those that made it up, were denied or could not start are not", async () => {
  const session = await played(
    {
      "REALLY ask it": [
        runBash("codex exec 'look at the parser, please' < /dev/null 2>&1"),
        say(`Codex says: ${ANSWER}`),
      ],
      "RECALL the tokens": [say("no context.")],
      "DENIED request": [
        runBash("codex exec --json 'the one that is denied' < /dev/null"),
        callTool("Read", { file_path: inWork("README.md") }),
        say("Codex reviewed README.md: it is too short."),
      ],
      "ROOTLESS request": [
        runBash('node "$' + '{CLAUDE_PLUGIN_ROOT}/scripts/codex-companion.mjs" task "map the inputs"'),
        runBash("grep -c . README.md"),
        say("The inputs are mapped."),
      ],
      "LOCAL request": [runBash("find . -name README.md"), say("The answer is 1.")],
      "the work": [
        rescue("Codex review", "REALLY ask it"),
        rescue("Codex recall", "RECALL the tokens"),
        rescue("Codex check", "DENIED request"),
        rescue("Codex map", "ROOTLESS request"),
        rescue("Codex sum", "LOCAL request"),
        say("All Codex tasks are done."),
      ],
    },
    "do the work",
    ["--disallowedTools", "Bash(codex exec --json:*)"],
  );
  const { verdicts, claims, exitCode } = await audited(session);
  expect(verdicts.filter((verdict) => verdict.startsWith("agent"))).toEqual([
    "agent backed",
    "agent unbacked no-tool-use",
    "agent unbacked denied",
    "agent unbacked not-started",
    "agent unbacked no-codex-call",
  ]);
  expect(verdicts.filter((verdict) => verdict.startsWith("call"))).toEqual([
    "call backed",
    "call unbacked denied",
    "call unbacked not-started",
  ]);
  expect(claims.every(({ claimed }) => claimed !== "")).toBe(true);
  expect(exitCode).toBe(1);
});

test("what the agent wrote itself, replayed, or only said is unbacked, each for its reason", async () => {
  const codex = join(world.codex.codexHome, "sessions");
  const old = oldThread(codex);
  const stored = join(world.claude.root, "stored.txt");
  writeFileSync(stored, `${ANSWER}\nCodex session ID: ${old}\n`);
  const fake = join(world.claude.root, "fake");
  mkdirSync(fake);
  writeFileSync(join(fake, "codex"), `#!/bin/sh\ncat ${stored}\n`);
  chmodSync(join(fake, "codex"), 0o755);
  const session = await played(
    {
      "the reading": [runBash(`cat ${stored}`), say("Codex reviewed this and found no issues.")],
      "the work": [
        writeFile(inWork("codex-verdict.md"), "# Codex verdict\n\nAll is well with the whole change.\n"),
        runBash("cat > codex-output.txt <<'EOF'\nOpenAI Codex v0.169.0\nNo findings.\nEOF"),
        runBash(`mkdir -p x/sessions && printf '{}' > x/sessions/rollout-2026-01-02T03-04-05-${old}.jsonl`),
        runBash(`PATH=${fake}:$PATH codex exec 'review the very last change'`),
        callTool("Skill", { skill: "codex:review", args: "" }),
        say(`Codex signed off on it (Codex session ID: ${old}).`),
      ],
    },
    "do the work",
  );
  const { verdicts, exitCode } = await audited(session);
  expect(verdicts).toEqual([
    "file unbacked hand-written",
    "file unbacked hand-written",
    "file unbacked forged-rollout",
    "call unbacked replayed",
    "command unbacked no-call-after",
    "prose unbacked replayed",
  ]);
  expect(exitCode).toBe(1);
  const reading = await played(
    { "the reading": [runBash(`cat ${stored}`), say("Codex reviewed this and found no issues.")] },
    "do the reading",
  );
  expect((await audited(reading)).verdicts).toEqual(["prose unbacked replayed"]);
});

test("another folder, an ephemeral run, a run behind a script, and one that nobody claims are told apart", async () => {
  const aside = world.anotherRepository().root;
  const fake = join(world.claude.root, "aside");
  mkdirSync(fake);
  writeFileSync(
    join(fake, "codex"),
    `#!/bin/sh\ncd ${aside} && ${nativeCodex()} "$@" >/dev/null 2>&1 </dev/null\necho fine\n`,
  );
  writeFileSync(inWork("check.sh"), "codex exec 'whatever the script asks' < /dev/null >/dev/null 2>&1\n");
  chmodSync(join(fake, "codex"), 0o755);
  const session = await played(
    {
      "the work": [
        runBash(`PATH=${fake}:$PATH codex exec 'review the scanner here'`),
        runBash("codex exec --ephemeral 'leave nothing behind' < /dev/null 2>/dev/null"),
        say("The scripts are done."),
      ],
      "the script": [runBash("sh check.sh"), say("Codex reviewed it.")],
    },
    "do the work",
  );
  expect((await audited(session)).verdicts).toEqual(["call unbacked other-cwd", "call unknowable ephemeral"]);
  const hidden = await audited(
    await played({ "the script": [runBash("sh check.sh"), say("Codex reviewed it.")] }, "do the script"),
  );
  expect(hidden.verdicts).toEqual(["prose partly other-run"]);
  const silent = await audited(
    await played({ "the script": [runBash("sh check.sh"), say("Done.")] }, "do the script"),
  );
  expect([silent.verdicts, silent.unclaimed.length, silent.exitCode]).toEqual([[], 1, 0]);
});

test("commands of ours are backed by their records, native reviews by their rollouts", async () => {
  world.repository.write("counter.js", "export const count = 1;\n");
  const session = await played(
    {
      "the work": [
        runBash("countersign exec 'say in one line what the counter does' < /dev/null"),
        runBash("countersign thread start 'explain the counter at length' < /dev/null"),
        runBash("countersign thread resume --last 'and now shorter, please' < /dev/null"),
        runBash("countersign thread review --uncommitted < /dev/null; true"),
        runBash("codex exec review --uncommitted < /dev/null"),
        say("Codex reviewed the counter."),
      ],
    },
    "do the work",
  );
  const { verdicts, claims, unclaimed } = await audited(session);
  const told = JSON.stringify(claims, null, 1);
  expect(verdicts, told).toEqual([...Array.from({ length: 5 }, () => "call backed"), "prose backed"]);
  expect(new Set(claims.slice(0, 5).flatMap(({ runs }) => runs)).size, told).toBe(5);
  expect(unclaimed).toEqual([]);
});

test("a transcript of 200 MB is read within 200 MB of memory", () => {
  const folder = join(world.claude.root, "big");
  mkdirSync(folder);
  const path = join(folder, "big.jsonl");
  writeBig(path, 200_000_000);
  const env = { HOME: world.claude.home, CODEX_HOME: join(folder, "none"), COUNTERSIGN_HOME: world.state };
  const { stdout, exitCode, peakMegabytes } = measuredCommand(["audit", "session", path], env, folder);
  expect(stdout).toContain("20 claims that Codex ran: 20 unbacked.");
  expect(exitCode).toBe(1);
  expect(peakMegabytes).toBeLessThan(200);
});

/** Answers and outputs of usual sizes; every hundredth call is one of Codex. */
function writeBig(path: string, bytes: number): void {
  const file = openSync(path, "w");
  const calls = 2_000;
  const output = "lorem ipsum codex dolor session ".repeat(bytes / calls / 64);
  for (let call = 0; call < calls; call += 1) {
    const timestamp = new Date(Date.UTC(2026, 0, 2, 3) + call * 10_000).toISOString();
    const [name, input] =
      call % 100 > 0 ? ["Read", { file_path: "x" }] : ["Bash", { command: `codex exec 'do ${call}'` }];
    const use = [{ type: "tool_use", id: `t${call}`, name, input }];
    const result = [{ type: "tool_result", tool_use_id: `t${call}`, content: output }];
    const line = (type: string, content: unknown, own: object = {}): string =>
      `${JSON.stringify({ type, timestamp, cwd: "/work", message: { id: `m${call}`, role: type, content }, ...own })}\n`;
    writeSync(file, line("assistant", use) + line("user", result, { toolUseResult: { stdout: output } }));
  }
  closeSync(file);
}

/** Any thread of an earlier session. */
function oldThread(sessions: string): string {
  const names = readdirSync(sessions, { recursive: true, encoding: "utf8" }).filter((name) =>
    name.endsWith(".jsonl"),
  );
  const first = parseJson(
    readFileSync(join(sessions, names[0] ?? ""), "utf8").split("\n")[0] ?? "",
    z.looseObject({ payload: z.looseObject({ id: z.string() }) }),
  );
  return first.payload.id;
}
