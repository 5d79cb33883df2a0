import { expect, test } from "vitest";
import { standingOf } from "#audit/plugins/copy-standing.ts";
import type { CopyFacts, Differences, Offered } from "#audit/plugins/plugin-facts.ts";
import {
  absentFolder,
  copyValue,
  folderValue,
  foundMatch,
  objectId,
  offeredValue,
  recordValue,
} from "#test/plugin-values.ts";

const whole = { kind: "not-found", whole: true, commits: 12 } as const;
const cut = { kind: "not-found", whole: false, commits: 1 } as const;
const undecided = { kind: "not-searched", why: "a submodule", undecided: true } as const;
const here = { kind: "here", tree: objectId("2"), version: "1.0.0" } as const;
const notHere = { kind: "not-here" } as const;
const none = { kind: "none" } as const;
const unclaimed = recordValue({ gitCommitSha: null });

function differing(how: "added" | "changed", younger: boolean, path = "hooks/stop.sh"): Differences {
  return { against: objectId("a"), files: [{ path, how }], younger };
}

test.each<readonly [string, Partial<CopyFacts>, Offered | null, string]>([
  ["the recorded commit's", {}, offeredValue(), "as-recorded"],
  ["the recorded commit's, and a newer one's too", { match: foundMatch("b") }, offeredValue(), "as-recorded"],
  [
    "the recorded commit's after filters",
    { recorded: here, match: foundMatch("a", true) },
    null,
    "as-recorded",
  ],
  [
    "the recorded commit's after filters, and what is offered",
    { recorded: here, match: foundMatch("c", true) },
    offeredValue({ commit: objectId("c"), tree: objectId("2") }),
    "as-recorded",
  ],
  [
    "no different in any file",
    { recorded: here, match: whole, differences: { ...differing("added", false), files: [] } },
    null,
    "as-recorded",
  ],
  [
    "another's",
    { recorded: here, match: foundMatch("b"), besideRecorded: "older" },
    offeredValue(),
    "anothers",
  ],
  ["another's after filters", { recorded: here, match: foundMatch("b", true) }, offeredValue(), "anothers"],
  [
    "another's, for the recorded one has no such folder",
    { recorded: { kind: "no-folder" }, match: foundMatch("b") },
    null,
    "anothers",
  ],
  ["found, the recorded commit is not here", { recorded: notHere, match: foundMatch("b") }, null, "known"],
  ["found, none is recorded", { recorded: none, match: foundMatch("b"), record: unclaimed }, null, "known"],
  [
    "what is offered, not searched",
    { recorded: none, match: { kind: "not-searched", why: "x" } },
    offeredValue(),
    "known",
  ],
  [
    "no commit's of a whole history",
    { recorded: here, match: whole },
    offeredValue({ tree: objectId("3") }),
    "edited",
  ],
  ["no commit's, and none is recorded", { recorded: none, match: whole, record: unclaimed }, null, "edited"],
  [
    "differing in younger files only",
    { recorded: here, match: cut, differences: differing("changed", true) },
    null,
    "edited",
  ],
  [
    "differing in files as old as the rest",
    { recorded: here, match: cut, differences: differing("changed", false) },
    null,
    "unexplained",
  ],
  ["differing in a way that is not known", { recorded: here, match: cut }, null, "unexplained"],
  [
    "nobody's, and the folder is in no recorded commit",
    { recorded: { kind: "no-folder" }, match: cut, record: unclaimed },
    null,
    "unexplained",
  ],
  [
    "differing, with no commit on record that is named",
    { recorded: here, match: cut, record: null },
    null,
    "unexplained",
  ],
  [
    "the commit's and more",
    { recorded: here, match: cut, differences: differing("added", false) },
    null,
    "added",
  ],
  [
    "the nearest commit's and younger ones",
    { recorded: notHere, match: cut, differences: differing("added", true) },
    null,
    "added",
  ],
  [
    "the nearest commit's and more, in a whole history",
    { recorded: notHere, match: whole, differences: differing("added", false) },
    null,
    "added",
  ],
  [
    "perhaps an older commit's",
    { recorded: notHere, match: cut, differences: differing("added", false) },
    null,
    "unproven",
  ],
  [
    "younger than the nearest commit's, which is not the recorded one",
    { recorded: notHere, match: cut, differences: differing("changed", true) },
    null,
    "unproven",
  ],
  ["not in a shallow clone", { recorded: notHere, match: cut }, null, "unproven"],
  ["of a commit that a forced push took away", { recorded: notHere, match: whole }, null, "unproven"],
  ["not searched", { recorded: notHere, match: { kind: "not-searched", why: "npm" } }, null, "unproven"],
  ["not here to compare with", { recorded: here, match: undecided }, null, "unproven"],
  [
    "not all here, and some are others",
    { recorded: here, match: undecided, differences: differing("changed", false) },
    null,
    "unexplained",
  ],
  ["not there", { folder: absentFolder("/x") }, null, "gone"],
  ["in a file's place", { folder: folderValue("/x", null, { stands: "not-a-folder" }) }, null, "gone"],
  ["gone meanwhile", { bytes: { kind: "absent" } }, null, "gone"],
  ["not readable", { bytes: { kind: "unreadable", path: "/x/y", detail: "EACCES" } }, null, "unreadable"],
  ["too large", { bytes: { kind: "too-large", files: 9, bytes: 99 } }, null, "unreadable"],
])("the bytes are %s", (_name, copy, offered, kind) => {
  expect(standingOf(copyValue(copy), offered).kind).toBe(kind);
});

test("what is told of it names the commits, the files and the reason", () => {
  const is = (copy: Partial<CopyFacts>, offered: Offered | null = null) =>
    standingOf(copyValue(copy), offered);
  expect(is({})).toEqual({ kind: "as-recorded", commit: objectId("a") });
  expect(is({ record: null })).toEqual({ kind: "as-recorded", commit: objectId("a") });
  expect(is({ record: null, match: cut })).toEqual({ kind: "as-recorded", commit: null });
  expect(is({ recorded: here, match: foundMatch("b"), besideRecorded: "newer" })).toEqual({
    kind: "anothers",
    commit: objectId("b"),
    order: "newer",
  });
  expect(is({ recorded: none, match: foundMatch("b") })).toMatchObject({ recordIsOpen: false });
  expect(is({ recorded: notHere, match: cut }, offeredValue())).toMatchObject({ recordIsOpen: true });
  expect(is({ recorded: here, match: whole })).toEqual({ kind: "edited", searched: 12 });
  expect(is({ recorded: here, match: cut, differences: differing("changed", true) })).toEqual({
    kind: "edited",
    searched: null,
  });
  expect(is({ bytes: { kind: "too-large", files: 9, bytes: 99 } })).toMatchObject({
    detail: expect.stringContaining("9 files of 99 bytes"),
  });
});

test.each([
  ["node_modules/x/index.js", true],
  ["hooks/__pycache__/stop.cpython-312.pyc", true],
  ["stop.pyc", true],
  ["a/.DS_Store", true],
  ["hooks/stop.sh", false],
  ["node_modules", false],
])("%s beside a commit's files is a by-product: %s", (path, byProducts) => {
  const copy = copyValue({ recorded: here, match: cut, differences: differing("added", true, path) });
  expect(standingOf(copy, null)).toMatchObject({ kind: "added", byProducts });
});
