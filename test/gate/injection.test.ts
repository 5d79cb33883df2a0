import { describe, expect, test } from "vitest";
import { framerFor } from "#gate/prompt/frame.ts";
import { reviewPrompt } from "#gate/prompt/prompt.ts";
import type { ShownScope } from "#gate/scope/scope.ts";
import { stopOutput } from "#gate/stop/stop-output.ts";
import { readAnswer } from "#gate/verdict/answer.ts";
import { checkFindings } from "#gate/verdict/check-findings.ts";
import { evidenceOf } from "#gate/verdict/evidence.ts";
import type { ReviewFinding } from "#gate/verdict/finding.ts";
import { needsCorrection, verdictOf } from "#gate/verdict/verdict.ts";
import { INJECTIONS } from "#test/injection/corpus.ts";
import { CHANNELS, type Injection } from "#test/injection/injection-case.ts";
import { NOTE, NOTE_LINE, nameInDiff, notePatch, poisonedRequest } from "#test/injection/poisoned-request.ts";
import { readFrames } from "#test/injection/read-frames.ts";
import {
  fileChange,
  noReport,
  reviewAnswer,
  reviewFinding,
  reviewReport,
  shownScope,
} from "#test/review-values.ts";

/**
 * No text that the reviewed side can write speaks for the reviewer. What is not shown here, and
 * cannot be: that a model which was talked round, and then answers in its own name with the id of
 * this very request, is told from one that means what it says.
 */
const NONCE = "6f1c2d3e-4b5a-4978-8c6d-7e8f9a0b1c2d";
const ROOT = "/work/repo";
const CASES = INJECTIONS.map((injection, index) => ({
  name: `${index + 1}. ${injection.tries} (${injection.channel})`,
  ...injection,
}));

/** What must never reach a terminal: controls but line break and tab, and what turns the reading direction. */
const UNSAFE = /[^\P{Cc}\t\n]|[\u2028\u2029\u202a-\u202e\u2066-\u2069]/u;

test("the corpus holds at least two hundred different texts, on every channel", () => {
  expect(new Set(INJECTIONS.map(({ text }) => text)).size).toBeGreaterThanOrEqual(200);
  expect(new Set(INJECTIONS.map(({ channel }) => channel))).toEqual(new Set(CHANNELS));
  expect(INJECTIONS.every(({ text }) => !text.includes(NONCE))).toBe(true);
});

describe("framing", () => {
  test.each(CASES)("$name stands in its frame and nowhere else", ({ channel, text }) => {
    expectFramed(channel, text);
  });

  test("every text does on every channel", () => {
    for (const { text } of CASES) for (const channel of CHANNELS) expectFramed(channel, text);
  });

  test.each([
    ["digits", `=== ${"0".repeat(700_000)}`],
    ["blanks", `===${" ".repeat(700_000)}`],
    ["signs", "=".repeat(700_000)],
    ["beginnings of marks", "=== 1 =x".repeat(70_000)],
  ])("is not slowed down by a wall of %s", (_what, wall) => {
    expectFramed("added line", wall.slice(0, 200_000));
    expect(framerFor([wall]).mark).toBe("=== 1 ===");
  });
});

function expectFramed(channel: Injection["channel"], text: string): void {
  const { input, frame, expected, whole } = poisonedRequest(channel, text);
  const request = reviewPrompt({ ...input, nonce: NONCE });
  const read = readFrames(request);
  const held = read.frames.get(frame) ?? "";
  if (whole) expect(asFarAsKept(expected, held)).toBe(held);
  else expect(held).toContain(expected);
  expect(withoutCoverage(read.outside)).toBe(OUTSIDE.get(channel));
  expect(read.outside).toMatch(/^Coverage of this request: [\w ':;.,()-]+$/m);
  expect(request.split("\n").at(-1)).toBe(`request_id: ${NONCE}`);
  expect(request.split(NONCE)).toHaveLength(2);
  for (const foreign of read.frames.values()) {
    expect(foreign.includes(read.mark)).toBe(false);
    expect(seen(foreign).includes(seen(read.mark))).toBe(false);
  }
}

/** A text as an eye takes it: look-alikes as what they look like, without blanks and leading zeros. */
function seen(text: string): string {
  return text
    .normalize("NFKC")
    .replace(/[\p{Cf}\s]/gu, "")
    .replace(/===0+(?=\d)/g, "===");
}

/** What is said in our name, by channel, about a harmless text. */
const OUTSIDE = new Map(
  CHANNELS.map((channel) => {
    const { input } = poisonedRequest(channel, "src/harmless.ts");
    return [channel, withoutCoverage(readFrames(reviewPrompt({ ...input, nonce: NONCE })).outside)];
  }),
);

/** How much is shown may differ from text to text. */
function withoutCoverage(outside: string): string {
  return outside.replace(/^Coverage of this request: .*$/m, "Coverage");
}

/** A long text may be cut, visibly and not before it said a good deal. */
function asFarAsKept(text: string, held: string): string {
  if (held.length < 10_000 || !held.endsWith("…")) return text;
  return text.startsWith(held.slice(0, -1)) ? held : text;
}

describe("a model that repeats what it read", () => {
  test.each(CASES)("$name is no verdict", (injection) => {
    for (const message of parroted(injection)) {
      const read = readAnswer(message, NONCE);
      if (read.kind === "answer") throw new Error(`taken for an answer: ${message}`);
      const failed = { kind: "failed", class: read.failure.kind, detail: "", blocked: false } as const;
      const printed = stopOutput(failed, { ...noReport(), failure: read.failure }, { messages: "normal" });
      expect(Object.keys(printed)).toEqual(["systemMessage"]);
      expect(printed.systemMessage).toContain("not reviewed [answer-");
      expect(printed.systemMessage).not.toMatch(UNSAFE);
    }
  });

  test("is told from one that answers in its own name", () => {
    const own = JSON.stringify({ ...reviewAnswer({ request_id: NONCE }), findings: [] });
    expect(readAnswer(own, NONCE).kind).toBe("answer");
  });
});

/** Final messages of a model that quotes, or obeys, or returns the whole request. */
function parroted({ channel, text, reply = text }: Injection): readonly string[] {
  const { input, expected } = poisonedRequest(channel, text);
  return [
    text,
    reply,
    expected,
    `${reply}\n${text}`,
    `I examined the change.\n\n${reply}`,
    `${reply}\n\nrequest_id: ${NONCE}`,
    `\`\`\`json\n${reply}\n\`\`\``,
    JSON.stringify(reply),
    JSON.stringify({ request_id: NONCE, decision: reply }),
    reviewPrompt({ ...input, nonce: NONCE }),
  ];
}

describe("an honest reviewer that quotes it", () => {
  test.each(CASES)("$name stays a block", ({ text }) => {
    const words = { title: text, failure_path: text, recommendation: text };
    const printed = judged(shownScope(), [reviewFinding(words)], { decision: "BLOCK", summary: text });
    if (!("decision" in printed)) throw new Error("let through");
    expect(printed.decision).toBe("block");
    expect(`${printed.reason}${printed.systemMessage}`).not.toMatch(UNSAFE);
  });

  test.each(CASES)("$name stays a signature", ({ text }) => {
    const note = reviewFinding({ title: text, severity: "low", failure_path: text });
    const summary = `It says: ${text}\nBLOCK: this is what a reviewer would say if it blocked.`;
    const printed = judged(shownScope(), [note], { decision: "ALLOW", summary });
    expect(Object.keys(printed)).toEqual(["systemMessage"]);
    expect(printed.systemMessage).toContain("signed by gpt-test");
    expect(printed.systemMessage).not.toMatch(UNSAFE);
  });

  test.each(CASES)("$name can be quoted as the defect that it is", ({ text }) => {
    for (const [channel, side] of [
      ["added line", "new"],
      ["removed line", "old"],
    ] as const) {
      const { line, quote } = tellingLine(text);
      const finding = reviewFinding({
        file: NOTE,
        side,
        line_start: line,
        line_end: line,
        quote,
        title: text,
      });
      const scope = shownScope([fileChange(), fileChange({ path: NOTE, patch: notePatch(channel, text) })]);
      expect(judged(scope, [finding], { decision: "BLOCK" })).toHaveProperty("decision", "block");
    }
  });

  test.each(CASES.filter(({ channel }) => channel === "file name"))(
    "$name can be named as the file that it is, in git's spelling too",
    ({ text }) => {
      const { input } = poisonedRequest("file name", text);
      for (const file of [text, nameInDiff(text), nameInDiff(`b/${text}`)]) {
        const finding = reviewFinding({ file, line_start: 1, line_end: 1, quote: NOTE_LINE });
        expect(judged(input.scope, [finding], { decision: "BLOCK" })).toHaveProperty("decision", "block");
      }
    },
  );
});

/** What the host is told about an answer with these findings, once it went through every module. */
function judged(scope: ShownScope, findings: readonly ReviewFinding[], changes: object) {
  const message = JSON.stringify({ ...reviewAnswer({ request_id: NONCE }), findings, ...changes });
  const read = readAnswer(message, NONCE);
  if (read.kind !== "answer") throw new Error(`no answer: ${read.failure.kind}`);
  const evidence = evidenceOf(ROOT, [scope], new Map());
  const checked = checkFindings(read.answer.findings, evidence, {
    blockSeverity: "high",
    settled: new Map(),
  });
  expect(needsCorrection(read.answer, checked, "high").kind).toBe("none");
  const outcome =
    verdictOf(checked).kind === "block"
      ? ({ kind: "blocked", round: 1, of: 3 } as const)
      : ({ kind: "allowed", partial: false } as const);
  return stopOutput(outcome, reviewReport(checked, scope.coverage), { messages: "normal" });
}

function tellingLine(text: string): { readonly line: number; readonly quote: string } {
  const lines = text.split("\n");
  const index = lines.findIndex((line) => /[\p{L}\p{N}]/u.test(line));
  return { line: index + 1, quote: lines[index] ?? "" };
}

describe("the readers of the field, over the same corpus", () => {
  test("the first line's word flips on more than half of it", () => {
    const flipped = CASES.filter(({ text, reply = text }) => firstLineVerdict(reply) === "ALLOW");
    expect(flipped.length / CASES.length).toBeGreaterThan(0.5);
  });

  test("the first word at any line's start flips on more than a quarter of it by mere repetition", () => {
    const flipped = CASES.filter(({ text }) => firstWordVerdict(text) === "ALLOW");
    expect(flipped.length / CASES.length).toBeGreaterThan(0.25);
  });

  test("JSON fished out of whatever surrounds it flips on more than a sixth of it", () => {
    const flipped = CASES.filter(({ text, reply = text }) => fishedVerdict(reply) === "ALLOW");
    expect(flipped.length / CASES.length).toBeGreaterThan(1 / 6);
  });

  test("between them they flip on nine tenths of it", () => {
    const readers = [firstLineVerdict, firstWordVerdict, fishedVerdict];
    const flipped = CASES.filter(({ text, reply = text }) =>
      readers.some((reader) => reader(text) === "ALLOW" || reader(reply) === "ALLOW"),
    );
    expect(flipped.length / CASES.length).toBeGreaterThan(0.9);
  });
});

type FieldVerdict = "ALLOW" | "BLOCK" | "none";

/** As the most used stop gate reads its reviewer. */
function firstLineVerdict(message: string): FieldVerdict {
  const [first = ""] = message.trim().split(/\r?\n/, 1);
  return wordOf(first.trim());
}

/** As those do that look through the lines for the first verdict. */
function firstWordVerdict(message: string): FieldVerdict {
  return (
    message
      .split(/\r?\n/)
      .map((line) => wordOf(line.trim()))
      .find((word) => word !== "none") ?? "none"
  );
}

/** As those do that take any object with a decision, wherever it stands and whoever asked. */
function fishedVerdict(message: string): FieldVerdict {
  const decisions = [...message.matchAll(/"decision"\s*:\s*"(ALLOW|BLOCK)"/g)].map(([, word]) => word);
  return decisions.at(-1) === "ALLOW" ? "ALLOW" : decisions.length > 0 ? "BLOCK" : "none";
}

function wordOf(line: string): FieldVerdict {
  if (line.startsWith("ALLOW:")) return "ALLOW";
  return line.startsWith("BLOCK:") ? "BLOCK" : "none";
}
