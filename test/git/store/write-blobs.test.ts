import { readdirSync } from "node:fs";
import { expect, test } from "vitest";
import { readTexts } from "#git/change/read-texts.ts";
import { writeBlobs } from "#git/store/write-blobs.ts";
import { gitState } from "#test/scratch-repository.ts";
import { never, watchRepository } from "#test/watched-repository.ts";

test("texts are in the store as they are, in their order, and nowhere else", async () => {
  const watched = await watchRepository();
  watched.write(".gitattributes", "* text eol=crlf\n");
  watched.commit("one");
  const untouched = gitState(watched.root);
  const texts = ["one\n", "two\r\nthree\n", "", "one\n", "grün \u{1f33f}"];
  const blobs = await writeBlobs(watched.store, texts, never());
  const read = await readTexts(watched.store, blobs, never());
  expect(blobs.map((blob) => read.get(blob))).toEqual(texts);
  expect(gitState(watched.root)).toBe(untouched);
  expect(readdirSync(watched.store.scratch)).toEqual([]);
  expect(await writeBlobs(watched.store, [], never())).toEqual([]);
});
