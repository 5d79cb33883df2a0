import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { expect, test } from "vitest";
import { takeLease } from "#codex/server/lease.ts";
import type { Locations } from "#runs/locations.ts";
import { readRequests } from "#runs/sessions/requests.ts";
import type { Session } from "#runs/sessions/session.ts";
import { changeSession, readSession } from "#runs/sessions/session-file.ts";
import { callCommand } from "#test/call-command.ts";
import { A_TREE, sessionId, sessionValue } from "#test/session-values.ts";
import { freshLocations } from "#test/state-root.ts";

const NEVER = new AbortController().signal;
const UNDER_AGENT = { environment: { CLAUDECODE: "1", CLAUDE_CODE_SESSION_ID: "s1" } };
const AT = "2026-01-02T12:00:00.000Z";

/** Two live sessions in two folders, and one that has ended. */
async function threeSessions(): Promise<Locations> {
  const locations = freshLocations();
  const all: readonly Partial<Session>[] = [
    { session_id: sessionId("s1"), cwd: "/work/project" },
    { session_id: sessionId("s2"), cwd: "/work/other" },
    { session_id: sessionId("s3"), cwd: "/work/project" },
  ];
  for (const own of all) {
    const session = sessionValue(own);
    await changeSession(locations, session.session_id, () => session, NEVER);
  }
  for (const live of ["s1", "s2"]) takeLease(locations.leases, sessionId(live), process.pid);
  return locations;
}

function sessionIn(locations: Locations, id: string): Session {
  const read = readSession(locations, sessionId(id));
  if (read.kind !== "session") throw new Error(`session ${id} is ${read.kind}`);
  return read.session;
}

function gateIn(locations: Locations): unknown {
  return existsSync(locations.userConfig)
    ? JSON.parse(readFileSync(locations.userConfig, "utf8"))
    : undefined;
}

test("off from a terminal acts at once, on the file and on live sessions, and on undoes it", async () => {
  const locations = await threeSessions();
  const off = await callCommand(locations, ["off"]);
  expect(off).toMatchObject({ code: 0, stderr: "" });
  expect(off.stdout).toBe(
    `The gate is off: ${locations.userConfig} says so, and 2 live sessions follow. \`countersign on\` turns it on again.\n`,
  );
  expect(gateIn(locations)).toEqual({ gate: "off" });
  expect(sessionIn(locations, "s1").mode).toEqual({ gate: "off", by: "terminal", at: AT });
  expect(sessionIn(locations, "s2").mode).toEqual({ gate: "off", by: "terminal", at: AT });
  expect(sessionIn(locations, "s3").mode).toBeUndefined();

  expect((await callCommand(locations, ["on"])).code).toBe(0);
  expect(gateIn(locations)).toEqual({ gate: "enforce" });
  expect(sessionIn(locations, "s2").mode).toMatchObject({ gate: "enforce" });
});

test("--json says what was done, or that it was only filed", async () => {
  const locations = await threeSessions();
  const done = await callCommand(locations, ["off", "--json"]);
  const [first] = readRequests(locations).requests;
  expect(JSON.parse(done.stdout)).toEqual({
    schema: "countersign/off/1",
    kind: "done",
    request: first?.request.id,
    sessions: ["s1", "s2"],
  });
  const filed = await callCommand(locations, ["skip", "--json"], UNDER_AGENT);
  expect(JSON.parse(filed.stdout)).toMatchObject({ schema: "countersign/skip/1", kind: "filed" });
});

test("every use leaves a request with its answers behind", async () => {
  const locations = await threeSessions();
  await callCommand(locations, ["off"], { stdinIsTerminal: true });
  const { requests } = readRequests(locations);
  expect(requests).toMatchObject([
    {
      request: {
        ask: { kind: "off" },
        by: "terminal",
        words: ["off"],
        cwd: "/work/project",
        tty: true,
        at: AT,
      },
    },
  ]);
  expect(requests[0]?.answers.map(({ session, outcome }) => [session, outcome])).toEqual(
    [
      ["s1", "done"],
      ["s2", "done"],
      [null, "done"],
    ].sort(),
  );
});

test("off for one session leaves all else alone", async () => {
  const locations = await threeSessions();
  const { stdout } = await callCommand(locations, ["off", "--session", "s2"]);
  expect(stdout).toMatch(/^The gate is off for session s2\./);
  expect(gateIn(locations)).toBeUndefined();
  expect(sessionIn(locations, "s1").mode).toBeUndefined();
  expect(sessionIn(locations, "s2").mode).toMatchObject({ gate: "off" });
});

test.each([["off"], ["skip", "--why", "hurry"], ["off", "--session", "s1"]])(
  "under an agent %s %s only files a request",
  async (...words) => {
    const locations = await threeSessions();
    const before = ["s1", "s2", "s3"].map((id) => sessionIn(locations, id));
    const { code, stdout } = await callCommand(locations, words, UNDER_AGENT);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^Filed: .*from the next stop on, if the transcript/);
    expect(gateIn(locations)).toBeUndefined();
    expect(["s1", "s2", "s3"].map((id) => sessionIn(locations, id))).toEqual(before);
    expect(readRequests(locations).requests).toMatchObject([
      { request: { by: "agent-shell", agentSession: "s1", words }, answers: [] },
    ]);
  },
);

test("an agent's attempt leaves its trace even where it could have no effect", async () => {
  const locations = freshLocations();
  expect((await callCommand(locations, ["skip"], { ...UNDER_AGENT, cwd: "/nowhere" })).code).toBe(0);
  expect(readRequests(locations).requests).toMatchObject([
    { request: { ask: { kind: "skip" }, cwd: "/nowhere" } },
  ]);
});

test("on acts at once, even under an agent", async () => {
  const locations = await threeSessions();
  await callCommand(locations, ["off"]);
  await callCommand(locations, ["on"], UNDER_AGENT);
  expect(gateIn(locations)).toEqual({ gate: "enforce" });
  expect(sessionIn(locations, "s1").mode).toMatchObject({ gate: "enforce", by: "agent-shell" });
});

test("skip is for the sessions at work where it is typed", async () => {
  const locations = await threeSessions();
  const snapshot = {
    tree: A_TREE,
    head: null,
    opaque: [],
    rules: { excludes: "", attributes: "", filters: "" },
  };
  const baseline = { root: "/repo", store: "/s", snapshot, takenAt: AT, why: "start" } as const;
  await changeSession(locations, sessionId("s2"), (session) => session && { ...session, baseline }, NEVER);
  const { code, stdout } = await callCommand(locations, ["skip", "--why", "a typo"], { cwd: "/repo/deep" });
  expect({ code, stdout }).toEqual({
    code: 0,
    stdout: "The next stop of 1 live session is let through without a review.\n",
  });
  expect(sessionIn(locations, "s2").skipNext).toEqual({ by: "terminal", why: "a typo", at: AT });
  expect(sessionIn(locations, "s1").skipNext).toBeUndefined();
  expect(gateIn(locations)).toBeUndefined();
});

test("skip where nobody works, or of an unknown session, names those that live", async () => {
  const locations = await threeSessions();
  const nowhere = await callCommand(locations, ["skip"], { cwd: "/work/pro" });
  expect(nowhere).toEqual({
    code: 2,
    stdout: "",
    stderr: "countersign: no live session works in /work/pro; live: s1 (/work/project), s2 (/work/other)\n",
  });
  expect((await callCommand(locations, ["off", "--session", "s9"])).stderr).toMatch(
    /session s9 is not known; live: s1/,
  );
  expect(readRequests(locations).requests).toEqual([]);
});

test("a configuration that cannot be read is not overwritten", async () => {
  const locations = await threeSessions();
  mkdirSync(dirname(locations.userConfig));
  writeFileSync(locations.userConfig, "{torn");
  const { code, stderr } = await callCommand(locations, ["off"]);
  expect(code).toBe(2);
  expect(stderr).toMatch(
    /is no configuration \(.*\) and was left as it is; mend or remove it, then try again\n$/,
  );
  expect(readRequests(locations).requests).toMatchObject([
    { answers: [{ session: null, outcome: "refused" }] },
  ]);
  expect(readFileSync(locations.userConfig, "utf8")).toBe("{torn");
  expect(sessionIn(locations, "s1").mode).toBeUndefined();
});

test("where something else decides for new sessions, that is said", async () => {
  const locations = await threeSessions();
  const environment = { COUNTERSIGN_GATE: "enforce" };
  const { stdout } = await callCommand(locations, ["off"], { environment });
  expect(stdout).toContain(
    "New sessions in this folder will still find it set to enforce: the variable COUNTERSIGN_GATE decides here.",
  );
});

const APART = { ancestors: [], fromAgentShell: false, terminal: true };

test.each([
  ["below a shell that Claude Code started", { ...APART, fromAgentShell: true }, "agent-shell"],
  ["below the host of a live session", { ...APART, ancestors: [4711, process.pid, 1] }, "agent-shell"],
  ["that belongs to nobody and has no terminal", { ...APART, terminal: false }, "no-terminal"],
])("a program %s switches nothing off, whatever its environment says", async (_where, descent, by) => {
  const locations = await threeSessions();
  for (const words of [["off"], ["skip"], ["remove"]]) {
    const { code, stdout } = await callCommand(locations, words, { descent: () => descent });
    expect(code).toBe(0);
    expect(stdout).toMatch(/^Filed: /);
  }
  expect(gateIn(locations)).toBeUndefined();
  expect(sessionIn(locations, "s1")).not.toHaveProperty("mode");
  expect(sessionIn(locations, "s1")).not.toHaveProperty("skipNext");
  const { requests } = readRequests(locations);
  expect(requests.map(({ request, answers }) => [request.by, answers.length])).toEqual([
    [by, 0],
    [by, 0],
    [by, 0],
  ]);
  expect((await callCommand(locations, ["on"], { descent: () => descent })).stdout).toMatch(
    /^The gate is on/,
  );
});

test("without a live session nobody needs a terminal", async () => {
  const locations = freshLocations();
  const { stdout } = await callCommand(locations, ["off"], {
    descent: () => ({ ...APART, terminal: false }),
  });
  expect(stdout).toMatch(/^The gate is off/);
  expect(readRequests(locations).requests).toMatchObject([{ request: { by: "terminal" } }]);
});

test("the session of an agent that hid its variables is known where its host holds only one", async () => {
  const locations = await threeSessions();
  const descent = () => ({ ...APART, ancestors: [process.pid] });
  await callCommand(locations, ["off"], { descent });
  expect(readRequests(locations).requests).toMatchObject([{ request: { agentSession: null } }]);
  const alone = freshLocations();
  takeLease(alone.leases, sessionId("s9"), process.pid);
  await callCommand(alone, ["off"], { descent });
  expect(readRequests(alone).requests).toMatchObject([{ request: { agentSession: "s9" } }]);
});
