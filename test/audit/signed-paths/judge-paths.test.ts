import { expect, test } from "vitest";
import {
  exitCodeOfPaths,
  judgePaths,
  type PathsCase,
  type PathVerdict,
} from "#audit/signed-paths/judge-paths.ts";
import { REFUSED_NOTES, type RefusedNote } from "#audit/signed-paths/refused-note.ts";
import { change, entry, noteValue, object, state, TREE, trusted } from "#test/note-values.ts";

const P = "9".repeat(64);

function judged(own: Partial<PathsCase>): readonly PathVerdict[] {
  return judgePaths({
    changes: [],
    base: new Map(),
    notes: [],
    refused: [],
    pairs: [],
    strict: false,
    ignores: () => false,
    ...own,
  });
}

/** How it is signed, or the kind of the reason why it is not. */
function said(own: Partial<PathsCase>): readonly string[] {
  return judged(own).map((one) => {
    if (one.kind === "signed") return `${one.as} by ${one.by.length}`;
    return one.kind === "ignored" ? "ignored" : one.why.kind;
  });
}

test("signed by its content, in steps by two notes, and left out by wish", () => {
  const notes = [trusted([entry("f", "a", "b"), entry("g", "a", "b")]), trusted([entry("g", "b", "c")])];
  const changes = [change("f", "a", "b"), change("g", "a", "c"), change("x", "a", "b")];
  expect(said({ notes, changes, ignores: (path) => path === "x" })).toEqual([
    "content by 1",
    "steps by 2",
    "ignored",
  ]);
  expect(exitCodeOfPaths(judged({ notes, changes }))).toBe(1);
  expect(exitCodeOfPaths(judged({ notes, changes: changes.slice(0, 2) }))).toBe(0);
});

test("what the base holds of other paths carries renames", () => {
  const notes = [trusted([entry("new", "a", "b", { from: "old" })])];
  const changes = [change("new", null, "b")];
  expect(said({ notes, changes, base: new Map([["old", state("a")]]) })).toEqual(["content by 1"]);
  expect(said({ notes, changes })).toEqual(["other-old-content"]);
});

test("the same lines between other contents count, but not where only contents do", () => {
  const notes = [trusted([entry("f", "a", "b", { patch: P }), entry("f", null, "8")])];
  const changes = [change("f", "1", "2")];
  const pair = {
    path: "f",
    old: { mode: "100644", blob: object("1") },
    new: { mode: "100644", blob: object("2") },
    patch: P,
  };
  expect(said({ notes, changes, pairs: [pair] })).toEqual(["patch by 1"]);
  expect(said({ notes, changes, pairs: [pair], strict: true })).toEqual(["only-as-patch"]);
  expect(said({ notes, changes, pairs: [{ ...pair, patch: "8".repeat(64) }] })).toEqual(["no-note"]);
  expect(said({ notes, changes, pairs: [{ ...pair, path: "g" }] })).toEqual(["no-note"]);
  const executable = { ...pair, new: { mode: "100755", blob: object("2") } };
  expect(
    said({ notes, changes: [{ ...change("f", "1", "2"), new: executable.new }], pairs: [executable] }),
  ).toEqual(["no-note"]);
  const gone = [trusted([entry("f", "a", null)])];
  expect(said({ notes: gone, changes, pairs: [pair] })).toEqual(["no-note"]);
});

test("the lines of several steps count where the last note has their digest and all steps are signed", () => {
  const changes = [change("f", "1", "2")];
  const old = { mode: "100644", blob: object("1") };
  const pairs = [{ path: "f", old, new: { mode: "100644", blob: object("2") }, patch: P }];
  const first = trusted([entry("f", "a", "b")]);
  const last = trusted([
    entry("f", "b", "c", { patch: "8".repeat(64), since: [{ old: object("a"), patch: P }] }),
  ]);
  expect(said({ notes: [first, last], changes, pairs })).toEqual(["patch by 2"]);
  expect(said({ notes: [last], changes, pairs })).toEqual(["no-note"]);
  expect(said({ notes: [first, last], changes, pairs, strict: true })).toEqual(["only-as-patch"]);
  const other = trusted([entry("f", "b", "c", { since: [{ old: object("a"), patch: "7".repeat(64) }] })]);
  expect(said({ notes: [first, other], changes, pairs })).toEqual(["no-note"]);
});

test("without a word on modes a plain file is meant", () => {
  const { modes: _modes, ...bare } = entry("f", "a", "b");
  const notes = [trusted([bare])];
  expect(said({ notes, changes: [change("f", "a", "b")] })).toEqual(["content by 1"]);
  const executable = { path: "f", old: state("a"), new: state("b", "100755") };
  expect(said({ notes, changes: [executable] })).toEqual(["other-mode"]);
});

test("each reason by its name, the nearest first", () => {
  const changes = [change("f", "a", "b")];
  const why = (...entries: Parameters<typeof trusted>) => said({ notes: [trusted(...entries)], changes })[0];
  expect(why([entry("f", "a", "b", { part: true })])).toBe("shown-in-part");
  expect(why([entry("f", "a", "c", { part: true })])).toBe("no-note");
  expect(why([entry("f", "a", "b", { redacted: 2 })])).toBe("redacted");
  expect(why([entry("f", "1", "b")])).toBe("other-old-content");
  expect(why([entry("f", "a", "c")])).toBe("other-new-content");
  expect(why([], { notCovered: [{ path: "f", why: "binary" }] })).toBe("not-covered");
  expect(why([], { leftOut: ["f"] })).toBe("left-out");
  expect(why([], { leftOut: ["g"] })).toBe("no-note");
  const within = said({
    notes: [trusted([], { notCovered: [{ path: "sub", why: "nested-repository" }] })],
    changes: [change("sub/f", "a", "b"), change("subway", "a", "b")],
  });
  expect(within).toEqual(["not-covered", "no-note"]);
  const gone = said({
    notes: [trusted([entry("f", "1", null), entry("f", "2", "3")])],
    changes: [change("f", "a", null)],
  });
  expect(gone).toEqual(["no-note"]);
});

test("a submodule's commit is told as what it is", () => {
  const link = (letter: string) => state(letter, "160000");
  expect(said({ changes: [{ path: "sub", old: link("a"), new: link("b") }] })).toEqual(["submodule"]);
  expect(said({ changes: [{ path: "sub", old: null, new: link("b") }] })).toEqual(["submodule"]);
});

test("the latest note speaks first", () => {
  const early = trusted([entry("f", "1", "b")], { at: "2026-01-01T00:00:00.000Z", receipt: "early" });
  const late = trusted([entry("f", "2", "b")], { at: "2026-01-02T00:00:00.000Z", receipt: "late" });
  for (const notes of [
    [early, late],
    [late, early],
  ]) {
    const [one] = judged({ notes, changes: [change("f", "a", "b")] });
    expect(one).toMatchObject({ why: { receipt: "late", old: object("2") } });
  }
});

test("a note that was refused and would have done is named", () => {
  const note = noteValue([entry("f", "a", "b")]);
  const refused: readonly RefusedNote[] = [
    { kind: "note-newer", object: TREE },
    { kind: "note-edited", object: TREE, note: noteValue([entry("g", "a", "b")]) },
    { kind: "note-moved", object: TREE, note },
  ];
  const [one] = judged({ refused, changes: [change("f", "a", "b")] });
  expect(one).toMatchObject({ why: { kind: "note-refused", why: "note-moved", receipt: note.receipt } });
  expect(REFUSED_NOTES["note-moved"].weight).toBe("finding");
});
