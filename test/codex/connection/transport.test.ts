import { PassThrough } from "node:stream";
import { expect, test } from "vitest";
import { lineTransport } from "#codex/connection/transport.ts";
import { fc } from "#test/seeded-check.ts";

test("lines come out whole, however the bytes were cut", async () => {
  const texts = fc.array(fc.string({ unit: "grapheme" }).map((text) => JSON.stringify({ text })));
  await fc.assert(
    fc.asyncProperty(texts, fc.integer({ min: 1, max: 7 }), async (lines, size) => {
      const bytes = Buffer.from(lines.map((line) => `${line}\n`).join(""));
      const input = new PassThrough();
      const heard: string[] = [];
      lineTransport(input, new PassThrough(), Promise.resolve()).receive(
        (text) => heard.push(text),
        () => undefined,
      );
      for (let start = 0; start < bytes.length; start += size)
        input.write(bytes.subarray(start, start + size));
      const flushed = new Promise((resolve) => input.once("end", resolve));
      input.end();
      await flushed;
      expect(heard).toEqual(lines);
    }),
  );
});

test("a separator that is no line end stays inside its text", async () => {
  const input = new PassThrough();
  const heard: string[] = [];
  lineTransport(input, new PassThrough(), Promise.resolve()).receive(
    (text) => heard.push(text),
    () => undefined,
  );
  const flushed = new Promise((resolve) => input.once("end", resolve));
  input.end('{"a":"\u2028\u2029\u0085"}\r\n\n');
  await flushed;
  expect(heard).toEqual(['{"a":"\u2028\u2029\u0085"}\r']);
});
