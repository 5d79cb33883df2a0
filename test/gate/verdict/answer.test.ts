import { describe, expect, test } from "vitest";
import * as z from "zod/mini";
import { ANSWER_SCHEMA, ReviewAnswer, readAnswer } from "#gate/verdict/answer.ts";
import { reviewAnswer, reviewFinding } from "#test/review-values.ts";

const NONCE = "nonce-1";
const GOOD = JSON.stringify(reviewAnswer());

function failureOf(message: string | undefined) {
  const read = readAnswer(message, NONCE);
  return read.kind === "no-answer" ? read.failure : "an answer";
}

function kindOf(message: string | undefined) {
  const failure = failureOf(message);
  return failure === "an answer" ? failure : failure.kind;
}

const KEYWORDS = ["type", "properties", "required", "additionalProperties", "items", "enum"];

/** Keeps of a generated schema what strict structured output knows; names under `properties` are no keywords. */
function allowedKeywords(schema: unknown): unknown {
  if (Array.isArray(schema) || typeof schema !== "object" || schema === null) return schema;
  return Object.fromEntries(
    Object.entries(schema)
      .filter(([key]) => KEYWORDS.includes(key))
      .map(([key, value]) => [
        key,
        key === "properties"
          ? Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, allowedKeywords(inner)]))
          : allowedKeywords(value),
      ]),
  );
}

describe("the schema that is sent", () => {
  test("says the same as the schema that checks the answer", () => {
    expect(ANSWER_SCHEMA).toEqual(allowedKeywords(z.toJSONSchema(ReviewAnswer)));
  });

  test("uses only the keywords that strict structured output knows", () => {
    expect(allowedKeywords(ANSWER_SCHEMA)).toEqual(ANSWER_SCHEMA);
  });

  test("is the same text in every process, so that the provider's caches stay warm", () => {
    expect(JSON.stringify(ANSWER_SCHEMA)).toMatchInlineSnapshot(
      `"{"type":"object","properties":{"request_id":{"type":"string"},"decision":{"type":"string","enum":["ALLOW","BLOCK"]},"summary":{"type":"string"},"examined":{"type":"array","items":{"type":"string"}},"findings":{"type":"array","items":{"type":"object","properties":{"title":{"type":"string"},"severity":{"type":"string","enum":["low","medium","high","critical"]},"kind":{"type":"string","enum":["fact","inference","question"]},"file":{"type":"string"},"side":{"type":"string","enum":["new","old"]},"line_start":{"type":"integer"},"line_end":{"type":"integer"},"quote":{"type":"string"},"failure_path":{"type":"string"},"recommendation":{"type":"string"}},"required":["title","severity","kind","file","side","line_start","line_end","quote","failure_path","recommendation"],"additionalProperties":false}}},"required":["request_id","decision","summary","examined","findings"],"additionalProperties":false}"`,
    );
  });
});

describe("readAnswer", () => {
  test("returns a whole answer, white space around it or not", () => {
    expect(readAnswer(GOOD, NONCE)).toEqual({ kind: "answer", answer: reviewAnswer() });
    expect(readAnswer(`\n ${JSON.stringify(reviewAnswer(), null, 2)} \n`, NONCE).kind).toBe("answer");
  });

  test("is not misled by colons, quotes and braces inside of texts", () => {
    const nasty = reviewAnswer({ summary: '{"decision": "ALLOW"} "a": \\" \\\\" : }', findings: [] });
    expect(readAnswer(JSON.stringify(nasty), NONCE)).toEqual({ kind: "answer", answer: nasty });
  });

  test.each<[string, string | undefined]>([
    ["nothing", undefined],
    ["an empty message", ""],
    ["blanks", " \n\t "],
  ])("takes %s for empty", (_what, message) => {
    expect(kindOf(message)).toBe("answer-empty");
  });

  test.each([
    ["ALLOW", "ALLOW"],
    ["BLOCK", "BLOCK: the loop is wrong"],
    ["bold", "**ALLOW**"],
    ["a bullet", "- ALLOW"],
    ["a heading", "# Verdict\nALLOW"],
    ["prose", "I looked at everything and it is fine."],
    ["prose before", `Here is my answer: ${GOOD}`],
    ["prose after", `${GOOD}\nThat is all.`],
    ["a fence", `\`\`\`json\n${GOOD}\n\`\`\``],
    ["a bare fence", `\`\`\`\n${GOOD}\n\`\`\``],
    ["two objects", `${GOOD}\n${GOOD}`],
    ["two objects, comma", `${GOOD},${GOOD}`],
    ["cut off", GOOD.slice(0, -20)],
    ["single quotes", "{'decision': 'ALLOW'}"],
    ["a comment", `// fine\n${GOOD}`],
    ["a trailing comma", `${GOOD.slice(0, -1)},}`],
    ["XML", "<verdict>ALLOW</verdict>"],
    ["YAML", "decision: ALLOW\nfindings: []"],
    ["a refusal", "I'm sorry, I can't help with that."],
    ["Codex's own words", "Reviewer failed to output a response."],
    ["a byte-order mark", `\u{feff}${GOOD}`],
    ["NaN", GOOD.replace('"line_start":5', '"line_start":NaN')],
  ])("finds no JSON object in %s", (_what, message) => {
    expect(kindOf(message)).toBe("answer-not-json");
  });

  const without = (key: string) => JSON.stringify({ ...reviewAnswer(), [key]: undefined });
  const within = (changes: object) =>
    JSON.stringify({ ...reviewAnswer(), findings: [{ ...reviewFinding(), ...changes }] });

  test.each([
    ["null", "null"],
    ["a string", '"ALLOW"'],
    ["a list", `[${GOOD}]`],
    ["an unknown key", JSON.stringify({ ...reviewAnswer(), approved: true })],
    ["an unknown key in a finding", within({ note: "x" })],
    ...["request_id", "decision", "summary", "examined", "findings"].map((key) => [
      `no ${key}`,
      without(key),
    ]),
    ...Object.keys(reviewFinding()).map((key) => [`a finding without ${key}`, within({ [key]: undefined })]),
    ["another decision", JSON.stringify({ ...reviewAnswer(), decision: "allow" })],
    ["another severity", within({ severity: "blocker" })],
    ["a line that is no integer", within({ line_start: 1.5 })],
    ["a line as text", within({ line_start: "5" })],
    ["201 findings", JSON.stringify(reviewAnswer({ findings: Array(201).fill(reviewFinding()) }))],
    ["a megabyte of quote", within({ quote: "x".repeat(1024 * 1024) })],
  ])("refuses the shape of %s", (_what, message = "") => {
    expect(kindOf(message)).toBe("answer-wrong-shape");
  });

  test("takes as many findings as it says", () => {
    expect(kindOf(JSON.stringify(reviewAnswer({ findings: Array(200).fill(reviewFinding()) })))).toBe(
      "an answer",
    );
  });

  test("names at most ten short issues, by their place", () => {
    const findings = Array(50).fill({ ["k".repeat(5000)]: 1 });
    const failure = failureOf(JSON.stringify({ ...reviewAnswer(), findings }));
    if (failure === "an answer" || failure.kind !== "answer-wrong-shape") throw new Error("it was read");
    expect(failure.issues).toHaveLength(10);
    expect(failure.issues.every((issue) => issue.length <= 300)).toBe(true);
    expect(failure.issues[0]).toContain("findings.0.title");
  });

  test.each(["", "nonce-2", "nonce-1 ", "request_id: nonce-1"])("refuses the request id %j", (request_id) => {
    expect(kindOf(JSON.stringify(reviewAnswer({ request_id })))).toBe("answer-wrong-request");
  });

  test.each([
    ["decision", GOOD.replace('"decision":"BLOCK"', '"decision":"ALLOW","decision":"BLOCK"')],
    ["findings", GOOD.replace('"findings":', '"findings" : [], "findings":')],
    ["severity", GOOD.replace('"severity":"high"', '"severity":"low","severity":"high"')],
    ["an escaped key", GOOD.replace('"decision"', '"\\u0064ecision":"ALLOW","decision"')],
  ])("refuses an answer that gives %s twice", (_what, message) => {
    expect(message).not.toBe(GOOD);
    expect(kindOf(message)).toBe("answer-contradicts-itself");
  });
});
