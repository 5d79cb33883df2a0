import { expect, test } from "vitest";
import * as z from "zod/mini";
import { SessionId } from "#base/ids.ts";
import { isSessionId } from "#base/is-session-id.ts";
import { fc } from "#test/seeded-check.ts";

const isShaped = (value: unknown): boolean => z.safeParse(SessionId, value).success;

test("a session's id is what its schema says", () => {
  const near = fc.stringMatching(/^[A-Za-z0-9_-]{0,130}$/);
  const devices = fc.constantFrom("con", "CON", "nul", "com1", "COM", "lpt9", "lpt10", "aux.", "prn");
  const values = fc.oneof(near, devices, fc.string(), fc.anything());
  fc.assert(fc.property(values, (value) => isSessionId(value) === isShaped(value)));
});

test.each(["s1", "4ad3c1de-0000-4000-8000-000000000001", "a".repeat(128)])("%s is one", (id) => {
  expect(isSessionId(id)).toBe(true);
});

test.each(["", "../x", "a.b", "a b", "a\n", "con", "LPT1", "a".repeat(129), 7, null, ["s1"]])(
  "%j is none",
  (id) => {
    expect(isSessionId(id)).toBe(false);
  },
);
