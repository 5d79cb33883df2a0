import { expect, test } from "vitest";
import * as z from "zod/mini";
import { AbsolutePath, ObjectId, SessionId } from "#base/ids.ts";

test.each(["", ".", "..", "../x", "a/b", "a\\b", "a\0", "x".repeat(129), "a b", "é"])(
  "a session id that could leave its folder is refused: %j",
  (id) => expect(z.safeParse(SessionId, id).success).toBe(false),
);

test.each(["4ad3c1f0-1111-4222-8333-444455556666", "a_B-9", "x".repeat(128)])("a session id: %s", (id) => {
  expect(z.safeParse(SessionId, id).success).toBe(true);
});

test("object ids are of either format and lower case", () => {
  expect(["a".repeat(40), "0".repeat(64)].every((id) => z.safeParse(ObjectId, id).success)).toBe(true);
  expect(
    ["a".repeat(41), "A".repeat(40), "g".repeat(40)].some((id) => z.safeParse(ObjectId, id).success),
  ).toBe(false);
});

test("absolute paths of all systems are known", () => {
  expect(
    ["/a", "C:\\a", "c:/a", "\\\\host\\a"].every((path) => z.safeParse(AbsolutePath, path).success),
  ).toBe(true);
  expect(["a", "./a", "~/a", "C:a", ""].some((path) => z.safeParse(AbsolutePath, path).success)).toBe(false);
});
