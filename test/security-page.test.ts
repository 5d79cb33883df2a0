import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

const ROOT = join(import.meta.dirname, "..");
const page = readFileSync(join(ROOT, "SECURITY.md"), "utf8");

/** The rows of the tables of threats: what is shown by what. */
const rows = page
  .slice(page.indexOf("## Threats"))
  .split("\n")
  .filter((line) => line.startsWith("|") && !/^\|(?: ?---| threat )/.test(line))
  .map((line) => line.split(" | "));

function isNoTest([file = "", title = ""]: readonly string[]): boolean {
  const path = join(ROOT, file);
  return !existsSync(path) || !readFileSync(path, "utf8").includes(`"${title}"`);
}

test("every row of SECURITY.md names tests, and all of them are there", () => {
  expect(rows.length).toBeGreaterThan(20);
  expect(rows.filter((cells) => cells.length < 3)).toEqual([]);
  const named = rows.map(([threat, , shown = ""]) => ({
    threat,
    tests: [...shown.matchAll(/`(test\/[^`]+)` "([^"]+)"/g)].map((match) => match.slice(1)),
  }));
  expect(named.filter(({ tests }) => tests.length === 0)).toEqual([]);
  expect(named.flatMap(({ tests }) => tests).filter(isNoTest)).toEqual([]);
});

test("a test that is not there would be missed", () => {
  expect(isNoTest(["test/security-page.test.ts", "no such title".toUpperCase()])).toBe(true);
  expect(isNoTest(["test/none.test.ts", "a"])).toBe(true);
});
