import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";

const ROOT = join(import.meta.dirname, "..");
const DECISIONS = join(ROOT, "docs/adr");
const PAGE = readFileSync(join(ROOT, "docs/architecture.md"), "utf8");
const TABLE = readFileSync(join(ROOT, "src/commands/command-table.ts"), "utf8");

test("every file that the page on the source names is there", () => {
  const named = [...PAGE.matchAll(/`((?:src|hooks|bin|test|docs)\/[^`]*)`/g)].map(([, path = ""]) => path);
  expect(named.length).toBeGreaterThan(80);
  expect(named.filter((path) => !existsSync(join(ROOT, path)))).toEqual([]);
});

test("and each step of the line through a stop is imported by one before it", () => {
  const rows = [...PAGE.matchAll(/^\| \d+ +\| (.*?) +\|/gm)].map(([, cell = ""]) => cell);
  const steps = rows.flatMap((cell) => [...cell.matchAll(/`([^`]+)`/g)].map(([, path = ""]) => path));
  expect(rows.length).toBeGreaterThan(10);
  const called = new Set(steps.slice(0, 1));
  const torn = steps.filter((path) => {
    for (const one of importsOf(path)) called.add(one);
    return !called.has(path);
  });
  expect(torn).toEqual([]);
});

test("and it has a row for every command, with the module that the command is loaded from", () => {
  const rows = [...PAGE.matchAll(/^\| (`[a-z ,`]+`) +\| `(src\/commands\/[^`]+)` +\|/gm)];
  const told = rows.flatMap(([, names = "", file]) =>
    [...names.matchAll(/`([a-z ]+)`/g)].map(([, name]) => [name, file]),
  );
  const loaded = [...TABLE.matchAll(/name: "([^"]+)",[^}]*?import\("(?:#commands|\.)\/([^"]+)"\)/g)];
  expect(told.length).toBeGreaterThan(25);
  expect(told.sort()).toEqual(loaded.map(([, name, file]) => [name, `src/commands/${file}`]).sort());
});

test("the index of the decisions has each with its title and its status", () => {
  const index = readFileSync(join(DECISIONS, "README.md"), "utf8");
  const rows = [...index.matchAll(/^\| \[(\d+\. .*?)\]\((.*?)\) +\| (\w+)/gm)];
  const files = readdirSync(DECISIONS).filter((name) => /^\d{4}-/.test(name));
  const decisions = files.sort().map((file) => {
    const text = readFileSync(join(DECISIONS, file), "utf8");
    return [/^# (.*)$/m.exec(text)?.[1], file, /^Status: (\w+)/m.exec(text)?.[1]];
  });
  expect(rows.map(([, title, file, status]) => [title, file, status])).toEqual(decisions);
});

function importsOf(path: string): readonly string[] {
  const text = readFileSync(join(ROOT, path), "utf8");
  return [...text.matchAll(/(?:from |import\()"([#.]\/?)([^"]+)"/g)].map(([, from, rest = ""]) =>
    from === "#" ? `src/${rest}` : join(dirname(path), rest),
  );
}
