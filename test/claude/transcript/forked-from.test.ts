import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { forkedFrom } from "#claude/transcript/forked-from.ts";
import { scratchFolder } from "#test/scratch-folder.ts";

const signal = new AbortController().signal;

/** A transcript with entries of these ids, among lines that are no entries. */
function transcript(name: string, ...ids: readonly string[]): string {
  const path = join(scratchFolder(), `${name}.jsonl`);
  const entries = ids.map((uuid) => JSON.stringify({ type: "user", uuid }));
  writeFileSync(path, `${['{"type":"mode"}', "not json", ...entries].join("\n")}\n`);
  return path;
}

test("the parent is the one that shares the most entries", async () => {
  const grandparent = transcript("grandparent", "a", "b");
  const parent = transcript("parent", "a", "b", "c");
  const stranger = transcript("stranger", "x", "y");
  const fork = transcript("fork", "a", "b", "c", "d");
  expect(await forkedFrom(fork, [stranger, grandparent, parent], signal)).toBe(parent);
});

test("of those that share as many the first is the parent: the other is a fork of it too", async () => {
  const parent = transcript("parent", "a", "b");
  const other = transcript("other", "a", "b", "q");
  expect(await forkedFrom(transcript("fork", "a", "b"), [parent, other], signal)).toBe(parent);
});

test("nobody is the parent of what shares nothing, is empty, or is not there", async () => {
  const stranger = transcript("stranger", "x");
  expect(await forkedFrom(transcript("fork", "a"), [stranger], signal)).toBeUndefined();
  expect(await forkedFrom(transcript("fork"), [stranger], signal)).toBeUndefined();
  expect(await forkedFrom(join(scratchFolder(), "none.jsonl"), [stranger], signal)).toBeUndefined();
  const gone = join(scratchFolder(), "gone.jsonl");
  expect(await forkedFrom(transcript("fork", "a"), [gone], signal)).toBeUndefined();
});
