import { expect, test } from "vitest";
import { judgeCalls } from "#audit/claims/judge-calls.ts";
import type { SeenEvidence } from "#audit/claims/seen-run.ts";
import { RunId } from "#runs/records/run-record.ts";
import { at, callClaim, knownThread, seenEvidence, seenRun } from "#test/claim-values.ts";

const RECORD = RunId.parse("20260102T030010000Z-00000001");
const RECEIPT = { id: "r1", session: "5e55", asked: true };

/** What came of each call: `backed thread-10/turn-10`, `unbacked no-run`. */
function verdicts(
  claims: readonly ReturnType<typeof callClaim>[],
  evidence: SeenEvidence,
): readonly string[] {
  return judgeCalls(
    claims.map((claim) => ({ claim })),
    evidence,
    at(100),
  ).map(({ verdict }) =>
    [verdict.kind, verdict.kind === "backed" ? "" : verdict.why, ...verdict.runs]
      .filter((word) => word !== "")
      .join(" "),
  );
}

test("a call is backed by the turn that began while it ran, in its folder and with its prompt", () => {
  const [judged] = judgeCalls([{ claim: callClaim(10) }], seenEvidence([seenRun(11)]), at(100));
  expect(judged?.verdict).toEqual({ kind: "backed", runs: ["thread-11/turn-11"] });
  expect(judged?.checks.map(({ name, result }) => `${name} ${result}`)).toEqual([
    "time holds",
    "thread unknown",
    "cwd holds",
    "prompt holds",
    "source holds",
    "end holds",
    "not-forged holds",
  ]);
});

test("turns before and after it are not its own", () => {
  expect(verdicts([callClaim(10)], seenEvidence([seenRun(5), seenRun(40)]))).toEqual(["unbacked no-run"]);
});

test("one in the background may begin later, also where nothing tells of its end", () => {
  const claim = callClaim(10, { end: { kind: "background" }, endedAt: undefined });
  expect(verdicts([claim], seenEvidence([seenRun(90)]))).toEqual(["backed thread-90/turn-90"]);
  const timeless = { ...claim, place: { ...claim.place, at: undefined } };
  expect(
    judgeCalls([{ claim: timeless }], seenEvidence([seenRun(90)]), at(100))[0]?.checks[0]?.detail,
  ).toContain("unknown time");
});

test("one that was detached begins after its command has ended", () => {
  const claim = callClaim(10, { call: { detached: true }, endedAt: at(11) });
  expect(verdicts([claim], seenEvidence([seenRun(60)]))).toEqual(["backed thread-60/turn-60"]);
});

test("one run backs one call, and the call that has its thread or prompt comes first", () => {
  const loose = callClaim(10, { call: { prompt: { kind: "unknown" } }, endedAt: at(50) });
  const exact = callClaim(12, { endedAt: at(50) });
  expect(verdicts([loose, exact], seenEvidence([seenRun(13)]))).toEqual([
    "unbacked taken thread-13/turn-13",
    "backed thread-13/turn-13",
  ]);
  const other = seenRun(14, { prompts: ["explain the parser"] });
  expect(verdicts([loose, exact], seenEvidence([seenRun(13), other]))).toEqual([
    "backed thread-14/turn-14",
    "backed thread-13/turn-13",
  ]);
  const same = [exact, callClaim(11, { endedAt: at(30) })];
  expect(verdicts(same, seenEvidence([seenRun(15), seenRun(45)]))).toEqual([
    "backed thread-45/turn-45",
    "backed thread-15/turn-15",
  ]);
});

test("a thread that the output names decides", () => {
  const claim = callClaim(10, { threads: ["mine"] });
  const runs = [seenRun(11), seenRun(12, { thread: "mine", prompts: ["something else"], source: "vscode" })];
  expect(verdicts([claim], seenEvidence(runs))).toEqual(["backed mine/turn-12"]);
  const other = seenRun(11, { prompts: ["something else"] });
  expect(verdicts([claim], seenEvidence([other]))).toEqual(["unbacked rollout-missing"]);
});

test("a thread in the output that is nowhere does not speak against the run that has the prompt", () => {
  const claim = callClaim(10, { threads: ["a-session-of-something-else"] });
  expect(verdicts([claim], seenEvidence([seenRun(11)]))).toEqual(["backed thread-11/turn-11"]);
  const threads = [knownThread("a-session-of-something-else", -500)];
  expect(verdicts([claim], seenEvidence([seenRun(11)], { threads }))).toEqual([
    "unbacked replayed a-session-of-something-else",
  ]);
});

test("a plugin and a command of ours may work at the top of the repository, Codex itself does not", () => {
  const run = seenRun(11, { source: "vscode" });
  const task = callClaim(10, { call: { program: "companion", verb: "task", folder: "/work/sub" } });
  expect(verdicts([task], seenEvidence([run]))).toEqual(["backed thread-11/turn-11"]);
  const exec = callClaim(10, { call: { folder: "/work/sub" } });
  expect(verdicts([exec], seenEvidence([seenRun(11)]))).toEqual(["unbacked other-cwd thread-11/turn-11"]);
  const beside = callClaim(10, { call: { program: "companion", verb: "task", folder: "/workshop" } });
  expect(verdicts([beside], seenEvidence([run]))).toEqual(["unbacked other-cwd thread-11/turn-11"]);
});

test("a loop may have several", () => {
  const claim = callClaim(10, { call: { repeats: true }, endedAt: at(30) });
  expect(verdicts([claim], seenEvidence([seenRun(11), seenRun(12)]))).toEqual([
    "backed thread-11/turn-11 thread-12/turn-12",
  ]);
});

test("a run that failed, was broken off or has no end backs it partly", () => {
  const of = (end: "failed" | "interrupted" | "unknown") =>
    verdicts([callClaim(10)], seenEvidence([seenRun(11, { end, detail: "why" })]))[0];
  expect([of("failed"), of("interrupted"), of("unknown")]).toEqual([
    "partly run-failed thread-11/turn-11",
    "partly run-interrupted thread-11/turn-11",
    "partly run-unfinished thread-11/turn-11",
  ]);
});

test("a run with another prompt backs it partly", () => {
  const run = seenRun(11, { prompts: ["explain the parser"] });
  expect(verdicts([callClaim(10)], seenEvidence([run]))).toEqual(["partly other-prompt thread-11/turn-11"]);
});

test("denied, not started, failed, elsewhere, ephemeral, a server: each is told", () => {
  const evidence = seenEvidence([]);
  const of = (...own: Parameters<typeof callClaim> extends [number, ...infer R] ? R : never) =>
    verdicts([callClaim(10, ...own)], evidence)[0];
  expect(of({ end: { kind: "denied", detail: "no" } })).toBe("unbacked denied");
  expect(of({ end: { kind: "not-started", detail: "no" } })).toBe("unbacked not-started");
  expect(of({ end: { kind: "failed", exitCode: 1, detail: "no" } })).toBe("unbacked call-failed");
  expect(of({ call: { elsewhere: true } })).toBe("unknowable elsewhere");
  expect(of({ call: { ephemeral: true } })).toBe("unknowable ephemeral");
  expect(of({ call: { verb: "app-server" } })).toBe("unknowable server");
});

test("what was denied is never backed, whatever else ran", () => {
  const claim = callClaim(10, { end: { kind: "denied", detail: "no" } });
  expect(verdicts([claim], seenEvidence([seenRun(11)]))).toEqual(["unbacked denied"]);
});

test("a run of that time in another folder is another run", () => {
  const run = seenRun(11, { cwd: "/elsewhere" });
  expect(verdicts([callClaim(10)], seenEvidence([run]))).toEqual(["unbacked other-cwd thread-11/turn-11"]);
  expect(verdicts([callClaim(10, { call: { folder: undefined } })], seenEvidence([run]))).toEqual([
    "backed thread-11/turn-11",
  ]);
  expect(verdicts([callClaim(10)], seenEvidence([seenRun(11, { cwd: undefined })]))).toEqual([
    "backed thread-11/turn-11",
  ]);
});

test("an old thread that is shown again had no turn at that time", () => {
  const threads = [knownThread("old", -500)];
  const shown = callClaim(10, { threads: ["old"] });
  expect(verdicts([shown], seenEvidence([], { threads }))).toEqual(["unbacked replayed old"]);
  const resumed = callClaim(10, { call: { resumes: "old", ephemeral: true } });
  expect(verdicts([resumed], seenEvidence([seenRun(11, { cwd: "/x" })], { threads }))).toEqual([
    "unbacked replayed old",
  ]);
});

test("a thread that had a turn at that time in another folder was not replayed", () => {
  const evidence = seenEvidence([seenRun(11, { thread: "old", cwd: "/x" })], {
    threads: [knownThread("old", -500)],
  });
  expect(verdicts([callClaim(10, { threads: ["old"] })], evidence)).toEqual([
    "unbacked other-cwd old/turn-11",
  ]);
});

test("an old thread that is resumed has a turn at that time", () => {
  const claim = callClaim(10, { call: { verb: "exec resume", resumes: "old", prompt: { kind: "unknown" } } });
  const evidence = seenEvidence([seenRun(11), seenRun(12, { thread: "old" })], {
    threads: [knownThread("old", -500)],
  });
  expect(verdicts([claim], evidence)).toEqual(["backed old/turn-12"]);
  const last = callClaim(10, { call: { verb: "exec resume", resumes: "last" } });
  expect(verdicts([last], seenEvidence([seenRun(11)]))).toEqual(["backed thread-11/turn-11"]);
});

test("runs of another kind are not taken: servers, records, reviews of the gate, threads of a review", () => {
  const of = (own: Parameters<typeof seenRun>[1], call: Parameters<typeof callClaim>[1] = {}) =>
    verdicts([callClaim(10, call)], seenEvidence([seenRun(11, own)]))[0];
  expect(of({ source: "vscode" })).toBe("unbacked no-run");
  expect(of({ source: undefined, originator: undefined })).toBe("backed thread-11/turn-11");
  expect(of({ source: "subagent:review" })).toBe("unbacked no-run");
  expect(of({ record: RECORD })).toBe("unbacked no-run");
  expect(of({ receipt: RECEIPT })).toBe("unbacked no-run");
  expect(of({ forged: true })).toBe("unbacked no-run");
  expect(of({ source: "vscode" }, { call: { program: "companion", verb: "task" } })).toBe(
    "backed thread-11/turn-11",
  );
  expect(of({ source: "mcp" }, { via: "tool", call: { program: "tool", verb: "mcp__codex__codex" } })).toBe(
    "backed thread-11/turn-11",
  );
});

test("commands of ours are backed by their records and receipts alone", () => {
  const exec = callClaim(10, { call: { program: "countersign" } });
  const review = callClaim(10, { call: { program: "countersign", verb: "review", prompt: { kind: "own" } } });
  const run = seenRun(11, { source: "vscode" });
  expect(verdicts([exec], seenEvidence([run]))).toEqual(["unbacked no-run"]);
  expect(verdicts([exec], seenEvidence([{ ...run, record: RECORD }]))).toEqual(["backed thread-11/turn-11"]);
  expect(verdicts([review], seenEvidence([{ ...run, record: RECORD }]))).toEqual(["unbacked no-run"]);
  expect(verdicts([review], seenEvidence([{ ...run, receipt: RECEIPT }]))).toEqual([
    "backed thread-11/turn-11",
  ]);
  expect(verdicts([review], seenEvidence([{ ...run, receipt: { ...RECEIPT, asked: false } }]))).toEqual([
    "unbacked no-run",
  ]);
  const bare = seenRun(11, { record: RECORD });
  expect(
    verdicts(
      [callClaim(10, { threads: ["x"], call: { program: "countersign" } })],
      seenEvidence([{ ...bare, thread: undefined }]),
    ),
  ).toEqual(["backed thread-11/turn-11"]);
});

test("where a home cannot be read, nothing can be said", () => {
  const homes = [{ path: "/q", why: [], state: "unreadable", detail: "EACCES" } as const];
  expect(verdicts([callClaim(10)], seenEvidence([], { homes }))).toEqual(["unknowable home-unreadable"]);
});
