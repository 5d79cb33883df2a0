import { expect, test } from "vitest";
import { textLines } from "#base/text-lines.ts";
import { fc } from "#test/seeded-check.ts";

async function linesOf(text: string, size: number, longest = 1_000): Promise<readonly string[]> {
  const bytes = Buffer.from(text);
  async function* chunks(): AsyncGenerator<Uint8Array> {
    for (let start = 0; start < bytes.length; start += size) yield bytes.subarray(start, start + size);
  }
  const lines: string[] = [];
  for await (const line of textLines(chunks(), longest)) lines.push(line);
  return lines;
}

test("lines come out whole, however the bytes were cut", async () => {
  const line = fc.string({ unit: "grapheme" }).map((text) => text.replaceAll("\n", ""));
  await fc.assert(
    fc.asyncProperty(fc.array(line), fc.integer({ min: 1, max: 7 }), async (lines, size) => {
      expect(await linesOf(lines.map((one) => `${one}\n`).join(""), size)).toEqual(lines);
    }),
  );
});

test("only a line feed ends a line, and the last one need not have one", async () => {
  expect(await linesOf("a\u2028b\r\n\nc", 2)).toEqual(["a\u2028b\r", "", "c"]);
});

test("what is longer than may be is passed over", async () => {
  expect(await linesOf(`a\n${"x".repeat(9)}\nb\n${"y".repeat(9)}`, 4, 8)).toEqual(["a", "b"]);
});
