import { expect, test } from "vitest";
import { bytesOf, joinNul, shownPath, splitNul, textOf } from "#git/path-bytes.ts";
import { fc } from "#test/seeded-check.ts";

test("UTF-8 is text, and every other byte is marked", () => {
  expect(textOf(Buffer.from("ü€😀"))).toBe("ü€😀");
  expect(textOf(Buffer.from([0x61, 0xff, 0xc3, 0xbc, 0xc3]))).toBe("a\\xffü\\xc3");
  expect(textOf(Buffer.from([0xed, 0xa0, 0x80, 0xc0, 0xaf]))).toBe("\\xed\\xa0\\x80\\xc0\\xaf");
  expect(textOf(Buffer.from([0xef, 0xbb, 0xbf, 0x61]))).toBe("\ufeffa");
});

test("the marking decoder agrees with the system's on all that is UTF-8", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (text) => {
      const bytes = Buffer.from(text);
      expect(textOf(Buffer.concat([bytes, Buffer.from([0xff])]))).toBe(`${bytes.toString("utf8")}\\xff`);
    }),
  );
});

test("any bytes survive as a path", () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 1 }), (bytes) => {
      const path = Buffer.from(bytes.map((byte) => byte || 1)).toString("latin1");
      expect(splitNul(joinNul([path, "b"]))).toEqual([path, "b"]);
      expect(bytesOf(path).toString("latin1")).toBe(path);
    }),
  );
  expect(shownPath("caf\xc3\xa9")).toBe("café");
});
