import { expect, test } from "vitest";
import { type Chain, checkChain } from "#audit/records/chain.ts";
import { digestOf } from "#base/digest.ts";
import type { Receipt } from "#runs/receipts/receipt.ts";
import { wholeChain, withEdited, without } from "#test/chain-values.ts";
import { fc } from "#test/seeded-check.ts";
import { sessionId } from "#test/session-values.ts";

const CHAIN = wholeChain([{}, {}, {}, {}]);
const id = (n: number): string => `2026010${2}T03040${n - 1}000Z-s1-${n}`;

function kindsOf(chain: Chain): readonly string[] {
  return checkChain(chain).map(({ kind }) => kind);
}

test("a whole chain is clean in any order, and so is an empty one", () => {
  expect(checkChain(CHAIN)).toEqual([]);
  expect(checkChain({ ...CHAIN, receipts: CHAIN.receipts.toReversed() })).toEqual([]);
  expect(checkChain(wholeChain([]))).toEqual([]);
});

test("an edited receipt is found wherever it stands", () => {
  for (const n of [1, 2, 3]) {
    expect(checkChain(withEdited(CHAIN, n, { seconds: 1 }))).toEqual([
      {
        kind: "receipt-edited",
        session: "s1",
        receipt: id(n),
        detail: `receipt ${n + 1} holds another digest of it`,
      },
    ]);
  }
  expect(checkChain(withEdited(CHAIN, 4, { seconds: 1 }))).toEqual([
    {
      kind: "receipt-edited",
      session: "s1",
      receipt: id(4),
      detail: "the session's file holds another digest of it",
    },
  ]);
});

test("no single edit of a value goes unseen", () => {
  const edits: readonly Partial<Receipt>[] = [
    { outcome: { kind: "allowed", partial: true } },
    { event: "x" },
    { review: null },
    { previous: "0" },
    { at: "2020-01-01T00:00:00.000Z" },
  ];
  fc.assert(
    fc.property(fc.constantFrom(1, 2, 3, 4), fc.constantFrom(...edits), (n, edit) => {
      expect(checkChain(withEdited(CHAIN, n, edit))).not.toEqual([]);
    }),
  );
});

test("a receipt that is gone is missed wherever it stood", () => {
  for (const n of [1, 2, 3, 4]) {
    expect(checkChain(without(CHAIN, n))).toEqual([{ kind: "receipt-missing", session: "s1", n }]);
  }
  expect(kindsOf({ ...CHAIN, receipts: [] })).toEqual(Array.from({ length: 4 }, () => "receipt-missing"));
});

test("a first receipt that names one before it was cut out of another chain", () => {
  expect(kindsOf(withEdited(wholeChain([{}]), 1, { previous: "0" }))).toContain("receipt-edited");
});

test("two receipts of one number are a fork, and only the linked one is not called edited", () => {
  const [, second] = CHAIN.receipts;
  if (second === undefined) throw new Error("the chain is too short");
  const twin = { ...second.receipt, id: `${second.receipt.id}`, seconds: 1 };
  const forked = {
    ...CHAIN,
    receipts: [...CHAIN.receipts, { ...second, receipt: twin, digest: digestOf(twin) }],
  };
  expect(kindsOf(forked)).toEqual(["chain-forked"]);
});

test("a receipt copied from another session, or renamed, is out of place", () => {
  const [foreign] = wholeChain([{}], "s2").receipts;
  const [own] = CHAIN.receipts;
  if (foreign === undefined || own === undefined) throw new Error("the chain is too short");
  const copied = { ...foreign, name: { ...own.name, n: 5, id: "x" } };
  expect(checkChain({ ...CHAIN, receipts: [...CHAIN.receipts, copied] })).toEqual([
    { kind: "receipt-misplaced", session: "s1", receipt: "x", detail: "it says that it is of session s2" },
  ]);
  expect(kindsOf(withEdited(CHAIN, 4, { n: 9 }))).toContain("receipt-misplaced");
  expect(kindsOf(withEdited(CHAIN, 4, { id: "other" }))).toContain("receipt-misplaced");
  expect(kindsOf(withEdited(CHAIN, 4, { session: sessionId("s9") }))).toContain("receipt-misplaced");
});

test("an unreadable receipt is told, and is not missing too", () => {
  const [first] = CHAIN.receipts;
  if (first === undefined) throw new Error("the chain is too short");
  const torn = { ...without(CHAIN, 1), unreadable: [{ name: first.name, detail: "not-json" }] };
  expect(checkChain(torn)).toEqual([
    { kind: "receipt-unreadable", session: "s1", path: first.name.path, detail: "not-json" },
  ]);
});

test("a last receipt that the session's file does not know yet is only noted", () => {
  const [first] = CHAIN.receipts;
  const end = { kind: "recorded", receipts: { count: 1, head: first?.digest ?? null } } as const;
  expect(checkChain({ ...wholeChain([{}, {}]), end })).toEqual([
    { kind: "receipt-unrecorded", session: "s1", receipt: id(2) },
  ]);
});

test("without a readable session file the end of the chain is not vouched for", () => {
  expect(kindsOf({ ...CHAIN, end: { kind: "none" } })).toEqual(["chain-unanchored"]);
  const asked = wholeChain([{ event: "review" }]);
  expect(kindsOf({ ...asked, end: { kind: "none" } })).toEqual([]);
  const both = wholeChain([{}, { event: "review" }]);
  expect(kindsOf({ ...both, end: { kind: "none" } })).toEqual(["chain-unanchored"]);
  const end = { kind: "unreadable", path: "/state/sessions/s1.json", detail: "torn" } as const;
  expect(kindsOf({ ...CHAIN, end })).toEqual(["session-unreadable"]);
  expect(kindsOf({ ...wholeChain([]), end: { kind: "none" } })).toEqual([]);
});

test("what was pruned is not missing, as far as it is on record that it was", () => {
  const pruned = {
    session: sessionId("s1"),
    why: "age",
    receipts: { count: 4, head: null },
    at: "2026-08-01T00:00:00.000Z",
  } as const;
  expect(checkChain({ ...CHAIN, pruned })).toEqual([]);
  const cutShort = { ...without(CHAIN, 1), pruned };
  expect(checkChain(cutShort)).toEqual([{ kind: "chain-pruned", session: "s1", at: pruned.at, receipts: 1 }]);
  const fewer = { ...pruned, receipts: { count: 1, head: null } };
  expect(checkChain({ ...without(without(CHAIN, 1), 3), pruned: fewer })).toEqual([
    { kind: "chain-pruned", session: "s1", at: pruned.at, receipts: 1 },
    { kind: "receipt-missing", session: "s1", n: 3 },
  ]);
});

test("a note of pruning excuses nothing that pruning does not do", () => {
  const pruned = {
    session: sessionId("s1"),
    why: "age",
    receipts: { count: 4, head: null },
    at: "2026-08-01T00:00:00.000Z",
  } as const;
  // The oldest go first: one from the middle was taken by somebody else.
  expect(kindsOf({ ...without(CHAIN, 2), pruned })).toEqual(["receipt-missing"]);
  // A session that came back after it began a new chain.
  const since = { ...pruned, at: "2025-01-01T00:00:00.000Z" };
  expect(kindsOf({ ...without(CHAIN, 1), pruned: since })).toEqual(["receipt-missing"]);
});

test("a receipt of a later version could not be checked, and is not damaged", () => {
  const [stored] = CHAIN.receipts;
  if (stored === undefined) throw new Error("no receipt");
  const name = { ...stored.name, n: 5 };
  const unreadable = [{ name, detail: "later", digest: "d" }];
  const kinds = kindsOf({ ...CHAIN, unreadable });
  expect(kinds).toEqual(["receipt-newer"]);
});
