import { expect, test } from "vitest";
import { endMarked } from "#codex/exec/marked-processes.ts";

/** Above the most that Linux gives. */
const NOBODY = 4_194_305;

test("one that was killed and is not gone yet is waited for", async () => {
  let looks = 0;
  await endMarked("a mark", () => {
    looks += 1;
    return looks <= 30 ? [NOBODY] : [];
  });
  expect(looks).toBe(31);
});

test("where new ones come as fast as they are killed, it is given up", async () => {
  let looks = 0;
  await endMarked("a mark", () => {
    looks += 1;
    return [NOBODY + looks];
  });
  expect(looks).toBe(20);
});
