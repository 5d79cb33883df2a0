import { expect, test } from "vitest";
import { ObjectId } from "#base/ids.ts";
import { parseShape } from "#base/json.ts";
import { fingerprintOf } from "#git/snapshot/fingerprint.ts";
import type { Snapshot } from "#git/snapshot/snapshot.ts";

const id = (digit: string) => parseShape(digit.repeat(40), ObjectId);
const snapshot: Snapshot = {
  tree: id("1"),
  head: id("2"),
  opaque: [{ path: "sub", kind: "submodule", state: "a" }],
  rules: { excludes: "e", attributes: "a", filters: "f" },
};

test("content counts: the tree and each opaque state", () => {
  const others: Snapshot[] = [
    { ...snapshot, tree: id("3") },
    { ...snapshot, opaque: [] },
    { ...snapshot, opaque: [{ path: "sub", kind: "submodule", state: "b" }] },
  ];
  for (const other of others) expect(fingerprintOf(other)).not.toBe(fingerprintOf(snapshot));
});

test("HEAD and the hiding rules do not", () => {
  const rules = { excludes: "x", attributes: "x", filters: "x" };
  expect(fingerprintOf({ ...snapshot, head: null, rules })).toBe(fingerprintOf(snapshot));
});
