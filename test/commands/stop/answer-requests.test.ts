import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { parseHookInput } from "#claude/hook-input.ts";
import { takeLease } from "#codex/server/lease.ts";
import type { HookCall } from "#commands/hooks/hook-call.ts";
import { builtFile } from "#commands/installation.ts";
import { answerRequests } from "#commands/stop/answer-requests.ts";
import { saySwitched } from "#commands/stop/say-switched.ts";
import type { Locations } from "#runs/locations.ts";
import { readRequests } from "#runs/sessions/requests.ts";
import { changeSession, readSession } from "#runs/sessions/session-file.ts";
import { callCommand } from "#test/call-command.ts";
import { sessionId, sessionValue } from "#test/session-values.ts";
import { freshLocations } from "#test/state-root.ts";
import { typedTranscript } from "#test/typed-transcript.ts";

/** What is typed where nothing of that name is on PATH. */
const OWN = `node ${builtFile("countersign")}`;

/** The moment at which commands under test are called. */
const NOW = "2026-01-02T12:00:00.000Z";
const LATER = new Date("2026-01-02T12:01:00.000Z");
const NEVER = new AbortController().signal;
const UNDER_AGENT = { environment: { CLAUDECODE: "1", CLAUDE_CODE_SESSION_ID: "s1" } };

/** Files what the agent's shell runs, then lets the session's next stop answer it. */
async function answered(locations: Locations, words: readonly string[], typed: string) {
  const session = sessionValue();
  await changeSession(locations, session.session_id, () => session, NEVER);
  await callCommand(locations, words, UNDER_AGENT);
  const input = {
    session_id: "s1",
    cwd: "/work/project",
    hook_event_name: "Stop",
    transcript_path: typedTranscript(locations.root, typed, NOW),
  };
  const call: HookCall = {
    stdin: { kind: "text", text: "" },
    environment: { PATH: "/nowhere" },
    home: locations.root,
    locations,
    askedAt: LATER,
    signal: NEVER,
  };
  const { notices } = await answerRequests(
    call,
    parseHookInput("Stop", JSON.stringify(input)),
    session,
    NEVER,
  );
  const read = readSession(locations, sessionId("s1"));
  const [request] = readRequests(locations).requests;
  return {
    notices,
    outcome: request?.answers[0]?.outcome,
    session: read.kind === "session" ? read.session : undefined,
  };
}

test.each([["countersign off"], ["npx countersign off"], ["'/home/a b/launch/countersign' off"]])(
  "a person's %s switches this session off",
  async (typed) => {
    const { notices, outcome, session } = await answered(freshLocations(), ["off"], typed);
    expect(outcome).toBe("done");
    expect(session?.mode).toEqual({ gate: "off", by: "transcript", at: LATER.toISOString() });
    expect(notices).toEqual(["Countersign: `countersign off` holds from now on, as you typed it."]);
  },
);

test("a person's remove switches this session off and says how to take the hooks away", async () => {
  const { notices, outcome, session } = await answered(freshLocations(), ["remove"], "countersign remove");
  expect(outcome).toBe("done");
  expect(session?.mode?.gate).toBe("off");
  expect(notices).toEqual([
    `Countersign: as you typed \`countersign remove\`, the gate is off for this session. Its hooks are still registered: \`${OWN} remove\` in a terminal of your own takes them away.`,
  ]);
});

test.each([["echo countersign skip"], ["countersign off"], ["countersign skip; true"]])(
  "%s is no person's word for a skip: it changes nothing and is shown",
  async (typed) => {
    const locations = freshLocations();
    mkdirSync(locations.launch);
    writeFileSync(join(locations.launch, "countersign"), "", { mode: 0o755 });
    const { notices, outcome, session } = await answered(locations, ["skip", "--why", "it's fine"], typed);
    expect(outcome).toBe("refused");
    expect([session?.skipNext, session?.mode]).toEqual([undefined, undefined]);
    expect(notices).toEqual([
      `Countersign: the agent ran \`countersign skip --why 'it'\\''s fine'\`, which only a person may ask for; nothing was changed. Type \`${locations.launch}/countersign skip --why 'it'\\''s fine'\` yourself behind \`!\`, or in a terminal of your own.`,
    ]);
  },
);

test("what a program without a terminal asked for is refused too, and said to be its", async () => {
  const locations = freshLocations();
  const session = sessionValue();
  await changeSession(locations, session.session_id, () => session, NEVER);
  takeLease(locations.leases, session.session_id, process.pid);
  const descent = () => ({ ancestors: [], fromAgentShell: false, terminal: false });
  expect((await callCommand(locations, ["off"], { descent })).stdout).toContain("without a terminal");
  const call: HookCall = {
    stdin: { kind: "text", text: "" },
    environment: { PATH: "/nowhere" },
    home: locations.root,
    locations,
    askedAt: LATER,
    signal: NEVER,
  };
  const input = parseHookInput("Stop", JSON.stringify({ session_id: "s1", cwd: "/work/project" }));
  const { notices } = await answerRequests(call, input, session, NEVER);
  expect(notices).toEqual([expect.stringContaining("a program without a terminal ran `countersign off`")]);
  expect(readRequests(locations).requests[0]?.answers).toMatchObject([{ outcome: "refused" }]);
});

test("that the gate was switched off from a terminal is said once", async () => {
  const locations = freshLocations();
  const off = { gate: "off", by: "terminal", at: NOW } as const;
  const session = sessionValue({ mode: off });
  await changeSession(locations, session.session_id, () => session, NEVER);
  const where = { locations, command: "countersign" };
  const first = await saySwitched(where, session, NEVER);
  expect(first.notices).toEqual([
    expect.stringContaining("it was switched off from a terminal at 2026-01-02 12:00 UTC"),
  ]);
  expect((await saySwitched(where, first.session, NEVER)).notices).toEqual([]);
});
