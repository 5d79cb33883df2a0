import { expect, test } from "vitest";
import type { RecordEvidence } from "#audit/evidence/evidence.ts";
import { judgeRecord } from "#audit/evidence/judge-record.ts";
import type { RunClaims } from "#audit/evidence/run-claims.ts";
import { canonicalJson } from "#base/json.ts";
import type { RolloutFacts } from "#codex/rollout/rollout-facts.ts";
import type { TurnFacts } from "#codex/rollout/turn-facts.ts";
import {
  claimsValue,
  evidenceValue,
  factsValue,
  headValue,
  rolloutValue,
  sealValue,
  textValue,
  turnValue,
} from "#test/evidence-values.ts";
import { reviewText } from "#test/rollout-text.ts";

const RECORD = { name: "record", result: "holds", detail: "as the ledger has it", silent: false } as const;
const FINDING = {
  title: "t",
  severity: "high",
  kind: "fact",
  file: "a.ts",
  side: "new",
  line_start: 1,
  line_end: 1,
  quote: "q",
  failure_path: "f",
  recommendation: "r",
} as const;

function judge(claims: Partial<RunClaims>, own: Partial<RecordEvidence> = {}) {
  return judgeRecord(claimsValue(claims), evidenceValue({ checks: [RECORD], ...own }));
}

/** Judges the claims by a rollout of these turns, and returns the standing with what does not hold. */
function told(
  claims: Partial<RunClaims>,
  turns: readonly Partial<TurnFacts>[] = [{}],
  facts: Partial<RolloutFacts> = {},
) {
  const rollout = rolloutValue({ facts: factsValue(turns.map(turnValue), facts) });
  const { standing, checks } = judge(claims, { rollouts: [rollout] });
  const open = checks.filter(({ result }) => result !== "holds");
  return [standing, ...open.map(({ name, result, silent }) => `${name} ${silent ? "silent" : result}`)];
}

test("what fits in every point is proven, and each point is told by its name", () => {
  const { standing, checks } = judge({});
  expect(standing).toBe("proven");
  expect(checks.map(({ name }) => name).join(" ")).toBe(
    "record rollout thread turns end time folder home version provider model effort sandbox prompt answer responses tokens commands",
  );
  expect(checks.every(({ result }) => result === "holds")).toBe(true);
});

test.each<
  readonly [string, Partial<RunClaims>, readonly Partial<TurnFacts>[], Partial<RolloutFacts>, string]
>([
  ["another thread", { threadId: "thread-1" }, [{}], { head: headValue({ threadId: "thread-2" }) }, "thread"],
  ["a turn that is not there", { turnIds: ["turn-9"] }, [{}], {}, "turns"],
  ["a turn twice", { turnIds: ["turn-1", "turn-1"] }, [{}], {}, "turns"],
  ["turns in another order", { turnIds: ["turn-2", "turn-1"] }, [{}, { id: "turn-2" }], {}, "turns"],
  ["a copied turn", {}, [{ inherited: true }], {}, "turns"],
  ["a turn that failed", {}, [{ end: { kind: "failed", detail: "no", reason: "other" } }], {}, "end"],
  ["a turn without an end", {}, [{ end: { kind: "none" } }], {}, "end"],
  ["an interrupted one", {}, [{ end: { kind: "interrupted", reason: "by us" } }], {}, "end"],
  ["a turn that did end well", { completed: false }, [{}], {}, "end"],
  [
    "a turn before the run",
    { began: Date.parse("2026-01-02T04:00:00Z"), ended: Date.parse("2026-01-02T05:00:00Z") },
    [{}],
    {},
    "time",
  ],
  ["a turn after the run", { ended: Date.parse("2026-01-01T00:00:00Z") }, [{}], {}, "time"],
  [
    "an id from another time",
    { turnIds: ["01a20104-0b3c-7701-9d2a-4dcbff621ea5"] },
    [{ id: "01a20104-0b3c-7701-9d2a-4dcbff621ea5" }],
    {},
    "time",
  ],
  ["a moment that is no date", {}, [{ firstAt: -9e15 }], {}, "time"],
  ["another folder", { cwd: "/work/other" }, [{}], {}, "folder"],
  ["another folder of the turn", {}, [{ cwd: "/work/other" }], {}, "folder"],
  ["another home", { codexHome: "/other" }, [{}], {}, "home"],
  ["a home whose name begins alike", { codexHome: "/cod" }, [{}], {}, "home"],
  ["another version", { cliVersion: "0.168.0" }, [{}], {}, "version"],
  ["another provider", { modelProvider: "x" }, [{}], {}, "provider"],
  ["another model", { model: "x" }, [{}], {}, "model"],
  ["another effort", { effort: "high" }, [{}], {}, "effort"],
  ["more rights", {}, [{ sandbox: { kind: "writable", detail: "workspace-write" } }], {}, "sandbox"],
  ["less rights", { sandbox: "workspace-write" }, [{}], {}, "sandbox"],
  ["another prompt", {}, [{ prompts: [textValue("other")] }], {}, "prompt"],
  ["one more message", {}, [{ prompts: [textValue("Review this."), textValue("and that")] }], {}, "prompt"],
  ["no message", {}, [{ prompts: [] }], {}, "prompt"],
  ["another answer", {}, [{ answer: textValue("x") }], {}, "answer"],
  ["no answer on record", {}, [{ answer: undefined }], {}, "answer"],
  ["an answer that was denied", { answer: { kind: "none" } }, [{}], {}, "answer"],
  ["a target of no review", {}, [{ review: { target: undefined } }], {}, "target"],
  ["another response", { responseIds: ["resp_2"] }, [{}], {}, "responses"],
  ["a response less", { responseIds: [] }, [{}], {}, "responses"],
  ["a response of none", { responseIds: ["resp_1"] }, [{ responseIds: [] }], {}, "responses"],
  ["other tokens", { tokens: { input: 2, cachedInput: 0, output: 1, reasoning: 0 } }, [{}], {}, "tokens"],
  ["tokens of none", {}, [{ usage: undefined }], {}, "tokens"],
  ["another command", { commands: [{ command: "git log", exitCode: 0 }] }, [{}], {}, "commands"],
  ["another exit code", { commands: [{ command: "git show", exitCode: 1 }] }, [{}], {}, "commands"],
  ["a command more", { commands: [] }, [{}], {}, "commands"],
  ["a command less", {}, [{ commands: [] }], {}, "commands"],
])("%s contradicts the record", (_, claims, turns, facts, check) => {
  const [standing, ...open] = told(claims, turns, facts);
  expect(standing).toBe("contradicted");
  expect(open.filter((one) => one.endsWith("fails"))[0]).toBe(`${check} fails`);
});

test.each<
  readonly [string, Partial<RunClaims>, readonly Partial<TurnFacts>[], Partial<RolloutFacts>, string]
>([
  ["no first line", {}, [{}], { head: undefined }, "thread unknown"],
  ["no turn is claimed", { turnIds: [] }, [{}], {}, "turns unknown"],
  [
    "a turn may stand where nothing can be read",
    { turnIds: ["turn-9"] },
    [{}],
    { turnsLeftOut: 1 },
    "turns unknown",
  ],
  [
    "a completed turn that has no answer (0.140)",
    { answer: { kind: "none" } },
    [{ end: { kind: "completed-or-failed" }, answer: undefined }],
    {},
    "end unknown",
  ],
  ["no moments are claimed", { began: undefined }, [{}], {}, "time unknown"],
  ["no line has a moment", {}, [{ firstAt: undefined, lastAt: undefined }], {}, "time unknown"],
  [
    "no folder is on record",
    {},
    [{ cwd: undefined }],
    { head: headValue({ cwd: undefined }) },
    "folder unknown",
  ],
  ["no version is on record", {}, [{}], { head: headValue({ cliVersion: undefined }) }, "version unknown"],
  ["no model is on record", {}, [{ model: undefined }], {}, "model unknown"],
  [
    "no sandbox is on record",
    {},
    [{ sandbox: { kind: "unknown" }, sandboxPolicy: undefined }],
    {},
    "sandbox unknown",
  ],
  [
    "a prompt may stand where nothing can be read",
    {},
    [{ prompts: [] }],
    { turnsLeftOut: 1 },
    "prompt unknown",
  ],
  ["an answer likewise", {}, [{ answer: undefined }], { turnsLeftOut: 1 }, "answer unknown"],
  [
    "responses that were left out",
    { responseIds: ["resp_0", "resp_1"] },
    [{ leftOut: 1 }],
    {},
    "responses unknown",
  ],
  ["commands that were left out", {}, [{ leftOut: 1 }], {}, "commands unknown"],
  [
    "tokens where lines are missing",
    {},
    [{}],
    { unread: [{ why: "out-of-order", lines: 1, firstAt: 9 }] },
    "tokens unknown",
  ],
])("where %s, the record is plausible at most", (_, claims, turns, facts, check) => {
  const [standing, ...open] = told(claims, turns, facts);
  expect(standing).toBe("plausible");
  expect(open).toContain(check);
});

test("what nobody could know takes nothing away", () => {
  expect(told({ responseIds: [] }, [{ responseIds: [] }])).toEqual(["proven", "responses silent"]);
  const resumed = { resumed: true, cliVersion: "0.170.0", modelProvider: "other" };
  expect(told(resumed)).toEqual(["proven", "version silent", "provider silent"]);
  const verdict = { kind: "verdict", nonce: "n1", decision: null, findings: [] } as const;
  expect(told({ answer: verdict })).toEqual(["proven", "answer silent"]);
});

test("what is not claimed is not listed", () => {
  const nothing = {
    cwd: undefined,
    codexHome: undefined,
    cliVersion: undefined,
    model: undefined,
    modelProvider: undefined,
    effort: undefined,
    sandbox: undefined,
    tokens: undefined,
    prompt: undefined,
    answer: { kind: "unclaimed" },
    source: "gate-review",
  } as const;
  expect(
    judge(nothing)
      .checks.map(({ name }) => name)
      .join(" "),
  ).toBe("record rollout thread turns end time responses commands");
  expect(judge(nothing).standing).toBe("proven");
});

test.each([
  ["version", { cliVersion: undefined }],
  ["provider", { modelProvider: undefined }],
  ["model", { model: undefined }],
  ["effort", { effort: undefined }],
  ["sandbox", { sandbox: undefined }],
  ["tokens", { tokens: undefined }],
] as const)("what the record of a run keeps to itself of its %s is told", (name, own) => {
  expect(told(own)).toEqual(["plausible", `${name} unknown`]);
  const head = headValue({ cliVersion: undefined, modelProvider: undefined });
  const untold = {
    model: undefined,
    effort: undefined,
    sandboxPolicy: undefined,
    sandbox: { kind: "unknown" },
    usage: undefined,
  } as const;
  const none = {
    cliVersion: undefined,
    modelProvider: undefined,
    model: undefined,
    effort: undefined,
    sandbox: undefined,
    tokens: undefined,
  };
  expect(told(none, [untold], { head })).toEqual(["proven"]);
});

test("doubts of a rollout leave nothing proven", () => {
  const doubt = (name: "rollout" | "turns") =>
    judge(
      {},
      { rollouts: [rolloutValue({ doubts: [{ name, result: "unknown", detail: "d", silent: false }] })] },
    ).standing;
  expect([doubt("turns"), doubt("rollout")]).toEqual(["plausible", "unproven"]);
});

test("an end that nothing is said of is told, and one that was not reached fits a failed run", () => {
  expect(told({ completed: undefined })).toEqual(["proven"]);
  const killed = { end: { kind: "none" }, answer: undefined } as const;
  expect(told({ completed: false, answer: { kind: "none" } }, [killed])).toEqual(["proven"]);
  const failed = { end: { kind: "failed", detail: "no", reason: undefined } } as const;
  expect(told({ completed: false, answer: { kind: "none" } }, [failed])).toEqual(["proven"]);
});

test("links lead to one folder and one home", () => {
  const { standing } = judge(
    { cwd: "/link", codexHome: "/home-link" },
    { sameFolders: ["/work/project", "/codex"] },
  );
  expect(standing).toBe("proven");
  const read = { sandboxPolicy: undefined, sandbox: { kind: "read-only" } } as const;
  expect(told({}, [read])).toEqual(["proven"]);
});

test("a thread that was continued began elsewhere, and its own turn counts", () => {
  const earlier = headValue({ cwd: "/elsewhere", startedAt: 0 });
  expect(told({ resumed: true }, [{}], { head: earlier })).toEqual(["proven"]);
  const standing = (threadId: string, resumed: boolean) => {
    const facts = factsValue([turnValue()], { head: headValue({ threadId }) });
    const claimed = { threadId, resumed, rollouts: [{ threadId, seal: sealValue() }] };
    return judge(claimed, { rollouts: [rolloutValue({ threadId, facts })] }).standing;
  };
  const [early, meanwhile] = ["019b7783-3470-7870-b985-099d27ed7c36", "019b7ca9-a5ec-7870-b985-099d27ed7c36"];
  expect([standing(early, true), standing(early, false)]).toEqual(["proven", "contradicted"]);
  expect([standing(meanwhile, true), standing(meanwhile, false)]).toEqual(["contradicted", "proven"]);
});

test("a thread that was begun while a stop waited for another is older than the stop's own turn", () => {
  const threadId = "019b7ca9-a5ec-7870-b985-099d27ed7c36";
  const madeAt = 0x019b7ca9a5ec;
  const claimed = { threadId, resumed: true, rollouts: [{ threadId, seal: sealValue() }] };
  const standing = (source: RunClaims["source"], firstAt: number | undefined) => {
    const turn = turnValue({ startedAt: firstAt, firstAt, lastAt: firstAt, completedAt: firstAt });
    const facts = factsValue([turn], { head: headValue({ threadId }) });
    const checks = judge({ ...claimed, source }, { rollouts: [rolloutValue({ threadId, facts })] }).checks;
    return checks.find(({ name }) => name === "time")?.detail ?? "";
  };
  const refuted = "the thread was there before";
  expect(standing("gate-review", madeAt + 1)).not.toContain(refuted);
  expect(standing("gate-review", madeAt - 1)).toContain(refuted);
  expect(standing("gate-review", undefined)).toContain(refuted);
  expect(standing("turn", madeAt + 1)).toContain(refuted);
});

test("a missing rollout is unproven, a changed one contradicted, none at all plausible", () => {
  const of = (seal: "missing" | "changed" | "appended") =>
    judge(
      {},
      {
        rollouts: [
          rolloutValue({ seal: { kind: seal }, ...(seal === "missing" ? { facts: undefined } : {}) }),
        ],
      },
    );
  expect(of("missing").standing).toBe("unproven");
  expect(of("changed").standing).toBe("contradicted");
  expect(of("appended").standing).toBe("proven");
  const unchecked = rolloutValue({ seal: { kind: "unchecked", detail: "EACCES" }, facts: undefined });
  expect(judge({}, { rollouts: [unchecked] }).standing).toBe("unproven");
  expect(judge({}, { rollouts: [] }).standing).toBe("unproven");
  for (const noRollout of ["it was ephemeral", undefined]) {
    const { standing, checks } = judge({ rollouts: [], noRollout }, { rollouts: [] });
    expect([standing, checks.at(-1)?.detail]).toEqual(["plausible", noRollout ?? "the record names none"]);
  }
  expect(judge({ threadId: undefined }).standing).toBe("contradicted");
});

test("a record that nothing vouches for is unproven, whatever else holds", () => {
  const lost = { name: "record", result: "unknown", detail: "no line", silent: false } as const;
  expect(judge({}, { checks: [lost] }).standing).toBe("unproven");
  expect(judge({}, { checks: [{ ...lost, silent: true }] }).standing).toBe("plausible");
  expect(judge({}, { checks: [] }).standing).toBe("plausible");
});

/** A review: its own turn, and the thread in which it was done. */
function review(own: {
  claims?: Partial<RunClaims>;
  turn?: Partial<TurnFacts>;
  child?: Partial<TurnFacts>;
  head?: Partial<NonNullable<RolloutFacts["head"]>>;
}) {
  const parent = turnValue({
    review: { target: { type: "uncommittedChanges" } },
    childTurnIds: ["turn-2"],
    prompts: [],
    commands: [],
    responseIds: [],
    usage: undefined,
    model: undefined,
    ...own.turn,
  });
  const head = headValue({ threadId: "thread-2", parentThreadId: "thread-1", ...own.head });
  const child = factsValue([turnValue({ id: "turn-2", ...own.child })], { head });
  const rollouts = [
    rolloutValue({ facts: factsValue([parent]) }),
    rolloutValue({ threadId: "thread-2", facts: child }),
  ];
  const claimed = ["thread-1", "thread-2"].map((threadId) => ({ threadId, seal: sealValue() }));
  const claims = {
    source: "review",
    rollouts: claimed,
    target: { kind: "uncommitted" },
    prompt: undefined,
  } as const;
  const { standing, checks } = judge({ ...claims, ...own.claims }, { rollouts });
  return [
    standing,
    ...checks.filter(({ result }) => result !== "holds").map(({ name, result }) => `${name} ${result}`),
  ];
}

test("a review's own thread speaks for its model, its commands and its tokens", () => {
  expect(review({})).toEqual(["proven"]);
  expect(review({ claims: { model: "x" } })).toEqual(["contradicted", "model fails"]);
  expect(review({ head: { parentThreadId: "thread-9" } })).toEqual(["contradicted", "thread fails"]);
  expect(review({ child: { id: "turn-3" } })).toEqual(["contradicted", "thread fails"]);
  const prompt = { form: "text", digest: textValue("x").digest } as const;
  expect(review({ claims: { prompt } })).toEqual(["proven", "prompt unknown"]);
});

test("a review without its own thread's file is plausible at most", () => {
  const parent = turnValue({ review: { target: { type: "uncommittedChanges" } } });
  const claims = { target: { kind: "uncommitted" } } as const;
  expect(told(claims, [parent])).toEqual([
    "plausible",
    ...["model", "effort", "sandbox"].map((name) => `${name} unknown`),
    "responses unknown",
    "tokens unknown",
    "commands unknown",
  ]);
});

test("a child without a first line is none of the thread", () => {
  const child = factsValue([], { head: undefined });
  const rollouts = [rolloutValue(), rolloutValue({ threadId: "thread-2", facts: child })];
  expect(judge({}, { rollouts }).checks.find(({ name }) => name === "thread")?.result).toBe("fails");
});

test.each([
  [{ kind: "uncommitted" }, { type: "uncommittedChanges" }],
  [
    { kind: "base", branch: "main" },
    { type: "baseBranch", branch: "main" },
  ],
  [
    { kind: "commit", sha: "a1", title: null },
    { type: "commit", sha: "a1" },
  ],
  [
    { kind: "commit", sha: "a1", title: "t" },
    { type: "commit", sha: "a1", title: "t" },
  ],
  [
    { kind: "custom", instructions: "look" },
    { type: "custom", instructions: "look" },
  ],
] as const)("a review of %j is compared with what Codex was told", (target, told) => {
  expect(review({ claims: { target }, turn: { review: { target: told } } })).toEqual(["proven"]);
  const other =
    told.type === "custom"
      ? ({ type: "uncommittedChanges" } as const)
      : ({ type: "custom", instructions: "x" } as const);
  expect(review({ claims: { target }, turn: { review: { target: other } } })).toEqual([
    "contradicted",
    "target fails",
  ]);
});

test("a target that is not on record is open, and one of a turn that was no review is not asked for", () => {
  expect(review({ turn: { review: { target: undefined } } })).toEqual(["plausible", "target unknown"]);
  expect(told({ target: { kind: "uncommitted" } })).toEqual(["proven"]);
});

test("the gate's verdict is read again from the answer", () => {
  const finding = canonicalJson(FINDING);
  const verdict = (own: object) =>
    ({ answer: { kind: "verdict", nonce: "n1", decision: "BLOCK", findings: [finding], ...own } }) as const;
  const turn = { answer: textValue(reviewText("n1", "BLOCK", [FINDING])) };
  expect(told(verdict({}), [turn])).toEqual(["proven"]);
  for (const own of [{ nonce: "n2" }, { decision: "ALLOW" }, { findings: [] }, { findings: ["{}"] }]) {
    expect(told(verdict(own), [turn])).toEqual(["contradicted", "answer fails"]);
  }
  expect(told(verdict({}), [{ answer: textValue("prose") }])).toEqual(["contradicted", "answer fails"]);
  expect(told(verdict({}), [{ answer: { ...textValue("x"), whole: undefined } }])).toEqual([
    "contradicted",
    "answer fails",
  ]);
  const corrected = [
    turn,
    {
      id: "turn-2",
      answer: textValue(reviewText("n9", "BLOCK", [FINDING])),
      prompts: [textValue("correct it")],
    },
  ];
  const both = {
    turnIds: ["turn-1", "turn-2"],
    responseIds: ["resp_1", "resp_1"],
    tokens: { input: 2, cachedInput: 0, output: 2, reasoning: 0 },
    commands: [
      { command: "git show", exitCode: 0 },
      { command: "git show", exitCode: 0 },
    ],
  };
  expect(told({ ...verdict({}), ...both }, corrected)).toEqual(["proven"]);
});

test("an answer that says nothing is none, and so is what was said in a turn that failed", () => {
  expect(told({ answer: { kind: "none" } }, [{ answer: textValue("") }])).toEqual(["proven"]);
  expect(told({ answer: { kind: "none" } }, [{ answer: undefined }])).toEqual(["proven"]);
  expect(told({ answer: { kind: "none" }, turnIds: ["turn-9"] })[0]).toBe("contradicted");
});

test.each([
  ["git show", ["git", "show"], false],
  [`/bin/bash -lc "echo 'a \\"b\\"'"`, ["/bin/bash", "-lc", `echo 'a "b"'`], false],
  ["cat a.txt", ["/bin/bash", "-lc", "cat a.txt"], false],
  ["/bin/bash -lc 'cat a.txt'", ["cat a.txt"], true],
  ["curl -H 'token: [redacted: token]' x", ["curl", "-H", "token: s3cr3t", "x"], false],
  ["cat aaaa…", ["cat", "aaaabbbb"], false],
  ["unclosed 'quote", ["unclosed 'quote"], true],
] as const)("the command %j is that of %j", (command, words, script) => {
  const turn = {
    commands: [
      { words, script, exitCode: 0, late: false },
      { words: ["sleep"], script, exitCode: undefined, late: false },
    ],
  };
  expect(told({ commands: [{ command, exitCode: 0 }] }, [turn])).toEqual(["proven"]);
});

test.each([
  ["git show", ["git", "show", "HEAD"]],
  ["echo 'unclosed", ["echo"]],
  ["curl [redacted: token] y", ["curl", "s3cr3t", "x"]],
  ["git log…", ["git", "show"]],
] as const)("the command %j is not that of %j", (command, words) => {
  const turn = { commands: [{ words, script: false, exitCode: 0, late: false }] };
  expect(told({ commands: [{ command, exitCode: 0 }] }, [turn])).toEqual(["contradicted", "commands fails"]);
});

test("commands that a record left out are only counted, and one that never ran has no words", () => {
  const two = {
    commands: ["a", "b"].map((word) => ({ words: [word], script: true, exitCode: 0, late: false })),
  };
  expect(told({ commands: [{ command: "a", exitCode: 0 }], commandsLeftOut: 1 }, [two])).toEqual(["proven"]);
  expect(told({ commands: [], commandsLeftOut: 1 }, [two])).toEqual(["contradicted", "commands fails"]);
  const none = { commands: [{ words: [], script: false, exitCode: 0, late: false }] };
  expect(told({ commands: [{ command: "a", exitCode: 0 }] }, [none])).toEqual([
    "contradicted",
    "commands fails",
  ]);
});

test("what ended behind its turn may be known or not, and nothing else is passed over for it", () => {
  const ended = (word: string, late: boolean) => ({ words: [word], script: true, exitCode: 0, late });
  const turn = { commands: [ended("a", false), ended("b", true), ended("c", false), ended("d", true)] };
  const claimed = (...commands: readonly string[]) =>
    told({ commands: commands.map((command) => ({ command, exitCode: 0 })) }, [turn])[0];
  expect(["a c", "a b c", "a c d", "a b c d"].map((words) => claimed(...words.split(" ")))).toEqual(
    Array(4).fill("proven"),
  );
  expect(["a", "c", "b c", "a d", "a c b", "a b b c"].map((words) => claimed(...words.split(" ")))).toEqual(
    Array(6).fill("contradicted"),
  );
  const running = { command: "d", exitCode: undefined };
  const two = ["a", "c"].map((command) => ({ command, exitCode: 0 }));
  expect(told({ commands: [...two, running] }, [turn])[0]).toBe("proven");
  expect(told({ commands: [running] }, [{ commands: [ended("d", false)] }])[0]).toBe("contradicted");
});
