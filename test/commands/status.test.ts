import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { dropLease } from "#codex/server/drop-lease.ts";
import { takeLease } from "#codex/server/lease.ts";
import type { Locations } from "#runs/locations.ts";
import { writeReceipt } from "#runs/receipts/receipts.ts";
import { writeRequest } from "#runs/sessions/requests.ts";
import { changeSession } from "#runs/sessions/session-file.ts";
import { callCommand } from "#test/call-command.ts";
import { receiptDraft, sessionId, sessionValue } from "#test/session-values.ts";
import { freshLocations } from "#test/state-root.ts";

const NEVER = new AbortController().signal;

const NO_CODEX =
  "The `codex` program was not found. Install it (npm install -g @openai/codex) and put it on PATH, or name it in COUNTERSIGN_CODEX; then `countersign status` names it.";

const USAGE_LIMIT = {
  of: "reviewer",
  breaker: "reset",
  backOffMinutes: 30,
  retry: "nothing",
  stop: { allow: "let-through", block: "held-once" },
};

async function busy(): Promise<Locations> {
  const locations = freshLocations();
  const id = sessionId("s1");
  await changeSession(locations, id, () => sessionValue(), NEVER);
  takeLease(locations.leases, id, process.pid);
  await writeReceipt(locations, id, receiptDraft(), NEVER);
  return locations;
}

test("a gate that never saw a stop says so", async () => {
  const locations = freshLocations();
  const { code, stdout } = await callCommand(locations, ["status"]);
  expect(code).toBe(0);
  expect(stdout).toBe(`gate      enforce in /work/project, because of the default
hooks     NOT REGISTERED for this folder, so nothing is reviewed: run \`countersign setup\`
codex     NOT USABLE: ${NO_CODEX}
state     ${locations.root}
config    ${locations.userConfig}
last stop never evaluated
failures  let the stop through, unsigned (onFailure is "allow")
          usage-limit, rate-limit: nobody is asked until the reset
          every other failure of the reviewer: after two in a row nobody is asked for 5 minutes, then 10, at most 60
          context-too-large, turn-interrupted, and what fails on this machine: the next stop asks again
          tried once more in the same stop: stream-cut, server-died, server-draining

No session is live.
`);
});

test("hooks that are registered are named, twice registered or switched off ones too", async () => {
  const locations = freshLocations();
  const project = join(locations.root, "project", ".claude");
  const hook = (event: string) => [{ hooks: [{ type: "command", command: `countersign hook ${event}` }] }];
  const hooks = {
    SessionStart: hook("session-start"),
    Stop: hook("stop"),
    SessionEnd: hook("session-end"),
  };
  mkdirSync(project, { recursive: true });
  writeFileSync(join(project, "settings.json"), JSON.stringify({ hooks }));
  const look = () => callCommand(locations, ["status"], { cwd: join(project, "..") });
  expect((await look()).stdout).toContain(`hooks     registered in ${project}/settings.json\n`);

  writeFileSync(join(project, "settings.local.json"), JSON.stringify({ hooks, disableAllHooks: true }));
  const { stdout } = await look();
  expect(stdout).toContain("registered twice");
  expect(stdout).toContain(`SWITCHED OFF by ${project}/settings.local.json`);

  writeFileSync(join(project, "settings.local.json"), "{}");
  writeFileSync(join(project, "settings.json"), JSON.stringify({ hooks: { Stop: hooks.Stop } }));
  expect((await look()).stdout).toContain("NOT REGISTERED");
});

test("a session whose host went on with another one (/clear) is no longer live", async () => {
  const locations = await busy();
  dropLease(locations.leases, sessionId("s1"), process.pid);
  const { stdout } = await callCommand(locations, ["status"]);
  expect(stdout).toContain("No session is live.\n");
});

test("live sessions and last decisions are shown", async () => {
  const { stdout } = await callCommand(await busy(), ["status"]);
  expect(stdout).toContain("last stop 2026-01-02 03:04:05 UTC: allowed\n");
  expect(stdout).toContain(
    "Live sessions:\nsession\tgate\tfrom\tfolder\ns1\tenforce\tpinned at its start\t/work/project\n",
  );
  expect(stdout).toContain("2026-01-02 03:04:05\tallowed\t1 file\ts1-1\n");
});

test.each([
  ["terminal", "switched in a terminal"],
  ["transcript", "typed in the session"],
  ["no-terminal", "switched by a program"],
] as const)("a session that was switched by %s says so", async (by, text) => {
  const locations = await busy();
  const mode = { gate: "off", by, at: "2026-01-02T04:00:00.000Z" } as const;
  await changeSession(locations, sessionId("s1"), (session) => session && { ...session, mode }, NEVER);
  const { stdout } = await callCommand(locations, ["status"]);
  expect(stdout).toContain(`s1\toff\t${text}\t/work/project\n`);
});

test("a review that a person asked for is a decision and no stop", async () => {
  const locations = await busy();
  const later = receiptDraft({ event: "review", at: "2026-01-03T03:04:05.678Z" });
  await writeReceipt(locations, sessionId("asked"), later, NEVER);
  const { stdout } = await callCommand(locations, ["status"]);
  expect(stdout).toContain("last stop 2026-01-02 03:04:05 UTC: allowed\n");
  expect(stdout).toContain("2026-01-03 03:04:05\tallowed");
});

test("it looks the same whichever variables a host or a shell adds", async () => {
  const locations = await busy();
  const shell = await callCommand(locations, ["status"]);
  const hook = await callCommand(locations, ["status"], {
    environment: { CLAUDE_PLUGIN_DATA: "/elsewhere", CLAUDE_PROJECT_DIR: "/elsewhere", CLAUDECODE: "1" },
  });
  expect(hook).toEqual(shell);
});

test("who decides the mode is named, with every warning", async () => {
  const locations = freshLocations();
  const repo = join(locations.root, "repo");
  mkdirSync(join(repo, ".git"), { recursive: true });
  writeFileSync(join(repo, ".git/HEAD"), "ref: refs/heads/main\n");
  mkdirSync(join(repo, "deep"));
  mkdirSync(join(locations.root, "countersign"));
  writeFileSync(locations.userConfig, '{"gate":"advise","maxRound":1}');
  writeFileSync(join(repo, ".countersign.json"), '{"gate":"enforce","send":false}');
  const { stdout } = await callCommand(locations, ["status"], { cwd: join(repo, "deep") });
  expect(stdout).toContain(`gate      enforce in ${repo}/deep, because of ${repo}/.countersign.json\n`);
  expect(stdout).toContain("nothing is sent from here to a second vendor");
  expect(stdout).toContain(
    `warning: ${locations.userConfig} names "maxRound", which is no key; did you mean "maxRounds"?\n`,
  );
});

test("a torn session file, a set-aside one and an open request are shown", async () => {
  const locations = await busy();
  await writeRequest(locations, {
    at: "2026-01-02T05:00:00.000Z",
    ask: { kind: "off" },
    session: null,
    by: "agent-shell",
    agentSession: null,
    words: ["off"],
    cwd: "/work",
    tty: false,
  });
  writeFileSync(join(locations.sessions, "s2.json"), "{torn");
  writeFileSync(join(locations.sessions, "s3.json.corrupt-2026"), "{torn");
  const { code, stdout } = await callCommand(locations, ["status"]);
  expect(code).toBe(0);
  expect(stdout).toContain("not answered yet: off, filed 2026-01-02 05:00:00 UTC in /work\n");
  expect(stdout).toContain(
    `warning: a session's file cannot be read: ${join(locations.sessions, "s2.json")}`,
  );
  expect(stdout).toContain(`was set aside: ${join(locations.sessions, "s3.json.corrupt-2026")}`);
});

test("--json says the same to a program", async () => {
  const locations = await busy();
  const { code, stdout } = await callCommand(locations, ["status", "--json"]);
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toEqual({
    schema: "countersign/status/1",
    gate: { mode: "enforce", send: true, origin: { kind: "default" } },
    hooks: { registeredIn: [], disabledIn: [] },
    codex: { kind: "not-usable", why: NO_CODEX },
    state: locations.root,
    userConfig: locations.userConfig,
    lastEvaluated: "2026-01-02T03:04:05.678Z",
    sessions: [
      {
        session: "s1",
        cwd: "/work/project",
        started: "2026-01-02T03:04:05.000Z",
        mode: "enforce",
        from: "pinned at its start",
        skipNext: null,
        baseline: null,
        baselineMissing: null,
      },
    ],
    decisions: [
      {
        path: join(locations.receipts, "2026", "01", "02", "20260102T030405678Z-s1-1.json"),
        at: "2026-01-02T03:04:05.678Z",
        outcome: { kind: "allowed", partial: false },
      },
    ],
    unsigned: [],
    pauses: [],
    budget: [],
    failures: { onFailure: "allow", kinds: expect.objectContaining({ "usage-limit": USAGE_LIMIT }) },
    openRequests: [],
    settingsChanges: [],
    warnings: [],
  });
});

test("on a terminal a session's id is whole, for it is what the next command is given", async () => {
  const locations = freshLocations();
  const id = sessionId("791045af-0a1b-4c2d-8e3f-75f19274aaaa");
  const cwd = `/work/${"a-long-folder/".repeat(12)}`;
  await changeSession(locations, id, () => sessionValue({ session_id: id, cwd }), NEVER);
  takeLease(locations.leases, id, process.pid);
  const { stdout } = await callCommand(locations, ["status"], { terminal: true });
  expect(stdout).toContain(id);
  expect(stdout).not.toContain(cwd);
});
