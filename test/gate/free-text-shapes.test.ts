import { describe, expect, test } from "vitest";
import { readAnswer } from "#gate/verdict/answer.ts";
import { reviewAnswer } from "#test/review-values.ts";

const NONCE = "4c1d7a52-3f0e-4f53-9a55-0c6f3f2d9b11";
const ALLOW = JSON.stringify(reviewAnswer({ request_id: NONCE, decision: "ALLOW", findings: [] }));
const BLOCK = JSON.stringify(reviewAnswer({ request_id: NONCE }));

/** Every shape in which models have been seen to give a verdict. The id in them is the right one. */
const FREE_TEXT: readonly (readonly [string, string])[] = [
  ["the bare word", "ALLOW"],
  ["the word and a reason", "ALLOW: nothing found"],
  ["lower case", "allow: nothing found"],
  ["mixed case", "Allow - looks good"],
  ["bold", "**ALLOW**: nothing found"],
  ["bold with the colon inside", "**ALLOW:** nothing found"],
  ["italic", "_ALLOW_: nothing found"],
  ["code", "`ALLOW: nothing found`"],
  ["a heading", "## ALLOW\n\nNothing found."],
  ["a bullet", "- ALLOW: nothing found"],
  ["a number in a list", "1. ALLOW: nothing found"],
  ["a quotation", "> ALLOW: nothing found"],
  ["a fence", "```\nALLOW: nothing found\n```"],
  ["a fence with a language", "```text\nALLOW: nothing found\n```"],
  ["a label", "Verdict: ALLOW"],
  ["a label in bold", "**Final verdict:** ALLOW"],
  ["two verdicts", "ALLOW: the code\nBLOCK: the tests"],
  ["two verdicts, the other way round", "BLOCK: the tests\nALLOW: the code"],
  ["a verdict that is taken back", "ALLOW: nothing found.\n\nWait, the loop is wrong. BLOCK."],
  ["a verdict at the end of prose", "I read everything, and it is sound.\n\nALLOW: nothing found"],
  ["a verdict before prose", "ALLOW: nothing found\n\nI read total.ts and its callers."],
  ["no verdict", "I read total.ts and its callers. The loop looks right."],
  ["a question back", "Should I look at the tests as well?"],
  ["a refusal", "I cannot help with that."],
  ["other words for it", "LGTM, ship it"],
  ["a sign", "✅"],
  ["an element", "<verdict>ALLOW</verdict>"],
  ["YAML", `request_id: ${NONCE}\ndecision: ALLOW\nfindings: []`],
  ["a table", "| decision |\n|---|\n| ALLOW |"],
  ["the id and the word", `${NONCE} ALLOW`],
  ["a JSON string", '"ALLOW"'],
  ["JSON of another shape", `{"request_id":"${NONCE}","ok":true}`],
  ["JSON of an older shape", `{"request_id":"${NONCE}","verdict":"ALLOW","issues":[]}`],
  ["the answer in a fence", `\`\`\`json\n${ALLOW}\n\`\`\``],
  ["the answer in single back quotes", `\`${ALLOW}\``],
  ["the answer after words", `Here it is: ${ALLOW}`],
  ["the answer before words", `${ALLOW}\n\nThat is my verdict.`],
  ["the answer twice", `${ALLOW}\n${ALLOW}`],
  ["the answer and its opposite", `${BLOCK}\n${ALLOW}`],
  ["the answer in a list", `[${ALLOW}]`],
  ["the answer as a string", JSON.stringify(ALLOW)],
  ["the answer, cut off", ALLOW.slice(0, -1)],
  ["the answer behind a byte-order mark", `\ufeff${ALLOW}`],
  ["the answer, its decision in lower case", ALLOW.replace("ALLOW", "allow")],
  ["the answer with a blank in its decision", ALLOW.replace('"ALLOW"', '"ALLOW "')],
  ["the answer with the id of its line", ALLOW.replace(NONCE, `request_id: ${NONCE}`)],
  ["the answer with the id in upper case", ALLOW.replace(NONCE, NONCE.toUpperCase())],
  ["the answer with a look-alike in its id", ALLOW.replace(NONCE, NONCE.replace("c", "\u0441"))],
];

describe("a verdict as free text", () => {
  test.each(FREE_TEXT)("is none: %s", (_shape, message) => {
    expect(readAnswer(message, NONCE).kind).toBe("no-answer");
  });
});

describe("one object of the schema with the request's id", () => {
  test.each([
    ["as it comes", ALLOW],
    ["indented", JSON.stringify(JSON.parse(ALLOW), null, 2)],
    ["with white space around it", `\n\t ${ALLOW} \r\n`],
    ["with escapes", ALLOW.replace("ALLOW", "\\u0041LLOW")],
    ["with words in its summary", ALLOW.replace("It changes a loop.", "BLOCK: no, \\n**ALLOW**")],
  ])("is a verdict: %s", (_shape, message) => {
    expect(readAnswer(message, NONCE)).toMatchObject({ kind: "answer", answer: { decision: "ALLOW" } });
  });
});
