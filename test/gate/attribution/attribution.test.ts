import { describe, expect, test } from "vitest";
import type { FileEdit } from "#claude/transcript/tool-records.ts";
import { attributed, edited, opaque, other, ran, workOf } from "#test/attribution/evidence-values.ts";

const NUMBERS = "one1\ntwo2\nthree3\nfour4\nfive5\nsix6\n";
const changed = (...pairs: readonly (readonly [string, string])[]) =>
  pairs.reduce((text, [old, put]) => text.replace(old, put), NUMBERS);
const whole = (before: string | null, after: string) => ({ kind: "whole", before, after }) as const;

describe("edits of another session", () => {
  test("are left out, and the own ones beside them are not", () => {
    const theirs = changed(["one1", "ONE1"]);
    const both = changed(["one1", "ONE1"], ["five5", "FIVE5"]);
    const result = attributed(
      [
        { at: 0, files: { a: NUMBERS } },
        { at: 100, files: { a: both } },
      ],
      workOf(ran(40, 50)),
      other(workOf(edited("a", 20, whole(NUMBERS, theirs)))),
    );
    expect(result).toMatchObject({
      texts: { a: theirs },
      leftOut: [{ path: "a", by: "s2" }],
      uncertain: [{ path: "a", why: "session s2 edited it, and that is not all that changed" }],
    });
  });

  test("that two sessions made alike are left out once", () => {
    const after = changed(["one1", "ONE1"]);
    const result = attributed(
      [
        { at: 0, files: { a: NUMBERS } },
        { at: 100, files: { a: after } },
      ],
      workOf(ran(40, 50)),
      other(workOf(edited("a", 20, whole(NUMBERS, after)))),
      other(workOf(edited("a", 22, whole(NUMBERS, after))), { session: "s3" }),
    );
    expect(result.leftOut).toEqual([{ path: "a", by: "s2" }]);
  });

  test("are not left out where they were undone and the session made them again", () => {
    const after = changed(["one1", "ONE1"]);
    const theirs = workOf(edited("a", 20, whole(NUMBERS, after)));
    const files = [
      { at: 0, files: { a: NUMBERS } },
      { at: 100, files: { a: after } },
    ];
    const again = (edit: FileEdit) => attributed(files, workOf(edited("a", 40, edit)), other(theirs));
    for (const edit of [
      whole(NUMBERS, after),
      { kind: "replace", old: "one1", new: "ONE1", all: false },
    ] as const)
      expect(again(edit)).toMatchObject({ leftOut: [], uncertain: [{ path: "a" }] });
    expect(again({ kind: "unknown" }).leftOut).toEqual([{ path: "a", by: "s2" }]);
    expect(again({ kind: "content", after }).leftOut).toEqual([{ path: "a", by: "s2" }]);
    const [old, gone] = ["the old words of it\n", "and these words too\n"];
    const both = [
      { at: 0, files: { a: `${old}${gone}` } },
      { at: 100, files: { a: old } },
    ];
    const removal = { kind: "replace", old: gone, new: "", all: false } as const;
    const removed = attributed(
      both,
      workOf(edited("a", 40, removal)),
      other(workOf(edited("a", 20, removal))),
    );
    expect(removed).toMatchObject({ leftOut: [], uncertain: [{ path: "a" }] });
    const made = [
      { at: 0, files: {} },
      { at: 100, files: { a: old } },
    ];
    const creation = whole(null, old);
    const created = attributed(
      made,
      workOf(edited("a", 40, creation)),
      other(workOf(edited("a", 20, creation))),
    );
    expect(created).toMatchObject({ leftOut: [], uncertain: [{ path: "a" }] });
  });

  test("of the same line are reviewed by both, and marked", () => {
    const mine = changed(["two2", "TWO2"]);
    const both = changed(["two2", "TWO2 and more"]);
    const result = attributed(
      [
        { at: 0, files: { a: NUMBERS } },
        { at: 100, files: { a: both } },
      ],
      workOf(edited("a", 10, whole(NUMBERS, mine))),
      other(workOf(edited("a", 20, whole(mine, both)))),
    );
    expect(result.texts).toEqual({});
    expect(result.uncertain).toEqual([
      { path: "a", why: "it also holds work of session s2 that cannot be told apart" },
    ]);
  });

  test("whose record has no texts are marked", () => {
    const result = attributed(
      [
        { at: 0, files: { a: NUMBERS } },
        { at: 100, files: { a: changed(["one1", "ONE1"]) } },
      ],
      workOf(ran(40, 50)),
      other(workOf(edited("a", 20, { kind: "unknown" }))),
    );
    expect(result).toMatchObject({ leftOut: [], uncertain: [{ path: "a" }] });
  });

  test("that replace what is there once are left out", () => {
    const after = changed(["six6", "SIX6"]);
    const result = attributed(
      [
        { at: 0, files: { a: NUMBERS } },
        { at: 100, files: { a: after } },
      ],
      workOf(ran(40, 50)),
      other(workOf(edited("a", 20, { kind: "replace", old: "six6", new: "SIX6", all: false }))),
    );
    expect(result.texts).toEqual({ a: after });
  });

  test("that replace something by nothing take the line feed behind it along, as the host does", () => {
    const after = changed(["six6\n", ""]);
    const result = attributed(
      [
        { at: 0, files: { a: NUMBERS } },
        { at: 100, files: { a: after } },
      ],
      workOf(ran(40, 50)),
      other(workOf(edited("a", 20, { kind: "replace", old: "six6", new: "", all: false }))),
    );
    expect(result).toMatchObject({ texts: { a: after }, uncertain: [] });
  });

  test("that write a file whole are left out where nothing own can have written it since it was seen", () => {
    const trees = [
      { at: 0, files: { a: NUMBERS } },
      { at: 100, files: { a: "all new lines\n" } },
    ];
    const theirs = other(workOf(edited("a", 20, { kind: "content", after: "all new lines\n" })));
    expect(attributed(trees, workOf(ran(40, 50)), theirs).texts).toEqual({ a: "all new lines\n" });
    expect(attributed(trees, workOf(ran(10, 15)), theirs).texts).toEqual({});
    const twice = other(
      workOf(
        edited("a", 20, { kind: "content", after: "all new\n" }),
        edited("b", 25, { kind: "content", after: "beside\n" }),
        edited("a", 30, { kind: "content", after: "all new lines\n" }),
      ),
    );
    expect(attributed(trees, workOf(ran(40, 50)), twice).texts).toEqual({ a: "all new lines\n" });
  });

  test("that write a file whole which is no text, or before anything was seen, are marked", () => {
    const trees = [
      { at: 0, files: { a: opaque("old") } },
      { at: 100, files: { a: "text now\n" } },
    ];
    const theirs = other(workOf(edited("a", 20, { kind: "content", after: "text now\n" })));
    expect(attributed(trees, workOf(ran(40, 50)), theirs)).toMatchObject({
      leftOut: [],
      uncertain: [{ path: "a" }],
    });
    const early = other(workOf(edited("a", 0, { kind: "content", after: "text now\n" })));
    expect(attributed(trees, workOf(ran(40, 50)), early)).toMatchObject({
      leftOut: [],
      uncertain: [{ path: "a" }],
    });
    const edit = other(workOf(edited("a", 20, whole("old\n", "text now\n"))));
    expect(attributed(trees, workOf(ran(40, 50)), edit)).toMatchObject({
      leftOut: [],
      uncertain: [{ path: "a" }],
    });
  });

  test("that write a file whole are marked where what counts as own is not all known", () => {
    const result = attributed(
      [
        { at: 0, files: { a: NUMBERS } },
        { at: 100, files: { a: "all new lines\n" } },
      ],
      workOf(ran(40, 50)),
      other(workOf(edited("a", 20, { kind: "content", after: "all new lines\n" }))),
      other({ whole: false, records: [] }, { session: "s3", reviewedFrom: undefined }),
    );
    expect(result.texts).toEqual({});
  });

  test("that write a file whole are not anchored in a baseline that was put together", () => {
    const result = attributed(
      [
        { at: 0, files: { a: NUMBERS }, mixed: true },
        { at: 100, files: { a: "all new lines\n" } },
      ],
      workOf(),
      other(
        workOf(
          ran(5, 6),
          edited("a", 10, { kind: "unknown" }),
          edited("a", 20, { kind: "content", after: "all new lines\n" }),
        ),
      ),
    );
    expect(result.texts).toEqual({});
  });

  test("whose file somebody made while another had it inferred stay marked", () => {
    const result = attributed(
      [
        { at: 0, files: { a: NUMBERS } },
        { at: 100, files: { b: `${NUMBERS}mine alone\n` } },
      ],
      workOf(edited("a", 10, whole(NUMBERS, `${NUMBERS}mine alone\n`))),
      other(workOf(edited("b", 40, { kind: "content", after: `${NUMBERS}mine alone\n` }))),
    );
    expect(result.texts).toEqual({});
  });

  test("that put own lines elsewhere whole-file are not taken for theirs", () => {
    const mine = `${NUMBERS}mine alone\n`;
    const moved = `mine alone\n${NUMBERS}`;
    const result = attributed(
      [
        { at: 0, files: { a: NUMBERS } },
        { at: 100, files: { a: moved } },
      ],
      workOf(edited("a", 10, whole(NUMBERS, mine))),
      other(workOf(edited("a", 20, whole(mine, moved)))),
    );
    expect(result).toMatchObject({ leftOut: [], uncertain: [{ path: "a" }] });
  });

  test("count only where the transcript is complete, and say so", () => {
    const after = changed(["one1", "ONE1"]);
    const trees = [
      { at: 0, files: { a: NUMBERS } },
      { at: 100, files: { a: after } },
    ];
    const torn = other({ whole: false, records: [] });
    expect(attributed(trees, workOf(ran(40, 50)), torn)).toMatchObject({
      leftOut: [],
      uncertain: [{ path: "a", why: "the transcript of session s2 is not complete" }],
    });
    const blind = { whole: false, records: [] };
    const theirs = other(workOf(edited("a", 20, whole(NUMBERS, after))));
    expect(attributed(trees, blind, theirs).uncertain[0]?.why).toContain("own transcript is not complete");
  });

  test("that were under way while the snapshot was made are marked", () => {
    const mine = changed(["one1", "ONE1"]);
    const result = attributed(
      [
        { at: 0, files: { a: NUMBERS } },
        { at: 100, files: { a: mine } },
      ],
      workOf(edited("a", 40, whole(NUMBERS, mine))),
      other(
        workOf(
          edited("a", 101, whole(mine, "x\n")),
          edited("b", 101, whole(mine, "x\n")),
          edited("a", 200, whole("x\n", "y\n")),
        ),
      ),
    );
    expect(result).toMatchObject({ leftOut: [], uncertain: [{ path: "a" }] });
  });

  test("from before the baseline are in it, and those of a copied transcript are own", () => {
    const mine = changed(["one1", "ONE1"]);
    const record = edited("a", 20, whole(NUMBERS, mine));
    const result = attributed(
      [
        { at: 10, files: { a: NUMBERS } },
        { at: 100, files: { a: mine } },
      ],
      workOf(record, ran(30, 31)),
      other(workOf(edited("a", 2, whole(mine, NUMBERS)), record, ran(30, 31))),
    );
    expect(result).toMatchObject({ leftOut: [], uncertain: [] });
  });
});

describe("a stretch in which the session ran nothing", () => {
  test("is others', whoever it was", () => {
    const person = changed(["one1", "ONE1"]);
    const result = attributed(
      [
        { at: 0, files: { a: NUMBERS, gone: "gone now\n" } },
        { at: 50, files: { a: person } },
        { at: 100, files: { a: person, b: "new one\n", "c/d": opaque("x") } },
      ],
      workOf(),
    );
    expect(result.leftOut).toEqual([
      { path: "a", by: "outside of any session" },
      { path: "gone", by: "outside of any session" },
      { path: "b", by: "outside of any session" },
      { path: "c/d", by: "outside of any session" },
    ]);
    expect(result).toMatchObject({ texts: { a: person, gone: null, b: "new one\n" }, uncertain: [] });
  });

  test("names the sessions that edited the file, or else ran commands", () => {
    const result = attributed(
      [
        { at: 0, files: {} },
        { at: 100, files: { a: "text a\n", b: "text b\n" } },
      ],
      workOf(),
      other(workOf(edited("a", 20, whole(null, "text a\n")))),
      other(workOf(ran(20, 30)), { session: "s3" }),
      other(workOf(ran(20, 30)), { session: "s4" }),
    );
    expect(result.leftOut).toEqual([
      { path: "a", by: "s2" },
      { path: "b", by: "s3 or s4" },
    ]);
  });

  test("does not hide own work that was moved, or put aside and brought back", () => {
    const mine = changed(["two2", "mine alone"]);
    const trees = (...files: readonly (readonly [number, Readonly<Record<string, string>>])[]) =>
      files.map(([at, one]) => ({ at, files: one }));
    const own = workOf(ran(10, 20));
    const renamed = trees([0, { a: NUMBERS }], [50, { a: mine }], [100, { b: mine }]);
    expect(attributed(renamed, own).texts).toEqual({});
    const created = trees([0, {}], [50, { a: mine }], [100, { b: mine }]);
    expect(attributed(created, own).texts).toEqual({});
    const stashed = trees(
      [0, { a: NUMBERS }],
      [50, { a: mine }],
      [60, { a: NUMBERS }],
      [70, { a: NUMBERS }],
      [100, { a: mine }],
    );
    expect(attributed(stashed, workOf(ran(10, 20), ran(62, 65))).texts).toEqual({});
    const deleted = trees(
      [0, { a: NUMBERS }],
      [50, {}],
      [60, { a: NUMBERS }],
      [70, { a: NUMBERS }],
      [100, {}],
    );
    expect(attributed(deleted, workOf(ran(10, 20), ran(62, 65))).texts).toEqual({});
    const fewer = changed(["two2\n", ""]);
    const removed = trees(
      [0, { a: NUMBERS }],
      [50, { a: fewer }],
      [60, { a: NUMBERS }],
      [70, { a: NUMBERS }],
      [100, { a: fewer.replace("six6", "SIX6") }],
    );
    expect(attributed(removed, workOf(ran(10, 20), ran(62, 65))).texts).toEqual({});
  });

  test("remembers what an own call wrote, also when no stop saw it", () => {
    const back = (edit: Parameters<typeof edited>[2]) =>
      attributed(
        [
          { at: 0, files: { a: NUMBERS } },
          { at: 50, files: { a: NUMBERS } },
          { at: 100, files: { a: `${NUMBERS}mine alone\n` } },
        ],
        workOf(edited("a", 10, edit)),
      ).texts;
    expect(back(whole(NUMBERS, `${NUMBERS}mine alone\n`))).toEqual({});
    expect(back(whole(null, "mine alone\n"))).toEqual({});
    expect(back({ kind: "replace", old: "six6", new: "six6\nmine alone", all: false })).toEqual({});
    expect(back({ kind: "content", after: "mine alone\n" })).toEqual({});
    expect(back({ kind: "unknown" })).not.toEqual({});
  });

  test("leaves out what only looks like own work, which stands where it was", () => {
    const result = attributed(
      [
        { at: 0, files: {} },
        { at: 50, files: { mine: "import it from there\n" } },
        { at: 100, files: { mine: "import it from there\n", theirs: "import it from there\n" } },
      ],
      workOf(ran(10, 20)),
    );
    expect(result.leftOut).toEqual([{ path: "theirs", by: "outside of any session" }]);
  });

  test("does not take own work for others' that was moved twice", () => {
    const result = attributed(
      [
        { at: 0, files: {} },
        { at: 50, files: { a: "mine alone\n" } },
        { at: 60, files: { b: "mine alone\n" } },
        { at: 70, files: { b: "mine alone\n" } },
        { at: 100, files: { c: "not only mine alone\nmine alone\n" } },
      ],
      workOf(ran(10, 20), ran(62, 65)),
    );
    expect(result.texts).toEqual({});
  });

  test("is not taken by half where it moved a file to a place that own work has emptied", () => {
    const letters = "uno1\ndos2\ntres3\n";
    const result = attributed(
      [
        { at: 0, files: { a: NUMBERS, b: letters } },
        { at: 40, files: { b: letters, c: NUMBERS } },
        { at: 60, files: { a: letters, c: NUMBERS } },
        { at: 100, files: { a: "uno1\ntres3\n", c: NUMBERS } },
      ],
      workOf(ran(10, 20), edited("a", 80, whole(letters, "uno1\ntres3\n"))),
    );
    expect(result.texts).toEqual({});
    expect(result.uncertain.map(({ path }) => path)).toEqual(["a", "b"]);
  });

  test("shows when own work undid it", () => {
    const result = attributed(
      [
        { at: 0, files: {} },
        { at: 50, files: { a: "of a person\n" } },
        { at: 100, files: {} },
      ],
      workOf(ran(60, 70)),
    );
    expect(result.texts).toEqual({ a: "of a person\n" });
  });

  test("shows when own work took away what another made anew", () => {
    const result = attributed(
      [
        { at: 0, files: { a: "old text\n" } },
        { at: 50, files: {} },
        { at: 100, files: {} },
      ],
      workOf(ran(60, 90)),
      other(workOf(edited("a", 70, whole(null, "new text\n")))),
    );
    expect(result.adjusted.get("a")).toMatchObject({ mode: "100644", text: "new text\n" });
  });

  test("shows nothing of a file that is as it was, where others' part of it never stood alone", () => {
    const mine = changed(["one1", "ONE1"]);
    const both = changed(["one1", "ONE1"], ["six6", "SIX6"]);
    const result = attributed(
      [
        { at: 0, files: { a: NUMBERS } },
        { at: 50, files: { a: mine } },
        { at: 80, files: { a: both } },
        { at: 100, files: { a: NUMBERS, b: "mine too\n" } },
      ],
      workOf(ran(10, 20), ran(90, 95)),
    );
    expect(result).toMatchObject({ leftOut: [] });
  });

  test("does not put a file where the session has a folder", () => {
    const result = attributed(
      [
        { at: 0, files: {} },
        { at: 50, files: { "a/b": "of a person\n" } },
        { at: 100, files: { a: "mine now\n" } },
      ],
      workOf(ran(60, 65)),
      other(workOf(edited("a", 70, whole(null, "mine now\n")))),
    );
    expect(result).toMatchObject({ leftOut: [], uncertain: [{ path: "a" }] });
    const alone = attributed(
      [
        { at: 0, files: { "a/b": opaque("old") } },
        { at: 50, files: { "a/b": opaque("new") } },
        { at: 100, files: { a: "made new\n" } },
      ],
      workOf(ran(60, 65), edited("a", 80, whole(null, "made new\n"))),
      other(workOf(edited("a", 70, whole(null, "mine now\n")))),
    );
    expect(alone).toMatchObject({ leftOut: [], uncertain: [{ path: "a/b" }, { path: "a" }] });
  });

  test("does not take what two deleted for one deletion", () => {
    const result = attributed(
      [
        { at: 0, files: { a: "a text\n", b: "b text\n" } },
        { at: 50, files: { b: "b text\n" } },
        { at: 100, files: {} },
      ],
      workOf(ran(10, 20)),
    );
    expect(result.texts).toEqual({ b: null });
  });

  test("is nobody's where the own transcript is not complete", () => {
    const trees = [
      { at: 0, files: { a: NUMBERS } },
      { at: 100, files: { a: "other now\n" } },
    ];
    expect(attributed(trees, { whole: false, records: [] })).toMatchObject({ leftOut: [], uncertain: [] });
  });

  test("is nobody's where a hook may have written without a record, but for what another's records prove", () => {
    const theirs = changed(["six6", "SIX6"]);
    const trees = [
      { at: 0, files: { a: NUMBERS, b: NUMBERS } },
      { at: 100, files: { a: theirs.replace("one1", "ONE1"), b: "all new lines\n" } },
    ];
    const work = workOf(
      edited("a", 20, whole(NUMBERS, theirs)),
      edited("b", 30, { kind: "content", after: "all new lines\n" }),
    );
    const result = attributed(trees, { ...workOf(), unrecorded: true }, other(work));
    expect(result).toMatchObject({
      texts: { a: theirs },
      leftOut: [{ path: "a", by: "s2" }],
      uncertain: [
        { path: "a", why: "session s2 edited it, and that is not all that changed" },
        { path: "b", why: expect.stringContaining("it also holds work of session s2") },
      ],
    });
    expect(Object.keys(attributed(trees, workOf(), other(work)).texts)).toEqual(["a", "b"]);
  });

  test("does not begin with a baseline that was put together", () => {
    const trees = [
      { at: 0, files: { a: NUMBERS }, mixed: true },
      { at: 100, files: { a: "other now\n" } },
    ];
    expect(attributed(trees, workOf())).toMatchObject({ leftOut: [], uncertain: [] });
  });

  test("does not end with a state that was taken while another was", () => {
    const result = attributed(
      [
        { at: 0, files: { a: "old text\n" } },
        { at: 20, files: { a: "new text\n" } },
        { at: 20, files: { a: "old text\n" } },
        { at: 100, files: { a: "new text\n" } },
      ],
      workOf(ran(50, 60)),
    );
    expect(result.texts).toEqual({ a: "new text\n" });
    expect(attributed([{ at: 0, files: {} }], workOf()).leftOut).toEqual([]);
    expect(attributed([], workOf()).leftOut).toEqual([]);
  });
});

describe("what counts as own", () => {
  const after = changed(["one1", "ONE1"]);
  const trees = [
    { at: 0, files: { a: NUMBERS } },
    { at: 100, files: { a: after } },
  ];
  const work = workOf(edited("a", 20, whole(NUMBERS, after)));

  test.each([
    ["its own gate does not review it", {}, { reviewedFrom: undefined }],
    ["it began while a command of this session ran", { records: [ran(5, 15)] }, { started: new Date(10) }],
    ["it began while a command of this session ran", { records: [ran(5, null)] }, { started: new Date(10) }],
    ["its own gate did not review it then", { records: [ran(60, 61)] }, { reviewedFrom: new Date(50) }],
  ])("because %s", (why, own, session) => {
    const result = attributed(trees, { ...workOf(ran(60, 61)), ...own }, other(work, session));
    expect(result).toMatchObject({
      leftOut: [],
      uncertain: [{ path: "a", why: `session s2 edited it, and ${why}` }],
    });
  });

  test("not a session that began beside a command that had ended", () => {
    expect(attributed(trees, workOf(ran(5, 8)), other(work, { started: new Date(10) })).texts).toEqual({
      a: after,
    });
  });
});

describe("doubts", () => {
  const mine = changed(["one1", "ONE1"]);
  const trees = [
    { at: 0, files: { a: NUMBERS } },
    { at: 100, files: { a: mine } },
  ];
  const shell = other(workOf(ran(20, 30)));

  test("about what changed while another ran a command", () => {
    expect(attributed(trees, workOf(ran(10, 40)), shell).uncertain).toEqual([
      { path: "a", why: "session s2 ran a command while it changed" },
    ]);
  });

  test("not about what the own edits make exactly", () => {
    expect(attributed(trees, workOf(edited("a", 10, whole(NUMBERS, mine))), shell).uncertain).toEqual([]);
    const swapped = edited("a", 10, { kind: "replace", old: "one1", new: "ONE1", all: false });
    expect(attributed(trees, workOf(swapped), shell).uncertain).toEqual([]);
    const partly = workOf(
      edited("a", 10, whole(NUMBERS, changed(["two2", "TWO2"]))),
      edited("a", 12, whole(changed(["two2", "TWO2"]), NUMBERS)),
    );
    expect(attributed(trees, partly, shell).uncertain).toHaveLength(1);
    const written = edited("a", 10, { kind: "content", after: mine });
    expect(attributed(trees, workOf(written), shell).uncertain).toHaveLength(1);
    const unknown = edited("a", 10, { kind: "unknown" });
    expect(attributed(trees, workOf(unknown), shell).uncertain).toHaveLength(1);
  });

  test("about what cannot be compared", () => {
    const files = [
      { at: 0, files: { a: opaque("1") } },
      { at: 100, files: { a: opaque("2") } },
    ];
    expect(attributed(files, workOf(edited("a", 10, whole("1\n", "2\n"))), shell).uncertain).toHaveLength(1);
    const made = [
      { at: 0, files: {} },
      { at: 100, files: { a: "made here\n" } },
    ];
    expect(attributed(made, workOf(edited("a", 10, whole(null, "made here\n"))), shell).uncertain).toEqual(
      [],
    );
    const gone = [
      { at: 0, files: { a: "was here\n" } },
      { at: 100, files: {} },
    ];
    expect(
      attributed(gone, workOf(edited("a", 10, whole(null, "made here\n"))), shell).uncertain,
    ).toHaveLength(1);
  });

  test("about what another edited where that is not all that changed, also where it was put back", () => {
    const [theirs, more] = [changed(["one1", "ONE1"]), changed(["one1", "ONE1"], ["six6", "SIX6"])];
    const work = other(workOf(edited("a", 20, whole(NUMBERS, theirs))));
    const followed = [
      { at: 0, files: { a: NUMBERS } },
      { at: 100, files: { a: more } },
    ];
    const back = [
      { at: 0, files: { a: NUMBERS } },
      { at: 100, files: { a: NUMBERS } },
      { at: 200, files: { a: changed(["six6", "SIX6"]) } },
    ];
    const why = "session s2 edited it, and that is not all that changed";
    expect(attributed(followed, workOf(ran(10, 40)), work).uncertain).toEqual([{ path: "a", why }]);
    expect(attributed(back, workOf(ran(10, 190)), work).uncertain).toEqual([{ path: "a", why }]);
  });

  test("about what a session edited whose work is counted in, also where the file was away when a stop looked", () => {
    const away = [
      { at: 0, files: { a: NUMBERS } },
      { at: 100, files: { b: mine } },
      { at: 200, files: { a: mine } },
    ];
    const unreviewed = other(workOf(edited("a", 10, whole(NUMBERS, mine))), { reviewedFrom: undefined });
    const { uncertain } = attributed(
      [...away, { at: 300, files: { a: mine } }],
      workOf(ran(20, 290)),
      unreviewed,
    );
    expect(uncertain).toEqual([
      { path: "a", why: "session s2 edited it, and its own gate does not review it" },
    ]);
  });

  test("about what no call of the session is known to have written", () => {
    const files = [
      { at: 0, files: { a: NUMBERS, b: "b is old\n" } },
      { at: 100, files: { a: mine, b: "b is new\n" } },
    ];
    expect(attributed(files, workOf(edited("a", 10, whole(NUMBERS, mine)))).uncertain).toEqual([
      { path: "b", why: "no tool call of this session is known to have written it" },
    ]);
  });
});
