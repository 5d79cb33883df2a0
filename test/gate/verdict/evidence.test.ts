import { describe, expect, test } from "vitest";
import { checkFindings } from "#gate/verdict/check-findings.ts";
import { evidenceOf } from "#gate/verdict/evidence.ts";
import { fileChange, reviewFinding, shownScope } from "#test/review-values.ts";
import { diffedFile } from "#test/unified-diff.ts";

const BODY = "MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7VJTUt9Us8cKj";

describe("evidence of a file with replaced values", () => {
  const after = 'const user = "me";\nconst password = "hunter2";\nlogin(user, password);\n';
  const scope = shownScope([diffedFile("a.ts", "start();\n", after)]);
  const evidence = evidenceOf("/work/repo", [scope], new Map([["a.ts", after]]));
  const quoted = (quote: string) =>
    checkFindings([reviewFinding({ file: "a.ts", line_start: 2, line_end: 2, quote })], evidence, {
      blockSeverity: "high",
      settled: new Map(),
    })[0]?.status;

  test("holds for a quote of what was shown, and for one that a shell gave away", () => {
    expect(quoted('const password = "[redacted: password]";')).toBe("counts");
    expect(quoted('const password = "hunter2";')).toBe("counts");
    expect(quoted('const passphrase = "hunter2";')).toBe("unverified");
    expect(JSON.stringify(evidence)).not.toContain("hunter2");
  });

  test("values are replaced in the lines that no patch shows, too", () => {
    const rest = `${"x();\n".repeat(20)}const password = "hunter3";\n`;
    const far = diffedFile("a.ts", `a();\n${rest}`, `b();\n${rest}`);
    const [file] = evidenceOf("/r", [shownScope([far])], new Map([["a.ts", `b();\n${rest}`]])).files;
    expect(file?.newLines[21]).toEqual({
      number: 22,
      text: 'const password = "[redacted: password]";',
      kept: false,
    });
  });

  test("a line counts as its patch shows it, where the file alone shows more", () => {
    const before = `-----BEGIN PRIVATE KEY-----\nab\n${BODY}\n-----END PRIVATE KEY-----\n`;
    const now = `first.of.two\n${BODY}\nx();\n`;
    const file = diffedFile("k.txt", before, now);
    const known = evidenceOf("/r", [shownScope([file])], new Map([["k.txt", now]])).files[0];
    expect(file.patch).toContain(` ${BODY}`);
    expect(known?.newLines[1]?.text).toBe("[redacted: private key]");
    const moved = evidenceOf("/r", [shownScope([file])], new Map([["k.txt", `${BODY}\n\nx();\n`]])).files[0];
    expect(moved?.newLines.map(({ text }) => text)).toEqual([BODY, "", "x();", ""]);
  });

  test("a file without text is judged by its newest patch, its old lines by all of them", () => {
    const scopes = [
      shownScope([diffedFile("a.ts", "b\n", "c\n")]),
      shownScope([diffedFile("a.ts", "a\n", "b\n")]),
    ];
    const [file] = evidenceOf("/r", scopes, new Map()).files;
    expect(file?.newLines.map(({ text }) => text)).toEqual(["c"]);
    expect(file?.oldLines.map(({ text }) => text)).toEqual(["b", "a"]);
    expect(
      evidenceOf("/r", [shownScope([fileChange({ oldPath: "b.ts" })])], new Map()).files[0]?.oldPath,
    ).toBe("b.ts");
  });
});
