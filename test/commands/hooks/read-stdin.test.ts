import { PassThrough } from "node:stream";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { readStdin } from "#commands/hooks/read-stdin.ts";

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
});
afterEach(() => {
  vi.useRealTimers();
});

const TEXT = JSON.stringify({ said: "x".repeat(1_000) });

test("an input that comes in pieces is read, however long the whole of it takes", async () => {
  const stdin = new PassThrough();
  const reading = readStdin(stdin);
  for (let from = 0; from < TEXT.length; from += 400) {
    stdin.write(TEXT.slice(from, from + 400));
    await vi.advanceTimersByTimeAsync(9_900);
  }
  expect(await reading).toEqual({ kind: "text", text: TEXT });
  expect(vi.getTimerCount()).toBe(0);
});

test("who was held up itself takes what waits for it", async () => {
  const stdin = new PassThrough();
  const reading = readStdin(stdin);
  vi.advanceTimersByTime(10_000);
  stdin.write(TEXT);
  expect(await reading).toEqual({ kind: "text", text: TEXT });
});

test.each([
  ["nothing", "", "stdin stayed open for 10 s after 0 bytes"],
  ["a part", TEXT.slice(0, 100), "stdin stayed open for 10 s after 100 bytes"],
])("a pipe that stays open after %s is given up", async (_what, text, detail) => {
  const stdin = new PassThrough();
  const reading = readStdin(stdin);
  stdin.write(text);
  await vi.advanceTimersByTimeAsync(10_001);
  expect(await reading).toEqual({ kind: "unusable", detail });
});

test("one that never falls silent and never ends is given up too", async () => {
  const stdin = new PassThrough();
  const reading = readStdin(stdin);
  for (let second = 0; second <= 30; second += 1) {
    stdin.write(" ");
    await vi.advanceTimersByTimeAsync(1_000);
  }
  expect(await reading).toEqual({ kind: "unusable", detail: "stdin stayed open for 30 s after 30 bytes" });
  expect(vi.getTimerCount()).toBe(0);
});
