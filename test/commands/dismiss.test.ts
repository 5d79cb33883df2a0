import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, expect, onTestFinished, test } from "vitest";
import { parseHookInput } from "#claude/hook-input.ts";
import { builtFile } from "#commands/installation.ts";
import { answerRequests } from "#commands/stop/answer-requests.ts";
import type { CheckedFinding } from "#gate/verdict/finding.ts";
import type { Locations } from "#runs/locations.ts";
import { writeReceipt } from "#runs/receipts/receipts.ts";
import { dismissals } from "#runs/sessions/dismissals.ts";
import { readRequests } from "#runs/sessions/requests.ts";
import { changeSession } from "#runs/sessions/session-file.ts";
import { callCommand } from "#test/call-command.ts";
import { countingFinding, reviewFinding } from "#test/review-values.ts";
import { makeRepository, type ScratchRepository } from "#test/scratch-repository.ts";
import { A_TREE, receiptDraft, sessionId, sessionValue } from "#test/session-values.ts";
import { freshLocations } from "#test/state-root.ts";
import { typedTranscript } from "#test/typed-transcript.ts";

/** What is typed where nothing of that name is on PATH. */
const OWN = `node ${builtFile("countersign")}`;

const AT = "2026-01-02T12:00:00.000Z";
const LATER = new Date("2026-01-02T12:01:00.000Z");
const NEVER = new AbortController().signal;
const UNDER_AGENT = { environment: { CLAUDECODE: "1", CLAUDE_CODE_SESSION_ID: "s1" } };
const OPEN = countingFinding({}, "aaaaaa111111");
const ALIKE = countingFinding({ title: "Leaks a handle" }, "aaaaaa222222");
const EARLIER = countingFinding({ title: "Drops a row", severity: "critical" }, "bbbbbb333333");
const UNPROVED: CheckedFinding = {
  status: "unverified",
  id: "cccccc444444",
  finding: reviewFinding(),
  doubt: "quote-not-found",
};

let locations: Locations;
let repository: ScratchRepository;
let common: string;

/** A session whose last review left two findings open, and an earlier receipt of the same repository. */
beforeEach(async () => {
  locations = freshLocations();
  repository = makeRepository();
  onTestFinished(() => repository.remove());
  repository.commit("Begin");
  common = join(repository.root, ".git");
  await recordSession("s1", repository.root, [OPEN, ALIKE, UNPROVED]);
  const draft = receiptDraft({ findings: [EARLIER], repository: { root: repository.root, head: null } });
  await writeReceipt(locations, sessionId("s0"), draft, NEVER);
});

async function recordSession(id: string, root: string, findings: readonly CheckedFinding[]): Promise<void> {
  const rules = { excludes: "", attributes: "", filters: "" };
  const snapshot = { tree: A_TREE, head: null, opaque: [], rules };
  const session = sessionValue({
    session_id: sessionId(id),
    cwd: root,
    baseline: { root, store: "/s", snapshot, takenAt: AT, why: "start" },
    review: {
      threadId: "t1",
      round: 1,
      fingerprint: "f",
      snapshot,
      at: AT,
      findings: [...findings],
      promptId: null,
    },
  });
  await changeSession(locations, session.session_id, () => session, NEVER);
}

async function dismiss(words: readonly string[], own: Parameters<typeof callCommand>[2] = {}) {
  return await callCommand(locations, ["dismiss", ...words], { cwd: repository.root, ...own });
}

function dismissed(): Readonly<Record<string, string>> {
  return Object.fromEntries([...dismissals(locations, common)].map(([id, { why }]) => [id, why]));
}

test("a person's dismissal acts at once, and its request and answer are the journal", async () => {
  const { code, stdout, stderr } = await dismiss(["aaaaaa1", "--why", "the caller checks it"]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  expect(stdout).toBe(
    "Dismissed: [high] src/total.ts:5 The loop reads one past the end (aaaaaa111111). It does not block again in this repository while its lines stay as they are. `countersign dismiss aaaaaa111111 --undo` takes this back.\n",
  );
  expect([...dismissals(locations, common)]).toEqual([
    ["aaaaaa111111", { why: "the caller checks it", at: AT, finding: OPEN.finding, line: 5 }],
  ]);
  expect(readRequests(locations).requests).toMatchObject([
    {
      request: {
        ask: { kind: "dismiss", finding: "aaaaaa111111", repository: common },
        by: "terminal",
        tty: false,
      },
      answers: [{ session: null, outcome: "done", at: AT }],
    },
  ]);
});

test("--json names the request and the finding", async () => {
  const done = await dismiss(["bbbbbb", "--why", "x", "--json"]);
  const [first] = readRequests(locations).requests;
  expect(JSON.parse(done.stdout)).toEqual({
    schema: "countersign/dismiss/1",
    kind: "done",
    request: first?.request.id,
    finding: "bbbbbb333333",
    dismissed: true,
  });
  const filed = await dismiss(["bbbbbb", "--why", "x", "--json"], UNDER_AGENT);
  expect(JSON.parse(filed.stdout)).toMatchObject({ schema: "countersign/dismiss/1", kind: "filed" });
});

test("it holds in every work tree of the repository, and in no other repository", async () => {
  const linked = join(repository.beside, "linked");
  repository.git("worktree", "add", "--quiet", linked);
  const inner = join(linked, "deep");
  mkdirSync(inner);
  expect(await dismiss(["aaaaaa1", "--why", "x"], { cwd: inner })).toMatchObject({ code: 0 });
  expect(dismissed()).toEqual({ aaaaaa111111: "x" });

  const other = makeRepository();
  onTestFinished(() => other.remove());
  expect(dismissals(locations, join(other.root, ".git")).size).toBe(0);
  expect(await dismiss(["aaaaaa1", "--why", "x"], { cwd: other.root })).toEqual({
    code: 2,
    stdout: "",
    stderr: 'countersign: no finding "aaaaaa1" is on record for this repository; no finding is open here\n',
  });
  const session = { cwd: other.root };
  expect(await dismiss(["aaaaaa2", "--why", "y", "--session", "s1"], session)).toMatchObject({ code: 0 });
  expect(dismissed()).toEqual({ aaaaaa111111: "x", aaaaaa222222: "y" });
});

test("a finding of a work tree that is gone or broken is none of this repository's", async () => {
  const broken = join(repository.beside, "broken");
  mkdirSync(broken);
  repository.write("../beside/broken/.git", "gitdir: /nowhere\n");
  await recordSession("s2", broken, [countingFinding({}, "dddddd555555")]);
  await recordSession("s3", join(repository.beside, "gone"), [countingFinding({}, "dddddd666666")]);
  expect((await dismiss(["dddddd", "--why", "x"])).stderr).toContain('no finding "dddddd" is on record');
});

test.each([
  ["zzzzzz", 'no finding "zzzzzz" is on record for this repository'],
  ["cccccc", 'no finding "cccccc" is on record for this repository'],
  ["aaaaaa", '2 findings begin with "aaaaaa": aaaaaa111111, aaaaaa222222'],
  ["aaaaa", "name a finding by at least 6 characters of its id"],
])("%s names no finding: what is open here is listed, and nothing is done", async (name, why) => {
  const { code, stderr } = await dismiss([name, "--why", "x"]);
  expect(code).toBe(2);
  expect(stderr).toBe(
    `countersign: ${why}; open here:\n  [high] src/total.ts:5 The loop reads one past the end (aaaaaa111111)\n  [high] src/total.ts:5 Leaks a handle (aaaaaa222222)\n`,
  );
  expect(readRequests(locations).requests).toEqual([]);
});

test("what is dismissed is not listed as open, and a long list is cut", async () => {
  await dismiss(["aaaaaa1", "--why", "x"]);
  expect((await dismiss(["zzzzzz", "--why", "x"])).stderr).toMatch(
    /open here:\n {2}\[high\] [^[]*\(aaaaaa222222\)\n$/,
  );
  const many = Array.from({ length: 12 }, (_none, index) => countingFinding({}, `eeeeee${index}`));
  await recordSession("s2", repository.root, many);
  expect((await dismiss(["zzzzzz", "--why", "x"])).stderr).toMatch(/\(eeeeee8\)\n {2}and 3 more\n$/);
});

test.each([
  [
    "no reason",
    ["aaaaaa1"],
    "say why, for it stands in every later receipt: countersign dismiss aaaaaa1 --why",
  ],
  [
    "an empty reason",
    ["aaaaaa1", "--why", " "],
    "say why, for it stands in every later receipt: countersign dismiss aaaaaa1 --why",
  ],
  ["no finding", ["--why", "x"], "name a finding by at least 6 characters"],
  ["an unknown session", ["aaaaaa1", "--why", "x", "--session", "s9"], "session s9 is not known"],
])("%s is an error", async (_what, words, why) => {
  const { code, stderr } = await dismiss(words);
  expect(code).toBe(2);
  expect(stderr).toContain(why);
  expect(dismissed()).toEqual({});
});

test("outside of any repository there is nothing to dismiss", async () => {
  const { code, stderr } = await dismiss(["aaaaaa1", "--why", "x"], { cwd: repository.beside });
  expect(code).toBe(2);
  expect(stderr).toBe(`countersign: ${repository.beside} is in no git repository\n`);
});

test("--undo takes it back, also under an agent, for that makes the gate stricter", async () => {
  await dismiss(["aaaaaa1", "--why", "x"]);
  await dismiss(["bbbbbb", "--why", "y"]);
  expect(await dismiss(["aaaaaa", "--undo"], { now: LATER })).toMatchObject({
    code: 0,
    stdout: "Finding aaaaaa111111 is no longer dismissed.\n",
  });
  expect(dismissed()).toEqual({ bbbbbb333333: "y" });
  expect((await dismiss(["aaaaaa1", "--undo"])).stderr).toBe(
    'countersign: "aaaaaa1" names no dismissal here; dismissed: bbbbbb333333\n',
  );
  expect((await dismiss(["bbbbb", "--undo"])).code).toBe(2);
  const undone = await dismiss(["bbbbbb", "--undo", "--json"], { ...UNDER_AGENT, now: LATER });
  expect(JSON.parse(undone.stdout)).toMatchObject({
    kind: "done",
    finding: "bbbbbb333333",
    dismissed: false,
  });
  expect(dismissed()).toEqual({});
  expect((await dismiss(["bbbbbb", "--undo"])).stderr).toContain("nothing is dismissed");
  await dismiss(["bbbbbb", "--why", "again"], { now: new Date("2026-01-03T12:00:00.000Z") });
  expect(dismissed()).toEqual({ bbbbbb333333: "again" });
});

/** Lets the next stop of the session answer what was filed; `typed` is what a person typed behind `!`. */
async function nextStop(typed: string) {
  const input = {
    session_id: "s1",
    cwd: repository.root,
    hook_event_name: "Stop",
    transcript_path: typedTranscript(locations.root, typed, AT),
  };
  const call = {
    stdin: { kind: "text", text: "" },
    environment: { PATH: "/nowhere" },
    home: locations.root,
    locations,
    askedAt: LATER,
    signal: NEVER,
  } as const;
  const session = sessionValue({ session_id: sessionId("s1") });
  return await answerRequests(call, parseHookInput("Stop", JSON.stringify(input)), session, NEVER);
}

test("under an agent it is only filed, and an agent's own attempt is refused and shown", async () => {
  const { code, stdout } = await dismiss(["aaaaaa1", "--why", "a false alarm"], UNDER_AGENT);
  expect(code).toBe(0);
  expect(stdout).toMatch(/^Filed: dismiss\. It holds from the next stop on, if the transcript/);
  expect(dismissed()).toEqual({});
  const { notices } = await nextStop("echo hello");
  expect(notices).toEqual([
    `Countersign: the agent ran \`countersign dismiss aaaaaa1 --why 'a false alarm'\`, which only a person may ask for; nothing was changed. Type \`${OWN} dismiss aaaaaa1 --why 'a false alarm'\` yourself behind \`!\`, or in a terminal of your own.`,
  ]);
  expect(dismissed()).toEqual({});
  expect(readRequests(locations).requests).toMatchObject([
    { request: { by: "agent-shell", agentSession: "s1" }, answers: [{ session: "s1", outcome: "refused" }] },
  ]);
});

test("what a person typed behind `!` holds from the next stop on", async () => {
  await dismiss(["aaaaaa1", "--why", "a false alarm"], UNDER_AGENT);
  const { notices, session } = await nextStop('countersign dismiss aaaaaa1 --why "a false alarm"');
  expect(notices).toEqual([
    "Countersign: `countersign dismiss aaaaaa1 --why 'a false alarm'` holds from now on, as you typed it.",
  ]);
  expect(dismissed()).toEqual({ aaaaaa111111: "a false alarm" });
  expect([session.skipNext, session.mode]).toEqual([undefined, undefined]);
});

test("an agent's attempt leaves its trace even where it names no finding", async () => {
  const { code } = await dismiss(["zzzzzz", "--why", "x"], UNDER_AGENT);
  expect(code).toBe(2);
  expect(readRequests(locations).requests).toMatchObject([
    {
      request: { ask: { kind: "dismiss", finding: "zzzzzz", about: null }, by: "agent-shell" },
      answers: [{ session: null, outcome: "refused" }],
    },
  ]);
  expect((await nextStop("countersign dismiss zzzzzz --why x")).notices).toEqual([]);
  expect(dismissed()).toEqual({});
});
