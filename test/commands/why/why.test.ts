import { writeFileSync } from "node:fs";
import { expect, test } from "vitest";
import { builtFile } from "#commands/installation.ts";
import type { CheckedFinding } from "#gate/verdict/finding.ts";
import type { Locations } from "#runs/locations.ts";
import type { ReceiptDraft } from "#runs/receipts/receipt.ts";
import { writeReceipt } from "#runs/receipts/receipts.ts";
import { callCommand } from "#test/call-command.ts";
import { countingFinding, reviewFinding } from "#test/review-values.ts";
import { A_TREE, receiptDraft, reviewValue, sessionId } from "#test/session-values.ts";
import { freshLocations } from "#test/state-root.ts";

/** What is typed where nothing of that name is on PATH. */
const OWN = `node ${builtFile("countersign")}`;

async function record(locations: Locations, own: Partial<ReceiptDraft> = {}, session = "s1") {
  const draft = receiptDraft({ review: reviewValue({ sandbox: "profile" }), ...own });
  return await writeReceipt(locations, sessionId(session), draft, new AbortController().signal);
}

/** What is said of one decision, with the state root's own path taken out. */
async function explained(own: Partial<ReceiptDraft>): Promise<string> {
  const locations = freshLocations();
  await record(locations, own);
  const { code, stdout, stderr } = await callCommand(locations, ["why", "last"]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  return stdout.replaceAll(locations.root, "/state");
}

const NOTHING_LOOKED_AT = {
  repository: null,
  baseline: null,
  snapshot: null,
  scope: null,
  review: null,
} as const;

const UNVERIFIED: CheckedFinding = {
  status: "unverified",
  id: "f2",
  finding: reviewFinding({ title: "Elsewhere\u001b[2J", file: "src/b.ts", quote: "a\nb" }),
  doubt: "file-not-in-scope",
};
const NOTE: CheckedFinding = {
  ...countingFinding({ severity: "low", side: "old", kind: "question" }),
  status: "note",
};

test("a block", async () => {
  const text = await explained({
    outcome: { kind: "blocked", round: 2, of: 3 },
    findings: [countingFinding(), UNVERIFIED],
    review: reviewValue({ sandbox: "profile", resumed: true, corrected: true, decision: "BLOCK" }),
  });
  expect(text).not.toContain("\u001b");
  expect(text).toMatchInlineSnapshot(`
    "blocked (2 of 3)
    Held back in round 2 of 3: 1 finding held against the code and had to be dealt with. The change was not signed.

    when        2026-01-02 03:04:05 UTC, in 12.3 s (Stop)
    session     s1, its decision 1, prompt p1
    repository  /work/project at commit aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa
    written by  countersign 0.1.0
    compared    the baseline, tree aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa, with the work tree of that moment, tree bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb
    shown       src/a.ts
    reviewer    gpt-5.5-codex by openai, effort medium
    program     codex 0.169.0 (/usr/bin/codex), shared server, a read-only shell that cannot read secrets
    asked       review 1 of this change, asked twice, for its first answer had to be corrected, on the thread of the round before; it ran 1 command; 2 tokens (1 in, 0 of them cached; 1 out)
    its word    BLOCK (recorded, never obeyed by itself)

    1. [high, fact] src/total.ts:5 The loop reads one past the end
       Check: it counts: its quote stands in the code that was shown, and it is severe enough to block (abc123def456)
       Lines: for (let i = 0; i <= prices.length; i++) {
       Why it fails: total([1]) adds undefined and returns NaN
       What to do: Compare with <

    2. [high, fact] src/b.ts:5 Elsewhere
       Check: unverified, so it does not block: its file is none of those that were shown (f2)
       Lines: a
       b
       Why it fails: total([1]) adds undefined and returns NaN
       What to do: Compare with <

    receipt     /state/receipts/2026/01/02/20260102T030405678Z-s1-1.json
    thread      thread-1, 1 turn: turn-1
    answers     resp_1
    evidence    sessions/rollout.jsonl, its first 10 bytes, sha256 0000000000000000000000000000000000000000000000000000000000000000
    sent        prompt d1 (version 1), patches d2
    check it    ${OWN} audit verify --session s1
    "
  `);
});

test("what is settled, by whom and why, and what was not answered", async () => {
  const settled = { ...countingFinding(), status: "settled" } as const;
  const text = await explained({
    findings: [
      { ...settled, by: "person", why: "the caller\nchecks it" },
      { ...settled, by: "reviewer", why: "lowered to medium" },
      { ...settled, by: "cap" },
      { ...UNVERIFIED, doubt: "dispute-not-answered" },
    ],
  });
  expect(text.match(/Check: .*/g)).toEqual([
    "Check: settled: a person dismissed it, and its lines are still the same (the caller checks it) (abc123def456)",
    "Check: settled: the reviewer let go of it in an earlier round, and its lines are still the same (lowered to medium) (abc123def456)",
    "Check: settled: it was open when the rounds of a prompt were used up, and its lines are still the same (abc123def456)",
    "Check: unverified, so it does not block: the agent gave a reason against it, which the reviewer did not answer (f2)",
  ]);
});

test("a signature", async () => {
  expect(await explained({})).toMatchInlineSnapshot(`
    "allowed
    Signed: the reviewer answered, and no finding that counts was severe enough to block. This state became the new baseline.

    when        2026-01-02 03:04:05 UTC, in 12.3 s (Stop)
    session     s1, its decision 1, prompt p1
    repository  /work/project at commit aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa
    written by  countersign 0.1.0
    compared    the baseline, tree aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa, with the work tree of that moment, tree bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb
    shown       src/a.ts
    reviewer    gpt-5.5-codex by openai, effort medium
    program     codex 0.169.0 (/usr/bin/codex), shared server, a read-only shell that cannot read secrets
    asked       review 1 of this change, asked once, on a thread of its own; it ran 1 command; 2 tokens (1 in, 0 of them cached; 1 out)
    its word    ALLOW (recorded, never obeyed by itself)

    receipt     /state/receipts/2026/01/02/20260102T030405678Z-s1-1.json
    thread      thread-1, 1 turn: turn-1
    answers     resp_1
    evidence    sessions/rollout.jsonl, its first 10 bytes, sha256 0000000000000000000000000000000000000000000000000000000000000000
    sent        prompt d1 (version 1), patches d2
    check it    ${OWN} audit verify --session s1
    "
  `);
});

test("a signature in part, by a reviewer without a shell, with notes", async () => {
  const text = await explained({
    outcome: { kind: "allowed", partial: true },
    findings: [NOTE],
    scope: {
      shown: [
        { path: "src/a.ts", oldPath: "src/old.ts", old: A_TREE, new: A_TREE, part: false },
        { path: "src/c.ts", old: null, new: A_TREE, part: false },
        { path: "src/long.ts", old: A_TREE, new: A_TREE, part: true },
      ],
      notCovered: [
        { path: "logo.png", why: "binary" },
        { path: ".env", why: "secret-looking" },
        { path: "later", why: "a reason of a later version" },
      ],
      redacted: [{ path: "src/c.ts", values: 2 }],
      leftOut: [{ path: "src/d.ts", by: "s2" }],
      uncertain: [{ path: "src/a.ts", why: "both ran a shell" }],
      notes: ["git's excludes rules changed"],
    },
    review: reviewValue({ sandbox: "inline", rollout: null, usage: null, effort: null, model: null }),
  });
  expect(text).toMatchInlineSnapshot(`
    "allowed (partial)
    Signed in part: no finding that counts was severe enough to block. What was not shown, or only in part, stays unsigned and belongs to the next change.

    when        2026-01-02 03:04:05 UTC, in 12.3 s (Stop)
    session     s1, its decision 1, prompt p1
    repository  /work/project at commit aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa
    written by  countersign 0.1.0
    compared    the baseline, tree aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa, with the work tree of that moment, tree bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb
    shown       src/a.ts (was src/old.ts)
                src/c.ts
    partly      src/long.ts
    not covered logo.png (binary)
                .env (named like a secret)
                later (a reason of a later version)
    redacted    src/c.ts (2 secret-looking values)
    left out    src/d.ts (work of s2)
    not told    src/a.ts (may hold another session's work: both ran a shell)
    note        git's excludes rules changed, so edits may be out of sight
    reviewer    model not named by openai, effort not named
    program     codex 0.169.0 (/usr/bin/codex), shared server, no shell: it saw the change alone
    asked       review 1 of this change, asked once, on a thread of its own; it ran 1 command; tokens not recorded
    its word    ALLOW (recorded, never obeyed by itself)

    1. [low, question] src/total.ts:5 (removed) The loop reads one past the end
       Check: a note: its quote stands in the code that was shown, but a question never blocks (abc123def456)
       Lines: for (let i = 0; i <= prices.length; i++) {
       Why it fails: total([1]) adds undefined and returns NaN
       What to do: Compare with <

    receipt     /state/receipts/2026/01/02/20260102T030405678Z-s1-1.json
    thread      thread-1, 1 turn: turn-1
    answers     resp_1
    evidence    Codex named no file of this thread
    sent        prompt d1 (version 1), patches d2
    check it    ${OWN} audit verify --session s1
    "
  `);
});

test("a change that had its verdict already names the receipt of that", async () => {
  const known = { receipt: "s2-4", session: sessionId("s2") };
  expect(await explained({ review: null, known })).toMatch(
    /^reviewer {4}nobody was asked: exactly this change has its verdict from receipt s2-4$/m,
  );
});

test("findings that were left open are told where they stand", async () => {
  const locations = freshLocations();
  const whyLast = async () => (await callCommand(locations, ["why", "last"])).stdout;
  const open = { ...NOTHING_LOOKED_AT, outcome: { kind: "unresolved" } } as const;
  await record(locations, open);
  expect(await whyLast()).not.toContain("What to do");
  await record(locations, { outcome: { kind: "blocked", round: 1, of: 3 }, findings: [countingFinding()] });
  await record(locations, open);
  await record(locations, { ...NOTHING_LOOKED_AT, outcome: { kind: "capped", why: "rounds" } });
  expect(await whyLast()).toContain(`\nWhat to do: \`${OWN} why s1-2\` names the findings that were open.\n`);
});

test.each([
  [{ kind: "allowed", partial: false }, /no finding that counts was severe enough to block\.\n\n/],
  [{ kind: "allowed", partial: true }, /What was not shown, or only in part, was not judged\./],
  [{ kind: "blocked", round: 1, of: 1 }, /1 finding held against the code\. No stop was held back\./],
] as const)(
  "a review that a person asked for held nothing back and signed nothing (%j)",
  async (outcome, words) => {
    const text = await explained({ event: "review", outcome, findings: [countingFinding()] });
    expect(text).toMatch(words);
    expect(text).not.toMatch(/[Ss]igned|Held back/);
  },
);

test("a skip", async () => {
  const outcome = { kind: "skipped", why: "person-skipped" } as const;
  expect(await explained({ ...NOTHING_LOOKED_AT, outcome, promptId: null })).toMatchInlineSnapshot(`
    "skipped (person-skipped)
    Let through without a review: a person had asked to let this stop through.

    when        2026-01-02 03:04:05 UTC, in 12.3 s (Stop)
    session     s1, its decision 1
    written by  countersign 0.1.0
    compared    nothing: the work tree was not looked at

    receipt     /state/receipts/2026/01/02/20260102T030405678Z-s1-1.json
    check it    ${OWN} audit verify --session s1
    "
  `);
});

test("a failure, with what to do", async () => {
  const failure = { kind: "usage-limit", detail: "You have hit your limit." };
  const outcome = { kind: "failed", class: "usage-limit", detail: failure.detail, blocked: false } as const;
  expect(await explained({ outcome, failure, review: null })).toMatchInlineSnapshot(`
    "failed (usage-limit)
    Not reviewed. Codex's usage limit is reached (You have hit your limit.). The stop was let through, unsigned.
    What to do: Wait for the reset.

    when        2026-01-02 03:04:05 UTC, in 12.3 s (Stop)
    session     s1, its decision 1, prompt p1
    repository  /work/project at commit aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa
    written by  countersign 0.1.0
    compared    the baseline, tree aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa, with the work tree of that moment, tree bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb
    shown       src/a.ts

    receipt     /state/receipts/2026/01/02/20260102T030405678Z-s1-1.json
    check it    ${OWN} audit verify --session s1
    "
  `);
});

test.each<[ReceiptDraft["outcome"], RegExp]>([
  [{ kind: "advised" }, /set to advise only/],
  [{ kind: "capped", why: "minutes" }, /the time for the rounds of its prompt was used up/],
  [{ kind: "deferred", why: "background-tasks" }, /background tasks were running/],
  [{ kind: "unresolved" }, /nothing had changed since the last review/],
  [{ kind: "joined" }, /Another hook decided/],
  [{ kind: "skipped", why: "no-vcs" }, /in no git repository/],
  [{ kind: "failed", class: "bug", detail: "", blocked: true }, /held back this once, as onFailure asks/],
  [{ kind: "failed", class: "of-later", detail: "x", blocked: false }, /of the kind "of-later" \(x\)/],
])("%j is put in words", async (outcome, words) => {
  expect(await explained({ ...NOTHING_LOOKED_AT, outcome })).toMatch(words);
});

test("a stop that asked nobody says why, until when, and which receipt began it", async () => {
  const until = Date.parse("2026-01-02T14:06:00Z");
  const paused = {
    kind: "breaker",
    failure: "usage-limit",
    receipt: "other-7",
    since: 0,
    until,
    row: 1,
    times: 1,
  } as const;
  const text = await explained({ ...NOTHING_LOOKED_AT, outcome: { kind: "skipped", why: "paused" }, paused });
  expect(text).toContain("its reviewer had failed before and was not asked for a while");
  expect(text).toContain(
    "reviewer    nobody was asked. Codex's usage limit is reached. Nobody is asked until 2026-01-02 14:06 UTC. It began with receipt other-7.\n",
  );
  const spent = { kind: "budget", limit: "reviewsPerHour", used: 2, allowed: 2, until } as const;
  const other = await explained({
    ...NOTHING_LOOKED_AT,
    outcome: { kind: "skipped", why: "budget" },
    paused: spent,
  });
  expect(other).toContain("nobody was asked. The budget is used up: 2 reviews within an hour, of 2 allowed.");
});

test("a receipt is found by its id, its beginning, its ending, or as the last one", async () => {
  const locations = freshLocations();
  const first = await record(locations, { at: "2026-01-01T03:04:05.678Z" });
  const second = await record(locations, { at: "2026-01-02T03:04:05.678Z" }, "other");
  for (const text of [first.receipt.id, "20260101", "s1-1"]) {
    expect((await callCommand(locations, ["why", text])).stdout).toContain(first.name.path);
  }
  expect((await callCommand(locations, ["why", "last"])).stdout).toContain(second.name.path);
  expect((await callCommand(locations, ["why"])).stdout).toContain(second.name.path);
});

test("an unknown, an ambiguous, a missing and a torn one are each told in one line", async () => {
  const locations = freshLocations();
  const stderrOf = async (...words: readonly string[]) => {
    const { code, stdout, stderr } = await callCommand(locations, ["why", ...words]);
    expect([code, stdout]).toEqual([2, ""]);
    return stderr;
  };
  expect(await stderrOf("last")).toBe("countersign: why: nothing was decided yet, so there is no receipt\n");
  expect(await stderrOf()).toBe(await stderrOf("last"));
  const { name } = await record(locations);
  await record(locations);
  expect(await stderrOf("2026")).toBe(
    'countersign: why: 2 receipts begin or end with "2026": 20260102T030405678Z-s1-2, 20260102T030405678Z-s1-1\n',
  );
  writeFileSync(name.path, "{torn");
  expect(await stderrOf("s1-1")).toMatch(/^countersign: why: [^\n]* cannot be read \([^\n]*\)\n$/);
});

test("--json says the same to a program", async () => {
  const locations = freshLocations();
  const { name, digest, receipt } = await record(locations);
  const { code, stdout } = await callCommand(locations, ["why", "last", "--json"]);
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toEqual({
    schema: "countersign/why/1",
    path: name.path,
    digest,
    means: expect.stringMatching(/^Signed: /),
    next: null,
    recheck: `${OWN} audit verify --session s1`,
    receipt,
  });
});
