import { posix, win32 } from "node:path";
import { expect, test } from "vitest";
import * as z from "zod/mini";
import { ChangeId, ObjectId, RequestId, SessionId } from "#base/ids.ts";
import { VerdictKey } from "#gate/verdict/verdict-key.ts";
import { fc } from "#test/seeded-check.ts";

/** Every kind of text that becomes a file name or a part of one, and how long it may be. */
const NAMES: readonly (readonly [string, z.ZodMiniType<string>])[] = [
  ["a session id", SessionId],
  ["an object id", ObjectId],
  ["a request id", RequestId],
  ["a settings change id", ChangeId],
  ["a verdict key", VerdictKey],
];

const NASTY = fc.constantFrom(
  "..",
  ".",
  "",
  "/etc/passwd",
  "../../x",
  "..\\..\\x",
  "C:x",
  "\\\\host\\share",
  "a/b",
  "a\0b",
  "con",
  "NUL",
  "com1",
  "LPT9",
  "-rf",
  ".hidden",
  "a.",
  "a ",
  "a:stream",
  "a\nb",
  "%2e%2e",
  "a".repeat(300),
  "\u202e",
  "é",
);
const DIGITS = fc.string({ unit: fc.constantFrom(..."0123456789abcdef-TZ_/.\\"), maxLength: 140 });
const HEX = fc.string({ unit: fc.constantFrom(..."0123456789abcdef"), minLength: 20, maxLength: 64 });
const REQUEST = fc
  .tuple(fc.stringMatching(/^\d{8}T\d{6,9}Z-/), fc.oneof(HEX, NASTY))
  .map((pair) => pair.join(""));
const ANYTHING = fc.oneof(NASTY, DIGITS, HEX, REQUEST, fc.string({ unit: "binary", maxLength: 150 }));
const RESERVED = /^(?:con|prn|aux|nul|com\d|lpt\d)(?:\..*)?$/i;

test.each(NAMES)("%s stays in its folder, on every system", (_what, type) => {
  const property = fc.property(ANYTHING, (text) => {
    if (!z.safeParse(type, text).success) return;
    const name = `${text}.json`;
    expect(posix.dirname(posix.join("/state/folder", name))).toBe("/state/folder");
    expect(win32.dirname(win32.join("C:\\state\\folder", name))).toBe("C:\\state\\folder");
    expect(name).not.toMatch(RESERVED);
    expect(name).toMatch(/^[A-Za-z0-9_-][A-Za-z0-9_.-]*$/);
    expect(name.length).toBeLessThan(140);
  });
  fc.assert(property, { numRuns: 3_000 });
});

test("what such texts look like is let in, so that the test above can fail", () => {
  const seen = [
    [SessionId, "4ad3c1f0-1111-4222-8333-444455556666"],
    [ObjectId, "a".repeat(40)],
    [RequestId, "20260102T120000000Z-0123abcd"],
    [ChangeId, "0123456789abcdef0123"],
    [VerdictKey, "b".repeat(64)],
  ] as const;
  for (const [type, text] of seen) expect(z.safeParse(type, text).success).toBe(true);
});
