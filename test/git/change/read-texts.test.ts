import { truncateSync } from "node:fs";
import { expect, test } from "vitest";
import { ObjectId } from "#base/ids.ts";
import { parseShape } from "#base/json.ts";
import { readTexts } from "#git/change/read-texts.ts";
import { never, watchRepository } from "#test/watched-repository.ts";

test("contents of many blobs, also empty, repeated, missing and too large ones", async () => {
  const watched = await watchRepository();
  const blob = (path: string) => parseShape(watched.git("hash-object", "-w", path), ObjectId);
  watched.write("a.txt", "a\nno end");
  watched.write("empty.txt", "");
  truncateSync(watched.write("large.txt", ""), 16 * 1024 * 1024);
  watched.write("last.txt", "last\n");
  const [a, empty, large, last] = ["a.txt", "empty.txt", "large.txt", "last.txt"].map(blob);
  const missing = parseShape("1".repeat(40), ObjectId);
  const wanted = [a, a, empty, missing, large, last].filter((entry) => entry !== undefined);
  const texts = await readTexts(watched.store, wanted, never());
  expect([...texts]).toEqual([
    [a, "a\nno end"],
    [empty, ""],
    [last, "last\n"],
  ]);
});
