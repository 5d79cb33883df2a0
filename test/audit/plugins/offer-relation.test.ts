import { expect, test } from "vitest";
import { standingOf } from "#audit/plugins/copy-standing.ts";
import { relationToOffer } from "#audit/plugins/offer-relation.ts";
import type { CopyFacts, PluginFacts } from "#audit/plugins/plugin-facts.ts";
import { versionOrder } from "#audit/plugins/version-order.ts";
import {
  absentFolder,
  copyValue,
  entryValue,
  folderValue,
  foundMatch,
  objectId,
  offeredValue,
  pluginValue,
  recordValue,
} from "#test/plugin-values.ts";

const LINE = { commit: objectId("b"), at: "2026-01-02T03:04:05Z", subject: "Two" };
const cut = { kind: "not-found", whole: false, commits: 1 } as const;
const other = { tree: objectId("9"), commit: objectId("b") };
const apart = { besideOffered: null, missing: null };
const two = offeredValue({ ...other, version: "2.0.0" });
const pinned = entryValue({
  source: { kind: "git", url: "https://x/y.git", path: "", ref: null, sha: objectId("c") },
});

function folder(version: string | null): Partial<CopyFacts> {
  return { folder: folderValue("/x", version), record: recordValue({ version }) };
}

test.each<readonly [string, Partial<CopyFacts>, Partial<PluginFacts>, string]>([
  ["the same tree", apart, {}, "same"],
  [
    "the same commit after filters",
    { ...apart, match: foundMatch("b") },
    { offered: offeredValue(other) },
    "same",
  ],
  ["a commit known to be the same", { match: foundMatch("c") }, { offered: offeredValue(other) }, "same"],
  ["an ancestor", { besideOffered: "older", missing: [LINE] }, { offered: two }, "behind 1 commits"],
  [
    "an ancestor, unknown how far",
    { besideOffered: "older", missing: null },
    { offered: two },
    "behind null commits",
  ],
  ["a descendant", { besideOffered: "newer" }, { offered: two }, "ahead commits"],
  ["an older version", apart, { offered: two }, "behind null versions"],
  ["a newer version", { ...apart, ...folder("3.0.0") }, { offered: two }, "ahead versions"],
  ["versions without order", { ...apart, ...folder("x") }, { offered: two }, "behind null versions"],
  [
    "what is not all here, of the same version",
    { ...apart, match: { kind: "not-searched", why: "a submodule", undecided: true } },
    { offered: offeredValue(other) },
    "not-known",
  ],
  [
    "no versions at all",
    { ...apart, ...folder(null) },
    { offered: offeredValue({ ...other, version: null }) },
    "behind null bytes",
  ],
  [
    "a version against none",
    apart,
    { offered: offeredValue({ ...other, version: null }) },
    "behind null bytes",
  ],
  [
    "the same version, counted",
    { besideOffered: "older", missing: [LINE, LINE] },
    { offered: offeredValue(other) },
    "same-version 2",
  ],
  ["the same version, history cut", apart, { offered: offeredValue(other) }, "same-version null"],
  [
    "the same version, nothing between",
    { besideOffered: "unrelated" },
    { offered: offeredValue(other) },
    "same-version null",
  ],
  [
    "a manifest without a version, the record's the same",
    { ...apart, folder: folderValue("/x", null) },
    { offered: offeredValue(other) },
    "same-version null",
  ],
  [
    "a manifest that is not there",
    { ...apart, folder: folderValue("/x", null, { manifest: { path: "/m", kind: "absent" } }) },
    { offered: offeredValue(other) },
    "same-version null",
  ],
  [
    "not comparable, the same version",
    apart,
    { offered: offeredValue({ tree: null, commit: null }) },
    "not-known",
  ],
  [
    "not comparable, an older version",
    apart,
    { offered: offeredValue({ tree: null, version: "2.0.0", commit: null }) },
    "behind null versions",
  ],
  [
    "no tree, but an ancestor",
    { besideOffered: "older" },
    { offered: { ...two, tree: null } },
    "behind null commits",
  ],
  ["gone", { folder: absentFolder("/x") }, {}, "not-known"],
  ["unreadable", { bytes: { kind: "unreadable", path: "/x", detail: "" } }, {}, "not-known"],
  ["not here", {}, { offered: null }, "not-known"],
  [
    "not here, pinned to what is recorded",
    { record: recordValue({ gitCommitSha: objectId("c") }) },
    { offered: null, entry: pinned },
    "not-known",
  ],
  ["not here, pinned to another", {}, { offered: null, entry: pinned }, "behind null pin"],
  ["not here, pinned, nothing recorded", { record: null }, { offered: null, entry: pinned }, "not-known"],
])("what is installed, beside what is offered, is %s", (_name, copy, facts, expected) => {
  const one = copyValue(copy);
  const plugin = pluginValue({ copies: [one], ...facts });
  const relation = relationToOffer(plugin, one, standingOf(one, plugin.offered));
  expect(Object.values(relation).map(String).join(" ")).toBe(expected);
});

test("bytes that were changed here say nothing of what is offered; their version does", () => {
  const files = [{ path: "hooks/stop.sh", how: "changed" }] as const;
  const edited = copyValue({
    ...apart,
    match: cut,
    recorded: { kind: "here", tree: objectId("8"), version: "1.0.0" },
    differences: { against: objectId("a"), files, younger: true },
  });
  const relate = (offered: PluginFacts["offered"]) => {
    return relationToOffer(pluginValue({ offered }), edited, standingOf(edited, offered)).kind;
  };
  expect([relate(offeredValue(other)), relate(two)]).toEqual(["not-known", "behind"]);
});

test("what is offered with files added to it is still what is offered", () => {
  const added = copyValue({
    ...apart,
    match: cut,
    recorded: { kind: "here", tree: objectId("8"), version: "1.0.0" },
    differences: { against: objectId("b"), files: [{ path: "x", how: "added" }], younger: true },
  });
  const offered = offeredValue(other);
  expect(relationToOffer(pluginValue({ offered }), added, standingOf(added, offered))).toEqual({
    kind: "same",
  });
});

test.each([
  ["1.0.0", "1.0.0", "same"],
  ["1.0.0", "1.0.1", "older"],
  ["1.10.0", "1.9.9", "newer"],
  ["v2.0.0", "1.0.0", "newer"],
  ["1.0.0+a", "1.0.0+b", "other"],
  ["1.0.0-rc.1", "1.0.0", "other"],
  ["1.0.0", "1.0.0-rc.1", "other"],
  ["0123456789ab", "1.0.0", "other"],
  ["1.0", "2.0", "other"],
])("version %s beside %s is %s", (a, b, order) => {
  expect(versionOrder(a, b)).toBe(order);
});
