import { expect, test } from "vitest";
import { messageWords } from "#commands/progress/message-words.ts";

test.each([
  ["a sentence", "It is\nmended.", "It is mended."],
  ["a review's answer", '{"nonce": "n", "findings": [{"file": "a"}]}', "1 finding"],
  ["one that found nothing", '\n{"findings": []}\n', "0 findings"],
  ["another answer in JSON", '{"sum": 3}', '{"sum": 3}'],
  ["what only begins like one", '{"findings": [', '{"findings": ['],
])("%s is said in words", (_what, text, words) => {
  expect(messageWords(text)).toBe(words);
});
