import { describe, expect, test } from "vitest";
import * as z from "zod/mini";
import { CHALLENGE_SCHEMA, readChallenge } from "#gate/challenge/challenge-answer.ts";
import { challengePrompt } from "#gate/challenge/challenge-prompt.ts";
import { challengedPaths, checkChallenge } from "#gate/challenge/check-challenge.ts";

const FINDING = {
  title: "One writer is assumed",
  aspect: "assumption",
  severity: "high",
  kind: "fact",
  file: "src/store.ts",
  line_start: 2,
  line_end: 2,
  quote: "save(load() + 1);",
  failure_path: "Two processes load 1 and both save 2.",
  recommendation: "Take the lock.",
} as const;

const ANSWER = { request_id: "n-1", stance: "doubtful", summary: "A counter.", findings: [FINDING] };

const FILES = {
  root: "/work/repo",
  texts: new Map([["src/store.ts", 'import { load, save } from "./disk.ts";\nsave(load() + 1);\n']]),
};

function answered(changes: object): string {
  return JSON.stringify({ ...ANSWER, ...changes });
}

function failureKind(message: string | undefined): string {
  const read = readChallenge(message, "n-1");
  return read.kind === "answer" ? "answer" : read.failure.kind;
}

describe("the request", () => {
  test.each([
    [{ kind: "uncommitted" }, "git diff HEAD"],
    [{ kind: "base", branch: "main\n", from: undefined }, "the merge base of HEAD and main:"],
    [{ kind: "base", branch: "main", from: "abc123" }, "`git diff abc123`"],
    [{ kind: "commit", sha: "abc123" }, "`git show abc123`"],
    [{ kind: "custom", instructions: "The plan in PLAN.md" }, "The plan in PLAN.md"],
  ] as const)("names the work: %o", (work, text) => {
    const prompt = challengePrompt({ work, focus: undefined, nonce: "n-1" });
    expect(prompt).toContain(text.replace(/:$/, ""));
    expect(prompt).not.toContain("above all");
    expect(prompt.endsWith("\n\nrequest_id: n-1")).toBe(true);
  });

  test("holds the focus where there is one", () => {
    const prompt = challengePrompt({ work: { kind: "uncommitted" }, focus: "the lock", nonce: "n-1" });
    expect(prompt).toContain("# What to look at above all\n\nthe lock");
  });
});

describe("the answer", () => {
  test("is read as a whole, or not at all", () => {
    expect(readChallenge(JSON.stringify(ANSWER), "n-1")).toEqual({ kind: "answer", answer: ANSWER });
    expect(failureKind(undefined)).toBe("answer-empty");
    expect(failureKind("  ")).toBe("answer-empty");
    expect(failureKind("It is fine.")).toBe("answer-not-json");
    expect(failureKind(answered({ request_id: "n-2" }))).toBe("answer-wrong-request");
    expect(failureKind(answered({ stance: "great" }))).toBe("answer-wrong-shape");
    expect(failureKind(answered({ findings: [{ ...FINDING, side: "new" }] }))).toBe("answer-wrong-shape");
  });

  test("is asked for in the form in which it is read", () => {
    const Schema = z.looseObject({ required: z.array(z.string()), properties: z.looseObject({}) });
    const whole = z.parse(Schema, CHALLENGE_SCHEMA);
    expect(Object.keys(whole.properties).sort()).toEqual(Object.keys(ANSWER).sort());
    const finding = z.parse(Schema, CHALLENGE_SCHEMA.properties.findings.items);
    expect([...finding.required].sort()).toEqual(Object.keys(FINDING).sort());
  });
});

describe("a finding", () => {
  test("stands where its quote stands at its lines, however its path is written", () => {
    for (const file of ["src/store.ts", "./src/store.ts", "/work/repo/src/store.ts", "b/src/store.ts"]) {
      const [checked] = checkChallenge([{ ...FINDING, file }], FILES);
      expect(checked?.check).toEqual({ kind: "stands", line: 2 });
      expect(checked?.finding).toMatchObject({ file: "src/store.ts", aspect: "assumption" });
    }
  });

  test.each([
    [{ file: "src/none.ts" }, "file-not-in-scope"],
    [{ line_start: 900, line_end: 901 }, "lines-not-in-file"],
    [{ quote: "save(locked(load()) + 1);" }, "quote-not-found"],
    [{ quote: "}" }, "quote-empty"],
  ])("does not stand with %o", (changes, doubt) => {
    const [checked] = checkChallenge([{ ...FINDING, ...changes }], FILES);
    expect(checked?.check).toEqual({ kind: "does-not-stand", doubt });
  });

  test("is looked for inside of the work tree only", () => {
    const paths = (file: string) => challengedPaths({ file }, "/work/repo");
    expect(paths("src/store.ts")).toEqual(["src/store.ts"]);
    expect(paths("a/src/store.ts")).toEqual(["a/src/store.ts", "src/store.ts"]);
    expect(paths("/work/repo/src/store.ts")).toEqual(["src/store.ts"]);
    for (const file of ["/etc/passwd", "../x", "src/../../x", "", "a\0b"]) expect(paths(file)).toEqual([]);
  });
});
