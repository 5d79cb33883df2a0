import { describe, expect, test } from "vitest";
import type { Look } from "#commands/stop/stop-case.ts";
import { unsignedAfter } from "#commands/stop/unsigned-after.ts";
import type { Outcome } from "#gate/stop/outcome.ts";
import type { Unsigned } from "#runs/sessions/session.ts";
import { A_TREE } from "#test/session-values.ts";

const SNAPSHOT: Look["snapshot"] = {
  tree: A_TREE,
  head: null,
  opaque: [],
  rules: { excludes: "", attributes: "", filters: "" },
};
const AT = "2026-01-02T03:04:05.000Z";
const STORE = { directory: "/s", objects: "/s/objects", indexes: "/s/indexes", scratch: "/s/scratch" };
const LOOK: Look = {
  tree: {
    repository: { root: "/w", gitDirectory: "/w/.git", commonDirectory: "/w/.git", objectFormat: "sha1" },
    store: STORE,
  },
  snapshot: SNAPSHOT,
  fingerprint: "now",
  taken: { at: new Date(AT), until: new Date(AT) },
  baseline: { root: "/w", store: "/s", snapshot: SNAPSHOT, takenAt: AT, why: "start", fingerprint: "before" },
};
const DEBT: Unsigned = { snapshot: SNAPSHOT, outcome: "blocked", receipt: "r-1", at: AT, said: false };

function leftAfter(outcome: Outcome, look = LOOK): Unsigned | undefined {
  const ending = { outcome, look };
  return unsignedAfter(ending, { unsigned: DEBT, receipt: "r-2", at: AT }).unsigned;
}

describe("what a session left unsigned", () => {
  test("is over with a signature, and where nothing of its work is there", () => {
    expect(leftAfter({ kind: "allowed", partial: false })).toBeUndefined();
    expect(leftAfter({ kind: "skipped", why: "anothers" })).toBeUndefined();
    const back = { ...LOOK, fingerprint: "before" };
    expect(leftAfter({ kind: "skipped", why: "unchanged" }, back)).toBeUndefined();
  });

  test("stays where nobody looked at it", () => {
    expect(leftAfter({ kind: "skipped", why: "nothing-to-show" })).toBe(DEBT);
    expect(leftAfter({ kind: "joined" })).toBe(DEBT);
  });

  test("is what the last stop left", () => {
    expect(leftAfter({ kind: "blocked", round: 1, of: 3 })).toMatchObject({
      outcome: "blocked",
      receipt: "r-2",
    });
  });
});
