import { expect, test } from "vitest";
import { auditRuns, type RolloutCheck } from "#audit/run-checks.ts";
import { RUN_FINDINGS } from "#audit/run-finding-texts.ts";
import { exitCodeOf, verdictOf } from "#audit/run-verdict.ts";
import { wholeChain, withEdited } from "#test/chain-values.ts";
import { reviewValue } from "#test/session-values.ts";

const CHAIN = wholeChain([{}]);
const ID = "20260102T030400000Z-s1-1";

test.each<readonly [RolloutCheck["kind"], string, readonly string[], number]>([
  ["intact", "proven", [], 0],
  ["appended", "proven", [], 0],
  ["changed", "contradicted", ["rollout-changed"], 1],
  ["missing", "unproven", ["rollout-missing"], 1],
  ["unchecked", "unproven", ["rollout-unchecked"], 2],
])("a review whose rollout is %s is %s", (kind, standing, kinds, code) => {
  const check: RolloutCheck = kind === "unchecked" ? { kind, detail: "EACCES" } : { kind };
  const { receipts, findings } = auditRuns([CHAIN], new Map([[ID, check]]));
  expect(receipts).toEqual([{ id: ID, session: "s1", n: 1, standing }]);
  expect(findings.map((finding) => finding.kind)).toEqual(kinds);
  expect(exitCodeOf(findings)).toBe(code);
});

test("a rollout that nobody looked at proves nothing", () => {
  const { receipts, findings } = auditRuns([CHAIN], new Map());
  expect(receipts).toMatchObject([{ standing: "unproven" }]);
  expect(exitCodeOf(findings)).toBe(2);
});

test("a review without a seal is plausible, a receipt without a review claims nothing", () => {
  const chain = wholeChain([{ review: reviewValue({ rollout: null }) }, { review: null }]);
  const { receipts, findings } = auditRuns([chain], new Map());
  expect(receipts.map(({ standing }) => standing)).toEqual(["nothing-claimed", "plausible"]);
  expect(verdictOf(findings)).toBe("clean");
});

test("an edited receipt is contradicted, whatever its rollout says", () => {
  const chain = withEdited(wholeChain([{}, { review: null }]), 1, { seconds: 0 });
  const { receipts, findings } = auditRuns([chain], new Map([[ID, { kind: "intact" }]]));
  expect(receipts.map(({ standing }) => standing)).toEqual(["nothing-claimed", "contradicted"]);
  expect(exitCodeOf(findings)).toBe(1);
});

test("what is wrong outweighs what could not be told", () => {
  const wrong = { kind: "receipt-missing", session: "s", n: 1 } as const;
  const untold = { kind: "rollout-unchecked", session: "s", receipt: "r", detail: "" } as const;
  expect(exitCodeOf([untold, wrong])).toBe(1);
  expect([verdictOf([untold]), verdictOf([wrong]), verdictOf([])]).toEqual([
    "could-not-check",
    "findings",
    "clean",
  ]);
});

test("every finding says what it is, what it means and what to do", () => {
  for (const [kind, { title, meaning, remedy }] of Object.entries(RUN_FINDINGS)) {
    for (const text of [title, meaning, remedy]) expect(text.length, kind).toBeGreaterThan(10);
    expect(meaning, kind).toMatch(/\.$/);
    expect(remedy, kind).toMatch(/\.$/);
  }
});

test("both receipts of a fork, and a misplaced one, are contradicted", () => {
  const [first] = CHAIN.receipts;
  if (first === undefined) throw new Error("the chain is empty");
  const twin = {
    ...first,
    name: { ...first.name, id: "twin" },
    receipt: { ...first.receipt, id: "twin", seconds: 1 },
  };
  const forked = auditRuns([{ ...CHAIN, receipts: [first, twin] }], new Map([[ID, { kind: "intact" }]]));
  expect(forked.receipts.map(({ standing }) => standing)).toEqual(["contradicted", "contradicted"]);
  const moved = { ...first, name: { ...first.name, id: "moved" } };
  const misplaced = auditRuns([{ ...CHAIN, receipts: [first, moved] }], new Map());
  expect(misplaced.receipts.find(({ id }) => id === "moved")).toMatchObject({ standing: "contradicted" });
});

test("the receipts of several chains come the latest first, in whatever order the chains come", () => {
  const early = wholeChain([{ review: null }, { review: null }]);
  const late = { ...early, receipts: early.receipts.slice(1) };
  const ids = (chains: readonly (typeof early)[]) => auditRuns(chains, new Map()).receipts.map(({ n }) => n);
  expect(ids([late, early])).toEqual([2, 2, 1]);
  expect(ids([early, late])).toEqual([2, 2, 1]);
});
