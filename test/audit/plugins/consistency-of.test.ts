import { expect, test } from "vitest";
import type { Consistency } from "#audit/plugins/consistency.ts";
import { consistencyOf, type Situation } from "#audit/plugins/consistency-of.ts";
import type { CopyStanding } from "#audit/plugins/copy-standing.ts";
import type { LiveSource } from "#audit/plugins/live-source.ts";
import type { NextLoad } from "#audit/plugins/next-load.ts";
import type { OfferRelation } from "#audit/plugins/offer-relation.ts";
import { objectId } from "#test/plugin-values.ts";

const loads: NextLoad = { kind: "loads", path: "/x", version: null, why: "record", record: 0, hooks: "run" };
const NEXT: readonly NextLoad[] = [
  loads,
  { kind: "does-not-load", why: "disabled" },
  { kind: "unknown", why: "file-newer" },
];
const commit = objectId("a");
const asRecorded: CopyStanding = { kind: "as-recorded", commit };
const STANDINGS: readonly (CopyStanding | null)[] = [
  asRecorded,
  { kind: "known", commit, recordIsOpen: false },
  { kind: "known", commit, recordIsOpen: true },
  { kind: "gone" },
  { kind: "unreadable", path: "/x", detail: "" },
  { kind: "anothers", commit, order: null },
  { kind: "edited", searched: null },
  { kind: "added", files: [], against: commit, byProducts: true },
  { kind: "added", files: [], against: commit, byProducts: false },
  { kind: "unexplained" },
  { kind: "unproven", why: "" },
  null,
];
const OFFERS: readonly OfferRelation[] = [
  { kind: "same" },
  { kind: "behind", commits: 3, proof: "commits" },
  { kind: "ahead", proof: "commits" },
  { kind: "same-version", commits: null },
  { kind: "not-known" },
];
const LIVE: readonly LiveSource[] = ["no", "same", "changed", "not-known"];

const every: readonly Situation[] = NEXT.flatMap((next) =>
  STANDINGS.flatMap((standing) =>
    OFFERS.flatMap((offer) =>
      LIVE.flatMap((live) =>
        [true, false].flatMap((versionIsTrue) =>
          [true, false].map((twoVersions) => ({ next, standing, offer, live, versionIsTrue, twoVersions })),
        ),
      ),
    ),
  ),
);

test("every combination has a word, and only what is proven in every respect is in sync", () => {
  const inSync = every.filter((situation) => consistencyOf(situation).kind === "in-sync");
  expect(every).toHaveLength(3 * 12 * 5 * 4 * 4);
  for (const { next, standing, offer, live, versionIsTrue, twoVersions } of inSync) {
    expect(next.kind).toBe("loads");
    if (live === "same") continue;
    expect([live, offer.kind, versionIsTrue, twoVersions]).toEqual(["no", "same", true, false]);
    expect(standing?.kind === "as-recorded" || (standing?.kind === "known" && !standing.recordIsOpen)).toBe(
      true,
    );
  }
  expect(inSync.filter(({ live }) => live === "no")).toHaveLength(2);
});

test("a graver word is never hidden by another cause of a lighter one", () => {
  const order = [
    "missing",
    "not-loaded",
    "tampered",
    "false-record",
    "drifted",
    "ambiguous",
    "behind",
    "unknown",
    "in-sync",
  ];
  const rank = (situation: Situation): number => order.indexOf(consistencyOf(situation).kind);
  for (const situation of every) {
    expect(rank({ ...situation, twoVersions: true })).toBeLessThanOrEqual(
      rank({ ...situation, twoVersions: false }),
    );
    expect(rank({ ...situation, versionIsTrue: false })).toBeLessThanOrEqual(
      rank({ ...situation, versionIsTrue: true }),
    );
  }
});

const good: Situation = {
  next: loads,
  standing: asRecorded,
  offer: { kind: "same" },
  live: "no",
  versionIsTrue: true,
  twoVersions: false,
};

test.each<readonly [string, Partial<Situation>, Consistency]>([
  ["all is well", {}, { kind: "in-sync" }],
  [
    "the folder is gone",
    { standing: { kind: "gone" }, next: { kind: "does-not-load", why: "folder-missing" } },
    { kind: "missing" },
  ],
  ["disabled", { next: { kind: "does-not-load", why: "disabled" } }, { kind: "not-loaded" }],
  ["edited", { standing: { kind: "edited", searched: 3 } }, { kind: "tampered" }],
  ["another commit's", { standing: { kind: "anothers", commit, order: "older" } }, { kind: "false-record" }],
  ["a version that lies", { versionIsTrue: false }, { kind: "false-record" }],
  ["unexplained", { standing: { kind: "unexplained" } }, { kind: "drifted", why: "unexplained" }],
  [
    "files added",
    { standing: { kind: "added", files: [], against: commit, byProducts: false } },
    { kind: "drifted", why: "files-added" },
  ],
  ["same version", { offer: { kind: "same-version", commits: 1 } }, { kind: "drifted", why: "same-version" }],
  ["two versions", { twoVersions: true }, { kind: "ambiguous" }],
  [
    "behind",
    { offer: { kind: "behind", commits: 3, proof: "commits" } },
    { kind: "behind", who: "install", commits: 3 },
  ],
  [
    "ahead",
    { offer: { kind: "ahead", proof: "versions" } },
    { kind: "behind", who: "marketplace", commits: null },
  ],
  [
    "cannot be foretold",
    { next: { kind: "unknown", why: "file-newer" } },
    { kind: "unknown", why: "load-not-known" },
  ],
  [
    "unreadable",
    { standing: { kind: "unreadable", path: "", detail: "" } },
    { kind: "unknown", why: "unreadable" },
  ],
  ["unproven", { standing: { kind: "unproven", why: "" } }, { kind: "unknown", why: "bytes-not-proven" }],
  [
    "record not here",
    { standing: { kind: "known", commit, recordIsOpen: true } },
    { kind: "unknown", why: "record-not-proven" },
  ],
  [
    "by-products",
    { standing: { kind: "added", files: [], against: commit, byProducts: true } },
    { kind: "unknown", why: "by-products" },
  ],
  ["offer not here", { offer: { kind: "not-known" } }, { kind: "unknown", why: "offer-not-here" }],
  [
    "nothing is claimed",
    { standing: null, offer: { kind: "not-known" } },
    { kind: "unknown", why: "no-claim" },
  ],
  ["live and the same", { live: "same" }, { kind: "in-sync" }],
  ["live and changed", { live: "changed" }, { kind: "drifted", why: "live-source" }],
  ["live, not known", { live: "not-known" }, { kind: "unknown", why: "bytes-not-proven" }],
  [
    "live, cannot be foretold",
    { live: "same", next: { kind: "unknown", why: "file-newer" } },
    { kind: "unknown", why: "load-not-known" },
  ],
])("%s", (_name, change, expected) => {
  expect(consistencyOf({ ...good, ...change })).toEqual(expected);
});
