import { expect, test } from "vitest";
import { matchesGlob } from "#gate/scope/matches-glob.ts";

test.each([
  ["a.ts", "*.ts"],
  ["src/a.ts", "src/*.ts"],
  ["src/deep/er/a.ts", "src/**/*.ts"],
  ["src/a.ts", "src/**/*.ts"],
  ["src/a.js", "src/*.{ts,js}"],
  ["src/a1.ts", "src/a?.ts"],
  ["src/b.ts", "src/[ab].ts"],
  ["/work/repo", "/work/*"],
  ["/work/deep/repo", "/work/**"],
  [".env", "*"],
  ["src/.hidden/a.ts", "**/*.ts"],
  [".github/ci.yml", ".github/**"],
  [".tmp/x", "{.cache,.tmp}/*"],
])("%s matches %s", (path, glob) => {
  expect(matchesGlob(path, glob)).toBe(true);
});

test.each([
  ["src/a.ts", "*.ts"],
  ["src/deep/a.ts", "src/*.ts"],
  ["src/a.tsx", "src/*.ts"],
  ["/work/deep/repo", "/work/*"],
  ["/workshop", "/work/**"],
  ["env", ".env"],
  [".env", "env"],
  ["xenv", ".env"],
])("%s does not match %s", (path, glob) => {
  expect(matchesGlob(path, glob)).toBe(false);
});
