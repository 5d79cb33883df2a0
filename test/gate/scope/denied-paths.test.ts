import { expect, test } from "vitest";
import { deniedPaths, literalGlob } from "#gate/scope/denied-paths.ts";
import { scopeOf } from "#gate/scope/scope.ts";
import { changeOf, fileChange } from "#test/review-values.ts";
import { diffedFile } from "#test/unified-diff.ts";

test("denies what is named like a secret, excluded, or has replaced values, under both names", () => {
  const secret = "PASSWORD=hunter2\n";
  const files = [
    fileChange({ path: ".env" }),
    fileChange({ path: "new.txt", oldPath: "id_rsa", kind: "renamed" }),
    fileChange({ path: "docs/a.md" }),
    fileChange({ path: "logo.png", binary: true, patch: "" }),
    fileChange({ path: "plain.ts" }),
    diffedFile("app/[id]/settings.ini", "a\n", `a\n${secret}`),
    { ...diffedFile("caf\\xe9.ini", null, `${secret}${"x".repeat(2000)}\n`), oldPath: "a*b" },
  ];
  const { coverage } = scopeOf(changeOf(files), { maxDiffBytes: 2000, exclude: ["docs"] });
  expect(coverage.partly.map(({ path }) => path)).toEqual(["caf\\xe9.ini"]);
  expect(deniedPaths(coverage)).toEqual([
    "app/?id?/settings.ini",
    "caf?.ini",
    "a?b",
    ".env",
    "new.txt",
    "id_rsa",
    "docs/a.md",
  ]);
});

test.each([
  ["plain/a b.ts", "plain/a b.ts"],
  ["~/home.ts", "?/home.ts"],
  ["a~/b.ts", "a~/b.ts"],
  ["line\nbreak\tand\u007f", "line?break?and?"],
  ["a\\b", "a?b"],
])("%j is denied as %j", (path, glob) => {
  expect(literalGlob(path)).toBe(glob);
});
