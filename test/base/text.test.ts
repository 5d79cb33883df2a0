import { expect, test } from "vitest";
import { clip, count, oneLine, plainText } from "#base/text.ts";
import { fc } from "#test/seeded-check.ts";

test("what could move a cursor or turn the reading direction is gone", () => {
  expect(plainText("a\u001b[31mred\u001b[0m\u001b]8;;http://x\u0007link\u001b]8;;\u0007\rb")).toBe(
    "aredlinkb",
  );
  expect(plainText("x\u202ey\u2066z\u2028w\u0000\u009b\u061c\u200e\u200f")).toBe("xyzw");
  expect(plainText("line\n\ttab é 漢 🙂")).toBe("line\n\ttab é 漢 🙂");
});

test("no text leaves a control character on one line", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (text) => {
      expect(oneLine(text)).not.toMatch(/[\p{Cc}\u2028\u2029]/u);
    }),
  );
});

test("long text is cut to its length with an ellipsis", () => {
  expect(clip("abcdef", 6)).toBe("abcdef");
  expect(clip("abcdefg", 6)).toBe("abcde…");
  expect(clip("abc", 0)).toBe("…");
});

test("a count agrees with its noun", () => {
  expect([count(0, "file"), count(1, "file"), count(2, "entry", "entries")]).toEqual([
    "0 files",
    "1 file",
    "2 entries",
  ]);
});
