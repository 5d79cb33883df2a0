import { describe, expect, test } from "vitest";
import { applyEdit } from "#gate/attribution/apply-edit.ts";
import { lineEndsOf, mergeTexts } from "#gate/attribution/merge-texts.ts";
import { attributed, opaque, ran, withMode, workOf } from "#test/attribution/evidence-values.ts";
import { fc } from "#test/seeded-check.ts";

const NUMBERS = "one1\ntwo2\nthree3\nfour4\nfive5\nsix6\n";
const changed = (...pairs: readonly (readonly [string, string])[]) =>
  pairs.reduce((text, [old, put]) => text.replace(old, put), NUMBERS);
const whole = (before: string | null, after: string) => ({ kind: "whole", before, after }) as const;

describe("files that are no texts", () => {
  const idle = (before: ReturnType<typeof opaque>, then: typeof before, now: typeof before) =>
    attributed(
      [
        { at: 0, files: { a: before } },
        { at: 50, files: { a: then } },
        { at: 100, files: { a: now } },
      ],
      workOf(ran(10, 20)),
    ).adjusted.get("a");

  test("are others' where nobody else changed them, and stay due otherwise", () => {
    expect(idle(opaque("1"), opaque("1"), opaque("2"))).toEqual(opaque("2"));
    expect(idle(opaque("1"), opaque("2"), opaque("3"))).toBeUndefined();
    expect(idle(opaque("1"), opaque("2"), withMode("three\n", "100644"))).toBeUndefined();
  });

  test("have a mode of their own beside the content", () => {
    expect(idle(opaque("1"), opaque("1", "100755"), opaque("2", "100755"))).toEqual(opaque("2"));
    expect(idle(opaque("1"), opaque("2"), opaque("2", "100755"))).toEqual(opaque("1", "100755"));
    expect(idle(opaque("1"), opaque("1", "100755"), opaque("1", "120000"))).toBeUndefined();
    const text = (content: string, mode = "100644") => withMode(content, mode);
    expect(
      idle(text("one1\n\n\ntwo2\n"), text("mine1\n\n\ntwo2\n"), text("mine1\n\n\ntheirs\n")),
    ).toMatchObject({
      text: "one1\n\n\ntheirs\n",
    });
    expect(idle(text("one1\n"), text("mine1\n", "100755"), text("more1\n", "100755"))).toBeUndefined();
  });
});

describe("line ends", () => {
  test.each([
    ["a", "none"],
    ["a\nb\n", "lf"],
    ["a\r\nb\r\n", "crlf"],
    ["a\r\nb\n", "mixed"],
  ])("of %j are %s", (text, ends) => {
    expect(lineEndsOf(text)).toBe(ends);
  });

  test("are never mixed by a merge", () => {
    const crlf = NUMBERS.replaceAll("\n", "\r\n");
    expect(mergeTexts(NUMBERS, changed(["one1", "ONE1"]), crlf)).toBeUndefined();
    expect(mergeTexts(crlf, crlf.replace("one1", "ONE1"), NUMBERS)).toBeUndefined();
    const line = fc.constantFrom("one", "two", "six");
    const text = fc.tuple(fc.array(line, { maxLength: 5 }), fc.constantFrom("\n", "\r\n"), line);
    const written = text.map(([lines, end, last]) => [...lines, last].join(end));
    fc.assert(
      fc.property(written, written, written, (base, ours, theirs) => {
        const merged = mergeTexts(base, ours, theirs);
        expect(lineEndsOf(merged ?? "")).not.toBe("mixed");
      }),
      { numRuns: 2000 },
    );
  });

  test("are those of the file, though the host gives line feeds", () => {
    const crlf = NUMBERS.replaceAll("\n", "\r\n");
    const edit = whole(NUMBERS, changed(["one1", "ONE1"]));
    expect(applyEdit(crlf, edit, null)).toBe(crlf.replace("one1", "ONE1"));
    expect(applyEdit(null, whole(null, "a\nb\n"), "x\r\ny\r\n")).toBe("a\r\nb\r\n");
    const swap = { kind: "replace", old: "one1\ntwo2", new: "1\n2", all: false } as const;
    expect(applyEdit(crlf, swap, null)).toContain("1\r\n2\r\n");
    expect(applyEdit(crlf, { ...swap, old: "not there" }, null)).toBeUndefined();
  });

  test("a file that is empty, or not there", () => {
    expect(applyEdit("", whole(null, "a\n"), null)).toBe("a\n");
    expect(applyEdit("a\n", whole(null, "a\n"), null)).toBe("a\n");
    expect(applyEdit("b\n", whole(null, "a\n"), null)).toBeUndefined();
    expect(applyEdit(null, whole("a\n", "b\n"), null)).toBeUndefined();
    expect(applyEdit(null, { kind: "replace", old: "a", new: "b", all: false }, null)).toBeUndefined();
  });
});

describe("merges", () => {
  test("take what both did alike, and the texts that did not change", () => {
    expect(mergeTexts("a\n", "b\n", "a\n")).toBe("b\n");
    expect(mergeTexts("a\n", "b\n", "b\n")).toBe("b\n");
    const both = changed(["one1", "ONE1"]);
    expect(mergeTexts(NUMBERS, both, both.replace("six6", "SIX6"))).toBe(both.replace("six6", "SIX6"));
  });

  test("do not compare what is too long", () => {
    const long = (mark: string) =>
      Array.from({ length: 6000 }, (_none, line) => `${mark} ${line}`).join("\n");
    expect(mergeTexts(long("a"), long("b"), long("c"))).toBeUndefined();
  });
});
