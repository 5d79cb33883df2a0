import { existsSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { readIfPresent } from "#base/files.ts";
import { locationsOf } from "#runs/locations.ts";
import { readRequests } from "#runs/sessions/requests.ts";
import { listChanges } from "#runs/settings-changes.ts";
import { writeUserSettings } from "#test/claude-home.ts";
import { CLAUDE, hookResponses, runClaude } from "#test/claude-process.ts";
import { type ClaudeWorld, makeClaudeWorld } from "#test/claude-world.ts";
import { inOrder } from "#test/messages-api.ts";
import { type Action, runBash, writeFile } from "#test/messages-stream.ts";
import { reviewAnswer } from "#test/reviewer-action.ts";

let world: ClaudeWorld;
/** Each command of an agent leaves a line here, by a hook of somebody else's: what the gate's variable says. */
let probed: string;
beforeAll(async () => {
  world = await makeClaudeWorld();
  probed = join(world.claude.root, "probed");
  const command = `printf '%s\\n' "nested=$COUNTERSIGN_NESTED" >> '${probed}'`;
  const hooks = { PreToolUse: [{ matcher: "Bash", hooks: [{ type: "command", command }] }] };
  writeUserSettings(world.claude, { hooks });
  expect((await world.countersign(["setup", "--scope", "user"])).exitCode).toBe(0);
});
afterAll(async () => {
  await world.close();
});

const local = () => join(world.repository.root, ".claude", "settings.local.json");
const settle = (settings: object): Action => writeFile(local(), JSON.stringify(settings));
const write = (file: string): Action =>
  writeFile(join(world.repository.root, file), `export const file = "${file}";\n`);
const say = (text: string): Action => ({ kind: "say", text });
const probes = (): readonly string[] =>
  (readIfPresent(probed) ?? "").split("\n").filter((line) => line !== "");

/** Plays the first action, has commands run until something holds, however long that takes, and goes on. */
function playUntil(first: Action, holds: (commands: number) => boolean, ...more: readonly Action[]): void {
  let commands = 0;
  let goesOn: number | undefined;
  world.messages.play((_request, turn) => {
    if (turn === 0) return first;
    if (goesOn === undefined && !holds(commands)) {
      commands += 1;
      return runBash("sleep 0.3");
    }
    goesOn ??= turn;
    return more[turn - goesOn] ?? say("Done.");
  });
}

/** Returns what tells that the host calls no hooks any more: a command that left no line. */
function noHookIsCalled(): (commands: number) => boolean {
  const before = probes().length;
  return (commands) => probes().length < before + commands;
}

const isSeenByKeeper = (fact: string): boolean =>
  changes().some((change) => change.by === "keeper" && change.changes.some((one) => one.fact === fact));

const changes = () => listChanges({ root: world.state }).changes.map(({ change }) => change);

test("an agent that switches all hooks off ends unreviewed, and the next session says so", async () => {
  const isOff = noHookIsCalled();
  playUntil(
    settle({ disableAllHooks: true }),
    (commands) => isOff(commands) && isSeenByKeeper("disableAllHooks"),
    write("a.js"),
    say("Done."),
  );
  const run = await runClaude({ ...world.options, prompt: "write a" });
  expect(world.outcomes(run.sessionId)).toEqual([]);
  const change = { fact: "disableAllHooks", was: null, is: "true" };
  expect(changes()).toMatchObject([
    { kind: "settings", path: local(), changes: [change], by: "keeper", sessions: [run.sessionId] },
  ]);
  const status = await world.countersign(["status"]);
  expect(status.stdout).toContain(`changed, and not by setup: in ${local()} disableAllHooks is set to true`);

  rmSync(local());
  world.messages.play(inOrder(say("Hello.")));
  const next = await runClaude({ ...world.options, prompt: "hello" });
  expect(hookResponses(next, "SessionStart")[0]?.stdout).toContain("disableAllHooks is set to true");
});

test("a variable that an agent puts into the settings does not switch the gate off", async () => {
  const env = { COUNTERSIGN_NESTED: "1", CLAUDE_PID: "1", COUNTERSIGN_GATE: "off" };
  const isTakenUp = (): boolean => probes().includes("nested=1");
  playUntil(settle({ env }), isTakenUp, write("b.js"), say("Done."));
  const before = world.reviews.requests.length;
  const run = await runClaude({ ...world.options, prompt: "write b" });
  rmSync(local());
  expect(world.outcomes(run.sessionId)).toEqual(["allowed"]);
  expect(world.reviews.requests.slice(before).map(({ prompt }) => prompt.includes("b.js"))).toEqual([true]);
  expect(hookResponses(run, "Stop")[0]?.stdout).toContain('COUNTERSIGN_NESTED is set to \\"1\\"');
});

test("what an agent puts in front of every hook, or beside ours, to get past it is told", async () => {
  const prefix = { env: { CLAUDE_CODE_SHELL_PREFIX: "/bin/true" } };
  const command = `echo '{"continue":false}'`;
  const taken = join(world.claude.root, "taken");
  const marks = { type: "command", command: `touch '${taken}'` };
  const beside = {
    hooks: { Stop: [{ hooks: [{ type: "command", command }] }], PreToolUse: [{ hooks: [marks] }] },
  };
  const isPrefixed = noHookIsCalled();
  playUntil(
    settle(prefix),
    (commands) => isPrefixed(commands) && isSeenByKeeper("env.CLAUDE_CODE_SHELL_PREFIX"),
    write("f.js"),
    say("Done."),
  );
  const silent = await runClaude({ ...world.options, prompt: "write f" });
  rmSync(local());
  expect(world.outcomes(silent.sessionId)).toEqual([]);
  world.reviews.play((request) =>
    reviewAnswer(request, [{ file: "g.js", line_start: 1, quote: 'export const file = "g.js";' }]),
  );
  playUntil(settle(beside), () => existsSync(taken), write("g.js"), say("Done."));
  const ended = await runClaude({ ...world.options, prompt: "write g" });
  rmSync(local());
  world.reviews.play((request) => reviewAnswer(request));
  expect(world.outcomes(ended.sessionId)).toEqual(["blocked"]);
  expect(changes()).toContainEqual(
    expect.objectContaining({
      changes: [{ fact: "env.CLAUDE_CODE_SHELL_PREFIX", was: null, is: expect.any(String) }],
      by: "keeper",
    }),
  );
  const said = hookResponses(ended, "Stop").map(({ stdout }) => stdout);
  expect(said.join("\n")).toContain("another program was put beside the gate at Stop");
});

test("an agent's shell that hides where it comes from switches nothing off", async () => {
  const { home, configDirectory } = world.claude;
  const kept = {
    PATH: "$PATH",
    HOME: home,
    COUNTERSIGN_HOME: world.state,
    CLAUDE_CONFIG_DIR: configDirectory,
  };
  const bare = `env -i ${Object.entries(kept)
    .map(([name, value]) => `${name}="${value}"`)
    .join(" ")} countersign`;
  const tries = [
    `${bare} off`,
    `setsid --fork ${bare} skip </dev/null >/dev/null 2>&1`,
    `(${bare} remove &)`,
  ];
  const locations = locationsOf({ COUNTERSIGN_HOME: world.state }, home, "linux");
  const areFiled = (): boolean => readRequests(locations).requests.length === tries.length;
  playUntil(runBash(tries.join("; ")), areFiled, write("c.js"), say("Done."));
  const run = await runClaude({ ...world.options, prompt: "write c" });
  expect(world.outcomes(run.sessionId)).toEqual(["allowed"]);
  const { requests } = readRequests(locations);
  expect(
    requests.map(({ request, answers }) => [request.ask.kind, request.by, answers[0]?.outcome]).sort(),
  ).toEqual([
    ["off", "agent-shell", "refused"],
    ["remove", expect.stringMatching(/^(agent-shell|no-terminal)$/), "refused"],
    ["skip", "no-terminal", "refused"],
  ]);
  expect(readFileSync(join(configDirectory, "settings.json"), "utf8")).toContain("countersign-hook");
  const said = hookResponses(run, "Stop")[0]?.stdout ?? "";
  expect(said).toContain("the agent ran `countersign off`");
  expect(said).toContain("a program without a terminal ran `countersign skip`");
});

test("an agent that has another agent do the work is reviewed twice, as two sessions", async () => {
  const inner = [CLAUDE, "-p", "inner", "--dangerously-skip-permissions"].join(" ");
  world.messages.play(
    inOrder(runBash(`${inner} </dev/null`), write("d.js"), say("Inner is done."), say("Outer is done.")),
  );
  const before = world.receipts().length;
  const run = await runClaude({ ...world.options, prompt: "have it written" });
  const fresh = world.receipts().slice(before);
  const nested = fresh.filter(({ session }) => session !== run.sessionId);
  expect(nested).toMatchObject([{ outcome: { kind: "allowed" }, scope: { shown: [{ path: "d.js" }] } }]);
  expect(world.outcomes(run.sessionId)).toEqual(["allowed"]);
});

test("an agent that plays the host to the gate's hooks moves no baseline, and the user reads of it", async () => {
  const event = (name: string): string =>
    `printf '{"session_id":"%s","cwd":"%s","source":"startup"}' "$CLAUDE_CODE_SESSION_ID" "$PWD" | env -u CLAUDECODE CLAUDE_CODE_SESSION_ATTENDED=1 countersign hook ${name}`;
  const calls = ["session-start", "session-end", "stop"].map(event).join("; ");
  world.messages.play(inOrder(write("e.js"), runBash(calls), say("Done.")));
  const before = world.reviews.requests.length;
  const run = await runClaude({ ...world.options, prompt: "write e" });
  expect(world.outcomes(run.sessionId)).toEqual(["allowed"]);
  expect(world.reviews.requests.slice(before).map(({ prompt }) => prompt.includes("e.js"))).toEqual([true]);
  const said = hookResponses(run, "Stop")[0]?.stdout ?? "";
  for (const name of ["SessionStart", "SessionEnd", "Stop"]) {
    expect(said).toContain(`the agent ran the gate's ${name} hook itself`);
  }
});
