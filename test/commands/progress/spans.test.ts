import { expect, test } from "vitest";
import { clock, spanText, tokensText } from "#commands/progress/spans.ts";

test.each([
  [-5_000, "0:00", "0 s"],
  [7_900, "0:07", "7 s"],
  [754_000, "12:34", "12 min 34 s"],
  [3_723_000, "1:02:03", "1 h 2 min"],
  [273_600_000, "76:00:00", "3 days 4 h"],
  [90_000_000, "25:00:00", "1 day 1 h"],
])("%i ms are %s, or %s", (milliseconds, onAClock, inWords) => {
  expect(clock(milliseconds)).toBe(onAClock);
  expect(spanText(milliseconds)).toBe(inWords);
});

test.each([
  [0, "0"],
  [999, "999"],
  [12_345, "12.3k"],
  [999_949, "999.9k"],
  [999_950, "1.0M"],
])("%i tokens are %s", (tokens, text) => {
  expect(tokensText(tokens)).toBe(text);
});
