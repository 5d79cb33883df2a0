import { expect, test } from "vitest";
import { readBytes } from "#git/byte-reader.ts";
import { fc } from "#test/seeded-check.ts";

async function* inChunks(bytes: Uint8Array, sizes: readonly number[]): AsyncGenerator<Uint8Array> {
  for (let start = 0, i = 0; start < bytes.length; i++) {
    const size = sizes[i % sizes.length] ?? 1;
    yield bytes.subarray(start, start + size);
    start += size;
  }
}

test("pieces do not depend on how the bytes arrive", async () => {
  const sizes = fc.array(fc.integer({ min: 1, max: 7 }), { minLength: 1 });
  await fc.assert(
    fc.asyncProperty(fc.array(fc.stringMatching(/^[ab]{0,9}$/)), sizes, async (pieces, chunks) => {
      const reader = readBytes(inChunks(Buffer.from(pieces.map((piece) => `${piece}--`).join("")), chunks));
      for (const piece of pieces) expect(String(await reader.until(Buffer.from("--")))).toBe(piece);
      expect(await reader.until(Buffer.from("--"))).toBeUndefined();
    }),
  );
});

test("take and skip go on where until ended, and stop at the end", async () => {
  const reader = readBytes(inChunks(Buffer.from("head\n12345rest"), [3]));
  expect(String(await reader.until(Buffer.from("\n")))).toBe("head");
  expect(String(await reader.take(3))).toBe("123");
  await reader.skip(2);
  expect(String(await reader.take(99))).toBe("rest");
  await reader.skip(1);
  expect(await reader.take(1)).toHaveLength(0);
});

test("a piece much longer than a chunk", async () => {
  const long = Buffer.alloc(3_000_000, "x");
  const reader = readBytes(inChunks(Buffer.concat([long, Buffer.from("\n"), long]), [65_536]));
  expect(await reader.until(Buffer.from("\n"))).toHaveLength(long.length);
  expect(await reader.until(Buffer.from("\n"))).toHaveLength(long.length);
});
