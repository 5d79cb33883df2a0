import { describe, expect, test } from "vitest";
import { type CheckRules, checkFindings } from "#gate/verdict/check-findings.ts";
import { evidenceOf } from "#gate/verdict/evidence.ts";
import type { ReviewFinding } from "#gate/verdict/finding.ts";
import type { FileChange } from "#git/change/change.ts";
import { fileChange, reviewFinding, SAMPLE_PATCH, SAMPLE_TEXT, shownScope } from "#test/review-values.ts";
import { fc } from "#test/seeded-check.ts";

const ROOT = "/work/repo";
const RULES: CheckRules = { blockSeverity: "high", settled: new Map() };

function evidence(text = SAMPLE_TEXT, changes: Partial<FileChange> = {}) {
  const change = fileChange(changes);
  return evidenceOf(ROOT, [shownScope([change])], new Map([[change.path, text]]));
}

function check(changes: Partial<ReviewFinding> = {}, against = evidence(), rules = RULES) {
  const [checked] = checkFindings([reviewFinding(changes)], against, rules);
  if (checked === undefined) throw new Error("the finding is gone");
  return checked;
}

function judged(changes: Partial<ReviewFinding> = {}, against = evidence()): string {
  const checked = check(changes, against);
  return checked.status === "unverified" ? checked.doubt : checked.status;
}

/** A text of numbered lines, with the quoted line of the sample at `at`. */
function longText(length: number, at: number): string {
  const line = (number: number) => (number === at ? reviewFinding().quote : `line ${number}`);
  return Array.from({ length }, (_none, index) => line(index + 1)).join("\n");
}

describe("the file", () => {
  test.each([
    "src/total.ts",
    "./src/total.ts",
    "././src/total.ts",
    "a/src/total.ts",
    "b/src/total.ts",
    "/work/repo/src/total.ts",
    " src/total.ts ",
  ])("%j is the file in scope", (file) => {
    const checked = check({ file });
    expect(checked).toMatchObject({ status: "counts", finding: { file: "src/total.ts" } });
    expect(checked.id).toBe(check().id);
  });

  test.each([
    "src/other.ts",
    "total.ts",
    "../repo/src/total.ts",
    "src/../src/total.ts",
    "/etc/passwd",
    "/work/repository/src/total.ts",
    "c/src/total.ts",
    "",
    "src/TOTAL.ts",
  ])("%j is not", (file) => {
    expect(judged({ file })).toBe("file-not-in-scope");
  });

  test.each([
    ["fu\u0308r.ts", "f\u00fcr.ts"],
    ["to\u200btal.ts", "total.ts"],
    ["total.ts ", "total.ts"],
    ["total.ts", "total.ts\u0000"],
    ["a\u00a0b.ts", "a b.ts"],
    ["\uff54otal.ts", "total.ts"],
  ])("%j is in reach by the name that it seems to have, %j", (path, file) => {
    expect(check({ file }, evidence(SAMPLE_TEXT, { path }))).toMatchObject({
      status: "counts",
      finding: { file: path },
    });
    expect(
      check({ file }, evidence(SAMPLE_TEXT, { path: "new.ts", oldPath: path, kind: "renamed" })),
    ).toMatchObject({
      status: "counts",
      finding: { file: "new.ts" },
    });
  });

  test("of two whose names look alike it is the one in which the quote stands", () => {
    const paths = ["f\u00fcr.ts", "fu\u0308r.ts"];
    const changes = paths.map((path) => fileChange({ path }));
    const texts = new Map([
      [paths[0] ?? "", "nothing\n"],
      [paths[1] ?? "", SAMPLE_TEXT],
    ]);
    const both = evidenceOf(ROOT, [shownScope(changes)], texts);
    expect(check({ file: "f\u00fcr.ts" }, both)).toMatchObject({
      status: "counts",
      finding: { file: "fu\u0308r.ts" },
    });
  });

  test.each(["\r", "\u2028", "\u0085", "\f", "\v"])(
    "where %j stands in a line, a number past the end of the file says nothing",
    (end) => {
      const { quote } = reviewFinding();
      const text = `${Array.from({ length: 60 }, () => "//").join(end)}${end}${quote}${end}//\n`;
      expect(judged({ line_start: 61, line_end: 61 }, evidence(text))).toBe("counts");
      expect(judged({ line_start: 0, line_end: 0 }, evidence(text))).toBe("lines-not-in-file");
      expect(judged({ line_start: 62, quote: `${quote}\n//` }, evidence(text))).toBe("counts");
    },
  );

  test("is taken as written first, for a folder may be called `a`", () => {
    const scope = shownScope([fileChange({ path: "a/x.ts" }), fileChange({ path: "x.ts" })]);
    const texts = new Map([
      ["a/x.ts", "const inFolderA = 1;"],
      ["x.ts", "const atTheTop = 1;"],
    ]);
    const place = { file: "a/x.ts", line_start: 1, line_end: 1 };
    const against = evidenceOf(ROOT, [scope], texts);
    expect(check({ ...place, quote: "const inFolderA = 1;" }, against)).toMatchObject({
      finding: { file: "a/x.ts" },
    });
    expect(judged({ ...place, quote: "const atTheTop = 1;" }, against)).toBe("quote-not-found");
  });

  test("may be named as it was before a rename", () => {
    const renamed = evidence(SAMPLE_TEXT, { path: "src/sum.ts", oldPath: "src/total.ts", kind: "renamed" });
    expect(check({}, renamed)).toMatchObject({ status: "counts", finding: { file: "src/sum.ts" } });
  });
});

describe("lines with signs that nobody sees", () => {
  const unseen = ["\u200b", "\u2060", "\ufe0f", "\u00ad", "\u202e", "\u0000", "\u{e0041}"];

  test.each(unseen)("%j takes no line out of reach", (sign) => {
    const { quote } = reviewFinding();
    const hidden = [...quote].join(sign);
    expect(judged({}, evidence(SAMPLE_TEXT.replace(quote, () => hidden)))).toBe("counts");
    expect(judged({ quote: hidden })).toBe("counts");
  });

  test("other forms of the same letters do not either", () => {
    const { quote } = reviewFinding();
    const wide = quote.replace(/[a-z]/g, (sign) => String.fromCodePoint((sign.codePointAt(0) ?? 0) + 0xfee0));
    expect(judged({}, evidence(SAMPLE_TEXT.replace(quote, () => wide)))).toBe("counts");
  });

  test("a quote of nothing but such signs is none", () => {
    expect(judged({ quote: unseen.join("") })).toBe("quote-empty");
  });
});

describe("the lines", () => {
  test.each([-5, -4, 0, 3, 5])(
    "a quote %i lines off its line counts, at the line where it stands",
    (shift) => {
      const lines = { line_start: 150 + shift, line_end: 150 + shift };
      expect(check(lines, evidence(longText(400, 150)))).toMatchObject({ status: "counts", line: 150 });
    },
  );

  test.each([6, -6, 60])("a quote %i lines off does not count", (shift) => {
    expect(judged({ line_start: 150 + shift, line_end: 150 + shift }, evidence(longText(400, 150)))).toBe(
      "quote-not-found",
    );
  });

  test("may be given in reverse, and the quote may stand anywhere between", () => {
    expect(check({ line_start: 9, line_end: 1 })).toMatchObject({ status: "counts", line: 5 });
  });

  test.each([
    ["zero", 0, 5],
    ["negative", -3, 5],
    ["past the end", 100, 101],
    ["the largest integer", Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER],
  ])("%s is no place", (_what, line_start, line_end) => {
    expect(judged({ line_start, line_end })).toBe("lines-not-in-file");
  });

  test("a huge range is searched 400 lines far and no further", () => {
    const all = { line_start: 1, line_end: Number.MAX_SAFE_INTEGER };
    expect(judged(all, evidence(longText(1000, 300)))).toBe("counts");
    expect(judged(all, evidence(longText(1000, 900)))).toBe("quote-not-found");
  });

  test("of two equal places the nearer one is meant", () => {
    const text = "same old thing here\n\n\n\nsame old thing here\n";
    expect(check({ quote: "same old thing here", line_start: 4, line_end: 4 }, evidence(text))).toMatchObject(
      { line: 5 },
    );
    expect(check({ quote: "same old thing here", line_start: 2, line_end: 2 }, evidence(text))).toMatchObject(
      { line: 1 },
    );
  });

  test("of a file that is gone are none", () => {
    const patch = "diff --git a/x b/x\n--- a/x\n+++ /dev/null\n@@ -1 +0,0 @@\n-const gone = true;\n";
    const against = evidenceOf(
      ROOT,
      [shownScope([fileChange({ path: "x", kind: "deleted", patch })])],
      new Map(),
    );
    const place = { file: "x", line_start: 1, line_end: 1, quote: "const gone = true;" };
    expect(judged(place, against)).toBe("lines-not-in-file");
    expect(judged({ ...place, side: "old" }, against)).toBe("counts");
  });
});

describe("the quote", () => {
  test.each([
    ["other indentation", "\tfor  (let i = 0; i <= prices.length; i++) {  "],
    ["a carriage return", "  for (let i = 0; i <= prices.length; i++) {\r"],
    ["a part of the line", "i <= prices.length"],
    ["several lines", "let sum = 0;\n  for (let i = 0; i <= prices.length; i++) {\n    sum += prices[i];"],
    ["blank lines between", "let sum = 0;\n\n\n  for (let i = 0; i <= prices.length; i++) {"],
    ["the end of one line and the begin of the next", "i <= prices.length; i++) {\n    sum += prices"],
    ["the marks of the diff", "+  for (let i = 0; i <= prices.length; i++) {"],
    ["a short line as a whole", "let sum = 0;\nfor (let i = 0; i <= prices.length; i++) {"],
  ])("may have %s", (_what, quote) => {
    expect(judged({ quote })).toBe("counts");
  });

  test("passes over blank lines of the file", () => {
    const quote = 'import { open } from "./store.ts";\nexport function total(prices: number[]): number {';
    expect(judged({ quote, line_start: 1, line_end: 3 })).toBe("counts");
  });

  test.each(["", "  \n ", "}", "{", "});", "---", "…"])("%j says nothing", (quote) => {
    expect(judged({ quote, line_start: 7, line_end: 9 })).toBe("quote-empty");
  });

  test.each([
    ["other words", "for (let j = 0; j <= prices.length; j++) {"],
    ["an ellipsis", "for (let i = 0; ... i++) {"],
    ["too short a part", "sum"],
    ["lines in another order", "sum += prices[i];\nfor (let i = 0; i <= prices.length; i++) {"],
    ["a line left out", "let sum = 0;\nsum += prices[i];"],
    ["part of a middle line", "let sum = 0;\nfor (let i = 0; i <=\nsum += prices[i];"],
    ["more lines than the file", `${SAMPLE_TEXT}\nmore\nand more`],
    ["more lines than any quotation", Array(300).fill("sum += prices[i];").join("\n")],
    ["marks that are not there", "+let total = 0;"],
    ["only marks", "+a\nb"],
    ["a removed line", "for (let i = 0; i < prices.length; i++) {"],
  ])("fails with %s", (_what, quote) => {
    expect(judged({ quote, line_start: 1, line_end: 9 })).toBe("quote-not-found");
  });

  test("of a megabyte is compared in no time and fails", () => {
    expect(judged({ quote: "x ".repeat(500_000) })).toBe("quote-not-found");
  });
});

describe("any quote", () => {
  const LINES = longText(60, 30).split("\n");
  const place = fc.tuple(fc.nat(59), fc.integer({ min: 1, max: 6 }), fc.integer({ min: -5, max: 5 }));

  test("of whole lines counts at their place, whatever was done to its white space", () => {
    const blank = fc.constantFrom("", " ", "\t", "   ", "\r");
    fc.assert(
      fc.property(place, blank, blank, ([start, length, shift], before, after) => {
        const quote = LINES.slice(start, start + length).map(
          (line) => before + line.replaceAll(" ", `${after} `) + after,
        );
        const line = Math.max(1, start + 1 + shift);
        const checked = check(
          { quote: quote.join("\n"), line_start: line, line_end: line },
          evidence(LINES.join("\n")),
        );
        expect(checked).toMatchObject({ status: "counts", line: start + 1 });
      }),
    );
  });

  test("that stands nowhere in the file never counts", () => {
    const text = LINES.join("\n");
    fc.assert(
      fc.property(fc.string(), fc.nat(70), fc.nat(70), (quote, line_start, line_end) => {
        fc.pre(
          quote.split(/\s+/).some((word) => word.length > 0 && !text.includes(word.replace(/^[+-]/, ""))),
        );
        expect(judged({ quote, line_start, line_end }, evidence(text))).not.toBe("counts");
      }),
    );
  });
});

describe("the old side", () => {
  const old = { side: "old", quote: "for (let i = 0; i < prices.length; i++) {" } as const;

  test("counts for a removed line, alone or with its neighbours", () => {
    expect(check(old)).toMatchObject({ status: "counts", line: 5 });
    expect(judged({ ...old, quote: `let sum = 0;\n-  ${old.quote}` })).toBe("quote-not-found");
    expect(judged({ ...old, quote: `let sum = 0;\n${old.quote}\n    sum += prices[i];` })).toBe("counts");
  });

  test("does not for a line that stays, nor for one that was added", () => {
    expect(judged({ ...old, quote: "sum += prices[i];" })).toBe("quote-not-removed");
    expect(judged({ ...old, quote: "i <= prices.length" })).toBe("quote-not-found");
  });

  test("knows nothing of what stands between two hunks", () => {
    const patch =
      "--- a/x\n+++ b/x\n@@ -1 +1 @@\n-first removed\n+first\n@@ -4 +4 @@\n-second removed\n+second\n";
    const against = evidence("first\nb\nc\nsecond\n", { patch });
    const lines = { side: "old", line_start: 1, line_end: 4 } as const;
    expect(judged({ ...lines, quote: "second removed" }, against)).toBe("counts");
    expect(judged({ ...lines, quote: "first removed\nsecond removed" }, against)).toBe("quote-not-found");
  });
});

describe("evidence of several rounds", () => {
  const delta =
    "--- a/src/total.ts\n+++ b/src/total.ts\n@@ -5 +5 @@\n-  for (const price of prices) {\n+  for (let i = 0; i <= prices.length; i++) {\n";

  test("accepts what either diff removes", () => {
    const scopes = [shownScope([fileChange({ patch: delta })]), shownScope()];
    const against = evidenceOf(ROOT, scopes, new Map());
    expect(against.files).toHaveLength(1);
    expect(judged({ side: "old", quote: "for (const price of prices) {" }, against)).toBe("counts");
    expect(judged({ side: "old", quote: "i < prices.length; i++" }, against)).toBe("counts");
  });

  test("judges by the newest diff where the file's text is not known", () => {
    const known = evidenceOf(ROOT, [shownScope()], new Map());
    expect(judged({}, known)).toBe("counts");
    expect(judged({ quote: "let i = 0; i < prices.length" }, known)).toBe("quote-not-found");
  });

  test("includes the files that only an older scope shows", () => {
    const other = fileChange({
      path: "other.ts",
      patch: SAMPLE_PATCH.replaceAll("src/total.ts", "other.ts"),
    });
    const against = evidenceOf(ROOT, [shownScope([other]), shownScope()], new Map());
    expect(judged({ file: "src/total.ts" }, against)).toBe("counts");
    expect(judged({ file: "other.ts" }, against)).toBe("counts");
  });
});

describe("what a proved finding is", () => {
  test.each([
    ["critical", "fact", "counts"],
    ["high", "inference", "counts"],
    ["medium", "fact", "note"],
    ["low", "fact", "note"],
    ["critical", "question", "note"],
  ] as const)("%s and %s: %s", (severity, kind, status) => {
    expect(check({ severity, kind }).status).toBe(status);
  });

  test("follows the configured severity", () => {
    const rules = { ...RULES, blockSeverity: "low" } as const;
    expect(check({ severity: "low" }, evidence(), rules).status).toBe("counts");
    expect(check({ severity: "high" }, evidence(), { ...RULES, blockSeverity: "critical" }).status).toBe(
      "note",
    );
  });

  test.each(["cap", "person"] as const)("does not count once settled by %s, until its lines change", (by) => {
    const rules = { ...RULES, settled: new Map([[check().id, by]]) };
    expect(check({}, evidence(), rules)).toMatchObject({ status: "settled", by, line: 5 });
    expect(check({ title: "Same thing, other words", severity: "critical" }, evidence(), rules).status).toBe(
      "settled",
    );
    expect(check({ quote: "i <= prices.length" }, evidence(), rules).status).toBe("settled");
    const moved = evidence(`// a new first line\n${SAMPLE_TEXT}`);
    expect(check({ line_start: 6, line_end: 6 }, moved, rules)).toMatchObject({ status: "settled", line: 6 });
    const changed = evidence(SAMPLE_TEXT.replace("let i = 0;", "let i = 1;"));
    expect(check({ quote: "i <= prices.length; i++" }, changed, rules).status).toBe("counts");
  });

  test("has an id of its file, its side and its lines", () => {
    const ids = [
      check(),
      check({ side: "old", quote: "for (let i = 0; i < prices.length; i++) {" }),
      check({ quote: "sum += prices[i];" }),
      check({}, evidence(SAMPLE_TEXT, { path: "src/sum.ts", oldPath: "src/total.ts" })),
      check({ file: "elsewhere.ts" }),
    ].map(({ id }) => id);
    expect(new Set(ids).size).toBe(5);
    expect(ids.every((id) => /^[0-9a-f]{12}$/.test(id))).toBe(true);
  });
});

test("a value that looks like a secret goes no further than the reviewer, and its finding still holds", () => {
  const value = "ghp_0123456789abcdefghijABCDEFGHIJ012345";
  const line = `const token = "${value}";`;
  const evidence = evidenceOf(
    "/work/repo",
    [shownScope([fileChange()])],
    new Map([["src/total.ts", `${line}\n`]]),
  );
  const raw = { quote: line, failure_path: `${value} is in the code`, title: value, recommendation: value };
  const [checked] = checkFindings([reviewFinding({ ...raw, line_start: 1, line_end: 1 })], evidence, RULES);
  expect(checked?.status).toBe("counts");
  expect(JSON.stringify(checked)).not.toContain(value);
});

describe("several findings", () => {
  test("that repeat each other are one", () => {
    const findings = [
      reviewFinding(),
      reviewFinding({ recommendation: "other" }),
      reviewFinding({ file: "./src/total.ts" }),
    ];
    expect(checkFindings(findings, evidence(), RULES)).toHaveLength(1);
  });

  test("about the same line stay apart where they say different things", () => {
    const findings = [
      reviewFinding(),
      reviewFinding({ title: "Another defect" }),
      reviewFinding({ kind: "inference" }),
    ];
    expect(checkFindings(findings, evidence(), RULES)).toHaveLength(3);
  });

  test("are checked in bulk: the most that an answer holds, in a long file", () => {
    const against = evidence(longText(20_000, 19_000));
    const findings = Array.from({ length: 200 }, (_none, index) =>
      reviewFinding({ title: `t${index}`, line_start: 19_000, line_end: 19_000 }),
    );
    expect(checkFindings(findings, against, RULES).every(({ status }) => status === "counts")).toBe(true);
  });
});
