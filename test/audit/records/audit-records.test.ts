import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { RolloutEvidence, SealCheck } from "#audit/evidence/evidence.ts";
import { auditRecords, claimantsOf } from "#audit/records/audit-records.ts";
import { RUN_FINDINGS } from "#audit/records/run-finding-texts.ts";
import { exitCodeOf, verdictOf } from "#audit/records/run-verdict.ts";
import { wholeChain, withEdited } from "#test/chain-values.ts";
import { claimsValue, evidenceValue, recordsValue, rolloutValue } from "#test/evidence-values.ts";
import { reviewValue } from "#test/session-values.ts";

const CHAIN = wholeChain([{}]);
const ID = "20260102T030400000Z-s1-1";

/** The evidence for the chain's first receipt. */
function found(own: Partial<RolloutEvidence>) {
  return new Map([[ID, evidenceValue({ rollouts: [rolloutValue(own)] })]]);
}

test.each<readonly [SealCheck["kind"], string, readonly string[], number]>([
  ["intact", "proven", [], 0],
  ["appended", "proven", [], 0],
  ["changed", "contradicted", ["rollout-changed"], 1],
  ["missing", "unproven", ["rollout-missing"], 1],
  ["unchecked", "unproven", ["rollout-unchecked"], 2],
])("a review whose rollout is %s is %s", (kind, standing, kinds, code) => {
  const seal: SealCheck = kind === "unchecked" ? { kind, detail: "EACCES" } : { kind };
  const gone = kind === "missing" || kind === "unchecked" ? { facts: undefined } : {};
  const { receipts, findings } = auditRecords(
    recordsValue({ chains: [CHAIN], evidence: found({ seal, ...gone }) }),
  );
  expect(receipts).toMatchObject([{ id: ID, session: "s1", n: 1, standing }]);
  expect(findings.map((finding) => finding.kind)).toEqual(kinds);
  expect(exitCodeOf(findings)).toBe(code);
});

test("a rollout that nobody looked at proves nothing", () => {
  const { receipts } = auditRecords(recordsValue({ chains: [CHAIN] }));
  expect(receipts).toMatchObject([{ standing: "unproven" }]);
});

test("a review without a seal is plausible, a receipt without a review claims nothing", () => {
  const chain = wholeChain([{ review: reviewValue({ rollout: null }) }, { review: null }]);
  const { receipts, findings } = auditRecords(recordsValue({ chains: [chain] }));
  expect(receipts.map(({ standing }) => standing)).toEqual(["nothing-claimed", "plausible"]);
  expect(findings.map(({ kind }) => kind)).toEqual(["rollout-unsealed"]);
  expect(verdictOf(findings)).toBe("clean");
});

test("an edited receipt is contradicted, whatever its rollout says", () => {
  const chain = withEdited(wholeChain([{}, { review: null }]), 1, { seconds: 20 });
  const { receipts, findings } = auditRecords(recordsValue({ chains: [chain], evidence: found({}) }));
  expect(receipts.map(({ standing }) => standing)).toEqual(["nothing-claimed", "contradicted"]);
  expect(exitCodeOf(findings)).toBe(1);
});

test("a last receipt that nothing vouches for is plausible at most", () => {
  for (const end of [{ kind: "none" }, { kind: "recorded", receipts: { count: 0, head: null } }] as const) {
    const { receipts } = auditRecords(recordsValue({ chains: [{ ...CHAIN, end }], evidence: found({}) }));
    expect(receipts).toMatchObject([{ standing: "plausible" }]);
  }
});

test("of two records that claim one turn the first stands", () => {
  const claims = claimsValue();
  const claimants = claimantsOf([
    { ...claims, id: ID, began: 2 },
    { ...claims, id: "earlier", began: 1 },
    { ...claims, id: "a", turnIds: ["turn-3"], began: 5 },
    { ...claims, id: "b", turnIds: ["turn-3"], began: 5 },
    { ...claims, id: "undated", turnIds: ["turn-2"], began: undefined },
    { ...claims, id: "also", turnIds: ["turn-2"], began: undefined },
  ]);
  expect([...claimants.values()]).toEqual(["also", "earlier", "a"]);
  const { receipts, findings } = auditRecords(
    recordsValue({ chains: [CHAIN], evidence: found({}), claimants }),
  );
  expect(receipts).toMatchObject([{ standing: "contradicted" }]);
  expect(findings).toMatchObject([
    { kind: "claim-refuted", check: "turns", detail: "earlier claims the same turn" },
  ]);
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

test("every finding stands on its page, with its weight", () => {
  const page = readFileSync(join(import.meta.dirname, "../../../docs/verify.md"), "utf8");
  for (const [kind, { weight }] of Object.entries(RUN_FINDINGS)) {
    expect(page).toMatch(new RegExp(`\\| \`${kind}\` +\\| ${weight} `));
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
  const forked = auditRecords(
    recordsValue({ chains: [{ ...CHAIN, receipts: [first, twin] }], evidence: found({}) }),
  );
  expect(forked.receipts.map(({ standing }) => standing)).toEqual(["contradicted", "contradicted"]);
  const later = wholeChain([{ review: null }, { review: null }, {}]).receipts.filter(
    ({ receipt }) => receipt.n === 3,
  );
  const beside = auditRecords(recordsValue({ chains: [{ ...CHAIN, receipts: [first, twin, ...later] }] }));
  expect(beside.receipts.find(({ n }) => n === 3)).toMatchObject({ standing: "unproven" });
  const moved = { ...first, name: { ...first.name, id: "moved" } };
  const misplaced = auditRecords(recordsValue({ chains: [{ ...CHAIN, receipts: [first, moved] }] }));
  expect(misplaced.receipts.find(({ id }) => id === "moved")).toMatchObject({ standing: "contradicted" });
});

test("the receipts of several chains come the latest first, in whatever order the chains come", () => {
  const early = wholeChain([{ review: null }, { review: null }]);
  const late = { ...early, receipts: early.receipts.slice(1) };
  const ids = (chains: readonly (typeof early)[]) =>
    auditRecords(recordsValue({ chains })).receipts.map(({ n }) => n);
  expect(ids([late, early])).toEqual([2, 2, 1]);
  expect(ids([early, late])).toEqual([2, 2, 1]);
});
