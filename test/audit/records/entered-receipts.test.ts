import { expect, test } from "vitest";
import { auditRecords } from "#audit/records/audit-records.ts";
import type { LedgerEntry } from "#audit/records/ledger.ts";
import { wholeChain, withEdited } from "#test/chain-values.ts";
import { evidenceValue, recordsValue, rolloutValue } from "#test/evidence-values.ts";

/** A review that a person asked for in a shell: a chain of one that no session's file knows. */
const LONE = { ...wholeChain([{ event: "review" }]), end: { kind: "none" } } as const;
const [STORED] = LONE.receipts;
if (STORED === undefined) throw new Error("the chain has a receipt");
const { id } = STORED.name;
const EVIDENCE = new Map([[id, evidenceValue({ rollouts: [rolloutValue()] })]]);
const LINE: LedgerEntry = {
  n: 1,
  at: STORED.receipt.at,
  part: "receipt",
  digest: STORED.digest,
  doubt: undefined,
};

function audited(lines: readonly LedgerEntry[], chain: typeof LONE | ReturnType<typeof withEdited> = LONE) {
  const ledger = { entries: new Map([[id, lines]]), troubles: [], lines: lines.length, head: undefined };
  const audit = auditRecords(recordsValue({ chains: [chain], ledger, evidence: EVIDENCE }));
  const [receipt] = audit.receipts;
  const record = receipt?.checks.find(({ name }) => name === "record");
  return { standing: receipt?.standing, record, kinds: audit.findings.map(({ kind }) => kind) };
}

test("a review from a shell is proven by its line in the ledger of runs", () => {
  expect(audited([LINE])).toEqual({
    standing: "proven",
    record: { name: "record", result: "holds", detail: "as the ledger of runs has it", silent: false },
    kinds: [],
  });
});

test("without a line it is plausible, and why is said; lines of another kind vouch for nothing", () => {
  for (const lines of [[], [{ ...LINE, part: "begun" } as const]]) {
    const { standing, record, kinds } = audited(lines);
    expect({ standing, kinds }).toEqual({ standing: "plausible", kinds: [] });
    expect(record?.detail).toMatch(/^nothing else holds its digest: .* written before those had one$/);
  }
});

test("only of a review from a shell it is said that such ones once had no line", () => {
  const plain = "it is the last of its chain, and nothing else holds its digest";
  const others = [
    { ...wholeChain([{}]), end: { kind: "none" } } as const,
    { ...LONE, end: { kind: "recorded", receipts: { count: 0, head: null } } } as const,
  ];
  for (const chain of others) expect(audited([], chain).record?.detail).toBe(plain);
  const second = auditRecords(
    recordsValue({ chains: [{ ...wholeChain([{ event: "review" }, { event: "review" }]), end: LONE.end }] }),
  );
  expect(second.receipts[0]?.checks[0]).toMatchObject({ name: "record", detail: plain });
});

test.each<readonly [string, readonly LedgerEntry[], string]>([
  ["another digest", [{ ...LINE, digest: "0".repeat(64) }], "the ledger of runs holds another digest of it"],
  ["two lines", [LINE, { ...LINE, n: 2 }], "the ledger of runs has 2 lines of it"],
  [
    "another moment",
    [{ ...LINE, at: "2026-01-02T03:04:09.000Z" }],
    "the ledger of runs has it at 2026-01-02T03:04:09.000Z",
  ],
])("%s in the ledger contradicts it", (_what, lines, detail) => {
  expect(audited(lines)).toMatchObject({
    standing: "contradicted",
    record: { result: "fails", detail },
    kinds: ["receipt-edited"],
  });
});

test("a later receipt that names an edited one does not outweigh the ledger", () => {
  const edited = withEdited(LONE, 1, { seconds: 1 });
  const [first] = edited.receipts;
  const later = wholeChain([{}, { event: "review" }]).receipts[1];
  if (first === undefined || later === undefined) throw new Error("there are two receipts");
  const named = { ...later, receipt: { ...later.receipt, previous: first.digest } };
  const forged = { ...edited, receipts: [first, named] };
  const ledger = { entries: new Map([[id, [LINE]]]), troubles: [], lines: 1, head: undefined };
  const { receipts } = auditRecords(recordsValue({ chains: [forged], ledger, evidence: EVIDENCE }));
  expect(receipts.find((one) => one.id === id)?.standing).toBe("contradicted");
});

test("a line that its neighbours do not vouch for leaves it unproven", () => {
  expect(audited([{ ...LINE, doubt: "line 2 of the ledger: it holds another digest" }])).toMatchObject({
    standing: "unproven",
    record: { result: "unknown" },
  });
});

test("a receipt of which only the ledger tells is missing", () => {
  const gone = { session: "s1", n: 1, at: LINE.at };
  const { findings } = auditRecords(recordsValue({ missing: { runs: [], receipts: [gone] } }));
  expect(findings).toEqual([{ kind: "receipt-missing", session: "s1", n: 1 }]);
});
