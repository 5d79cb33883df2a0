import { expect, test } from "vitest";
import { judgeClaims } from "#audit/claims/judge-claims.ts";
import type { SeenEvidence, SeenRun } from "#audit/claims/seen-run.ts";
import type { Delegations } from "#claude/delegations/delegation.ts";
import {
  agentClaim,
  at,
  callClaim,
  commandClaim,
  fileClaim,
  knownThread,
  placeAt,
  proseClaim,
  saidBy,
  seenEvidence,
  seenRun,
} from "#test/claim-values.ts";

/** What came of each claim: `c1 call backed`, `c2 prose unbacked denied rests c1`. */
function verdicts(said: Delegations, evidence: SeenEvidence = seenEvidence([])): readonly string[] {
  return judgeClaims(said, evidence).claims.map(({ id, claim, verdict, rests }) =>
    [
      id,
      claim.kind,
      verdict.kind,
      verdict.kind === "backed" ? "" : verdict.why,
      rests.length > 0 ? `rests ${rests}` : "",
    ]
      .filter((word) => word !== "")
      .join(" "),
  );
}

const DENIED = { end: { kind: "denied", detail: "no" } } as const;

test("nothing is claimed: nothing is judged", () => {
  expect(judgeClaims(saidBy([], { from: undefined, to: undefined }), seenEvidence([]))).toEqual({
    claims: [],
    unclaimed: [],
  });
});

test("a sub-agent without a use of a tool made it up", () => {
  expect(verdicts(saidBy([agentClaim(10)]))).toEqual(["c1 agent unbacked no-tool-use"]);
});

test("a sub-agent is judged by the best of its calls, and those of its own sub-agents", () => {
  const calls = [
    callClaim(11, { place: placeAt(11, "a1"), ...DENIED }),
    callClaim(12, { place: placeAt(12, "a2") }),
    callClaim(50, { place: placeAt(50, "a3") }),
  ];
  const agents = new Map([
    ["a1", undefined],
    ["a2", "a1"],
    ["a3", "a3"],
  ]);
  const said = saidBy([agentClaim(10, { uses: 3 }), ...calls], { agents });
  expect(verdicts(said, seenEvidence([seenRun(13)]))).toEqual([
    "c1 agent backed rests c3",
    "c2 call unbacked denied",
    "c3 call backed",
    "c4 call unbacked no-run",
  ]);
  expect(verdicts(said)[0]).toBe("c1 agent unbacked no-run rests c2,c3");
});

test("a sub-agent that called no Codex, was denied its shell, was not started, or left no transcript", () => {
  const of = (own: Parameters<typeof agentClaim>[1]) => verdicts(saidBy([agentClaim(10, own)]))[0];
  expect(of({ uses: 4, denials: ["Read"] })).toBe("c1 agent unbacked no-codex-call");
  expect(of({ uses: 4, denials: ["Bash"] })).toBe("c1 agent unbacked denied");
  expect(of({ denied: "not allowed", uses: undefined })).toBe("c1 agent unbacked denied");
  expect(of({ uses: undefined, agentId: undefined })).toBe("c1 agent unknowable agent-missing");
});

test("prose rests on what was called since a person last spoke", () => {
  const said = saidBy([callClaim(10), proseClaim(20), callClaim(40, DENIED), proseClaim(50)], {
    prompts: [at(0), at(30)],
  });
  expect(verdicts(said, seenEvidence([seenRun(11)]))).toEqual([
    "c1 call backed",
    "c2 prose backed rests c1",
    "c3 call unbacked denied",
    "c4 prose unbacked denied rests c3",
  ]);
});

test("prose in a later turn rests on an earlier backed call", () => {
  const said = saidBy([callClaim(10), callClaim(12, DENIED), proseClaim(50)], { prompts: [at(0), at(30)] });
  expect(verdicts(said, seenEvidence([seenRun(11)]))[2]).toBe("c3 prose backed rests c1");
  expect(verdicts(said)[2]).toBe("c3 prose unbacked denied rests c1,c2");
});

test("prose rests on sub-agents too", () => {
  expect(verdicts(saidBy([agentClaim(10), proseClaim(20)]))[1]).toBe(
    "c2 prose unbacked no-tool-use rests c1",
  );
});

test("in a transcript without times a thread that is there counts", () => {
  const said = saidBy([proseClaim(20, ["mine"])], { from: undefined });
  const evidence = seenEvidence([seenRun(11, { thread: "mine" })], { threads: [knownThread("mine", 10)] });
  expect(verdicts(said, evidence)).toEqual(["c1 prose partly other-run"]);
});

test("prose before any call has nothing to rest on", () => {
  const said = saidBy([proseClaim(5), callClaim(10)]);
  expect(verdicts(said, seenEvidence([seenRun(11)]))[0]).toBe("c1 prose unbacked no-call-before");
  expect(verdicts(saidBy([proseClaim(undefined)], { prompts: [] }))).toEqual([
    "c1 prose unbacked no-call-before",
  ]);
});

test("prose about what a review by the gate found, or a run that something else started", () => {
  const receipt = { id: "r1", session: "5e55", asked: false };
  const said = saidBy([proseClaim(20)]);
  expect(verdicts(said, seenEvidence([seenRun(10, { receipt })]))).toEqual(["c1 prose backed"]);
  const others = [
    seenRun(10, { receipt: { ...receipt, session: "other" } }),
    seenRun(30, { receipt }),
    seenRun(11, { cwd: "/elsewhere" }),
    seenRun(12, { cwd: undefined }),
    seenRun(13, { forged: true }),
    seenRun(-5),
    seenRun(25),
  ];
  expect(verdicts(said, seenEvidence(others))).toEqual(["c1 prose unbacked no-call-before"]);
  expect(verdicts(said, seenEvidence([seenRun(10, { cwd: "/work/sub" })]))).toEqual([
    "c1 prose partly other-run",
  ]);
});

test("prose that names a thread rests on that thread", () => {
  const known = knownThread("mine", 10);
  const said = saidBy([callClaim(10), proseClaim(20, ["mine"])]);
  expect(verdicts(said, seenEvidence([seenRun(11)]))[1]).toBe("c2 prose unbacked rollout-missing");
  expect(verdicts(said, seenEvidence([seenRun(11)], { threads: [known] }))[1]).toBe(
    "c2 prose unbacked replayed",
  );
  const run = seenRun(11, { thread: "mine" });
  expect(verdicts(said, seenEvidence([run], { threads: [known] }))[1]).toBe("c2 prose backed rests c1");
  const timeless = saidBy([proseClaim(undefined, ["mine"])]);
  expect(verdicts(timeless, seenEvidence([run], { threads: [known] }))).toEqual([
    "c1 prose unbacked replayed",
  ]);
  expect(verdicts(saidBy([proseClaim(20, ["5e55"])]))).toEqual(["c1 prose unbacked no-call-before"]);
});

test("a thread that the session did not have Codex work on stands behind no prose, whoever names it", () => {
  const threads = [knownThread("mine", 10)];
  const told = (own: Partial<SeenRun>, claims: Delegations["claims"] = [proseClaim(20, ["mine"])]) =>
    verdicts(saidBy(claims), seenEvidence([seenRun(11, { thread: "mine", ...own })], { threads })).at(-1);
  expect(told({})).toBe("c1 prose partly other-run");
  expect(told({ cwd: "/elsewhere" })).toBe("c1 prose unbacked other-cwd");
  expect(told({ forged: true })).toBe("c1 prose unbacked forged-rollout");
  const receipt = { id: "r1", session: "5e55", asked: false };
  expect(told({ receipt })).toBe("c1 prose backed");
  expect(told({ receipt, forged: true })).toBe("c1 prose unbacked forged-rollout");
  expect(told({ receipt: { ...receipt, session: "other" } })).toBe("c1 prose partly other-run");
  const call = callClaim(10);
  expect(told({ cwd: "/elsewhere" }, [call, proseClaim(20, ["mine"])])).toBe("c2 prose unbacked other-cwd");
});

test("the thread of a review that a call started stands behind prose that names it", () => {
  const said = saidBy([callClaim(10), proseClaim(20, ["child"])]);
  const review = seenRun(12, { thread: "child", parent: "thread-11", source: "subagent:review" });
  const evidence = seenEvidence([seenRun(11), review], { threads: [knownThread("child", 12)] });
  expect(verdicts(said, evidence)[1]).toBe("c2 prose backed rests c1");
});

test("prose after the output of an old thread was read replays it", () => {
  const mentions = [
    { place: placeAt(10), thread: "old" },
    { place: placeAt(undefined), thread: "timeless" },
    { place: placeAt(60), thread: "later" },
  ];
  const said = saidBy([proseClaim(20)], { mentions });
  const of = (...threads: SeenEvidence["threads"]) =>
    judgeClaims(said, seenEvidence([], { threads })).claims[0]?.verdict;
  expect(of(knownThread("old", -500), knownThread("later", -500))).toEqual({
    kind: "unbacked",
    why: "replayed",
    runs: ["old"],
  });
  expect(of(knownThread("old", 5))).toMatchObject({ why: "no-call-before" });
  expect(of({ ...knownThread("timeless", 0), lastTurn: undefined, began: undefined })).toMatchObject({
    why: "replayed",
  });
  const beginless = judgeClaims(
    { ...said, from: undefined },
    seenEvidence([], { threads: [knownThread("old", -500)] }),
  );
  expect(beginless.claims[0]?.verdict).toMatchObject({ why: "no-call-before" });
});

test("a command is backed by what followed it, before a person spoke again", () => {
  const said = saidBy([commandClaim(10), callClaim(12), commandClaim(40), callClaim(60)], {
    prompts: [at(10), at(50)],
  });
  expect(verdicts(said, seenEvidence([seenRun(13), seenRun(61)]))).toEqual([
    "c1 command backed rests c2",
    "c2 call backed",
    "c3 command unbacked no-call-after",
    "c4 call backed",
  ]);
});

test("the last command has the rest of the session to be followed", () => {
  expect(verdicts(saidBy([commandClaim(10), callClaim(60)]), seenEvidence([seenRun(61)]))[0]).toBe(
    "c1 command backed rests c2",
  );
});

test("a file that the agent wrote is Codex's where its text is", () => {
  const of = (own: Parameters<typeof fileClaim>[1], ...claims: readonly ReturnType<typeof callClaim>[]) =>
    verdicts(saidBy([...claims, fileClaim(30, own)]), seenEvidence([seenRun(11)])).at(-1);
  expect(of({})).toBe("c1 file unbacked hand-written");
  expect(of({}, callClaim(10, DENIED))).toBe("c2 file unbacked hand-written");
  expect(of({}, callClaim(10))).toBe("c2 file backed rests c1");
  expect(of({ text: "# Review\nThe whole design is wrong from the start." }, callClaim(10))).toBe(
    "c2 file partly own-words rests c1",
  );
  expect(of({ text: "ok" }, callClaim(10))).toBe("c2 file partly own-words rests c1");
  expect(of({ looksLike: "rollout" }, callClaim(10))).toBe("c2 file unbacked forged-rollout");
  expect(
    of(
      { text: "It printed exactly this line." },
      callClaim(10, { output: "- it printed: exactly this line" }),
    ),
  ).toBe("c2 file backed rests c1");
});

test("an answer that is not on record is no source of a file", () => {
  const said = saidBy([callClaim(10), fileClaim(30)]);
  expect(verdicts(said, seenEvidence([seenRun(11, { answer: undefined })])).at(-1)).toBe(
    "c2 file partly own-words rests c1",
  );
});

test("a file that could not be written claims nothing", () => {
  expect(verdicts(saidBy([fileClaim(30, { end: { kind: "denied", detail: "" } })]))).toEqual([]);
});

test("runs that nobody claims are told, but not those of the gate, of a review's own thread, or elsewhere", () => {
  const backed = seenRun(11, { thread: "mine" });
  const runs = [
    backed,
    seenRun(12, { parent: "mine" }),
    seenRun(13, { parent: "unknown" }),
    seenRun(14, { receipt: { id: "r", session: "x", asked: false }, thread: "gate" }),
    seenRun(15, { parent: "gate" }),
    seenRun(16, { cwd: "/elsewhere" }),
    seenRun(-5),
    seenRun(500),
  ];
  const { unclaimed } = judgeClaims(saidBy([callClaim(10)]), seenEvidence(runs));
  expect(unclaimed.map(({ began }) => began)).toEqual([at(13)]);
});

test("of several claims that are as good, all are named, the last one first", () => {
  const said = saidBy([callClaim(10), callClaim(20), proseClaim(40)]);
  expect(verdicts(said, seenEvidence([seenRun(11), seenRun(21)]))[2]).toBe("c3 prose backed rests c1,c2");
  const { claims } = judgeClaims(said, seenEvidence([seenRun(11), seenRun(21)]));
  expect(claims[2]?.verdict.runs).toEqual(["thread-21/turn-21"]);
});
