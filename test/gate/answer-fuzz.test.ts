import { expect, test } from "vitest";
import { ReviewAnswer, readAnswer } from "#gate/verdict/answer.ts";
import {
  anyJson,
  anyText,
  beginnings,
  damaged,
  expectLinear,
  fuzz,
  mutated,
  nested,
  unmeasurable,
} from "#test/fuzz.ts";
import { fc } from "#test/seeded-check.ts";

const NONCE = "6f0e4b1c-0000-4000-8000-000000000000";
const FINDING = {
  title: "It is wrong",
  severity: "high",
  kind: "fact",
  file: "src/a.js",
  side: "new",
  line_start: 1,
  line_end: 2,
  quote: 'const a = "b\\"";',
  failure_path: "Run it.",
  recommendation: "Mend it.",
};
const ANSWER = {
  request_id: NONCE,
  decision: "BLOCK",
  summary: "See the findings.",
  examined: ["src/a.js"],
  findings: [FINDING],
};

/** It is an answer to this request in its whole form, or none; nothing is thrown. */
function look(message: string): void {
  const read = readAnswer(message, NONCE);
  if (read.kind === "no-answer") return;
  expect(ReviewAnswer.safeParse(read.answer).success).toBe(true);
  expect(read.answer.request_id).toBe(NONCE);
  expect(JSON.parse(message)).toEqual(read.answer);
}

test("a message is an answer as a whole, or it is none", async () => {
  const text = JSON.stringify(ANSWER);
  expect(readAnswer(text, NONCE).kind).toBe("answer");
  for (const part of beginnings(text)) expect(readAnswer(String(part), NONCE).kind).toBe("no-answer");
  for (const value of unmeasurable(ANSWER)) look(JSON.stringify(value));
  await fuzz(damaged(text), (bytes) => look(String(bytes)), 3);
  await fuzz(mutated(ANSWER), (value) => look(JSON.stringify(value)), 3);
  await fuzz(
    fc.oneof(
      anyText(),
      anyJson().map((value) => JSON.stringify(value)),
    ),
    look,
  );
  look(nested());
  look(JSON.stringify({ ...ANSWER, findings: JSON.parse(nested(2_000)) }));
});

test("a long message costs what it is long", async () => {
  for (const piece of ['\\"', '"', "{", '{"a":1},', "\\", " "]) {
    await expectLinear((size) => {
      const long = piece.repeat(size / piece.length);
      look(long);
      look(JSON.stringify({ ...ANSWER, summary: long, findings: [{ ...FINDING, quote: long }] }));
    }, 40_000);
  }
});
