import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { parseTranscriptLine, type TranscriptLine, transcriptLines } from "#claude/transcript/transcript.ts";
import { fc } from "#test/seeded-check.ts";

const folder = mkdtempSync(join(tmpdir(), "countersign-transcript-"));
const path = join(folder, "t.jsonl");
afterAll(() => rmSync(folder, { recursive: true }));

async function read(text: string, from: number): Promise<readonly TranscriptLine[]> {
  writeFileSync(path, text);
  const lines: TranscriptLine[] = [];
  for await (const line of transcriptLines(path, from)) lines.push(line);
  return lines;
}

test("every complete line comes once, with its offset, from wherever the reading starts", async () => {
  const line = fc.string({ unit: "grapheme" }).map((text) => text.replaceAll("\n", ""));
  await fc.assert(
    fc.asyncProperty(fc.array(line), fc.nat(200), async (lines, from) => {
      let offset = 0;
      const all = lines.map((text) => {
        const at = { offset, text };
        offset += Buffer.byteLength(text) + 1;
        return at;
      });
      const text = lines.map((each) => `${each}\n`).join("");
      expect(await read(text, from)).toEqual(all.filter((each) => each.offset >= from));
    }),
    { numRuns: 60 },
  );
});

test("half a line is not read: the host is still writing it", async () => {
  expect(await read('{"type":"a"}\n{"type":"b"', 0)).toEqual([{ offset: 0, text: '{"type":"a"}' }]);
});

test("a line beyond the bound is passed over, and the next one read", async () => {
  const giant = "x".repeat(33 * 1024 * 1024);
  expect(await read(`a\n${giant}\nb\n`, 0)).toEqual([
    { offset: 0, text: "a" },
    { offset: 2, text: undefined },
    { offset: giant.length + 3, text: "b" },
  ]);
});

test("a line is an entry when it is an object with a type", () => {
  expect(
    parseTranscriptLine('{"type":"user","uuid":7,"message":{"role":"user","content":"x"}}'),
  ).toMatchObject({
    type: "user",
    uuid: undefined,
    message: { role: "user", content: "x" },
  });
  expect(parseTranscriptLine("{")).toBeUndefined();
  expect(parseTranscriptLine("[]")).toBeUndefined();
  expect(parseTranscriptLine('{"type":1}')).toBeUndefined();
});
