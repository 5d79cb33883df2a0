import { expect, test } from "vitest";
import { promptMatch } from "#audit/claims/prompt-match.ts";
import type { KnownPrompt } from "#claude/delegations/delegation.ts";

const whole = (text: string): KnownPrompt => ({ kind: "known", pieces: [text], whole: true });
const pieces = (...texts: readonly string[]): KnownPrompt => ({ kind: "known", pieces: texts, whole: false });
const LONG = "all work and no play ".repeat(100);

test.each<readonly [KnownPrompt, string, string]>([
  [whole("review this"), "review this", "same"],
  [whole("review\n  this\n"), "review this", "same"],
  [whole("review this"), "review this\n\n<stdin>\nmore\n</stdin>", "same"],
  [whole("review this"), "You are a helper.\nreview this please", "other"],
  [whole("review this counter"), "You are a helper.\nreview this counter please", "same"],
  [whole("review this"), "[begin goal === 1 ===]\nreview this\n[end goal === 1 ===]\nBe brief.", "same"],
  [whole("review"), "[begin goal === 1 ===]\nreview this\n[end goal === 1 ===]", "other"],
  [whole("review this"), "explain that", "other"],
  [whole(LONG), LONG.slice(0, 2_000), "same"],
  [pieces("review the diff ", " thoroughly, please"), "review the diff +a -b thoroughly, please", "same"],
  [pieces("review the diff "), "explain the parser", "other"],
  [pieces("review the diff "), LONG, "unknown"],
  [pieces("see ", "!"), "explain the parser", "unknown"],
  [{ kind: "own" }, "anything", "unknown"],
  [{ kind: "unknown" }, "anything", "unknown"],
])("%j beside %j", (asked, given, expected) => {
  expect(promptMatch(asked, [given])).toBe(expected);
});

test("of a run without a prompt on record nothing is known", () => {
  expect(promptMatch(whole("review this"), [])).toBe("unknown");
});
