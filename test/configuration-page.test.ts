import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { DEFAULT_CONFIG } from "#gate/config.ts";
import { CONFIG_KEYS } from "#runs/config/strictness.ts";

const PAGE = readFileSync(join(import.meta.dirname, "../docs/configuration.md"), "utf8");
const ROWS = new Map(
  [...PAGE.matchAll(/^\| `(\w+)` *\|(.*)\|$/gm)].map(([, key = "", rest = ""]) => [key, rest]),
);

test("the page has a row for every key and for nothing else", () => {
  expect([...ROWS.keys()].sort()).toEqual([...CONFIG_KEYS].sort());
});

test.each(Object.entries(DEFAULT_CONFIG))("and says truly what %s is by default", (key, value) => {
  expect(ROWS.get(key)?.split("|")[1]?.trim()).toBe(`\`${JSON.stringify(value)}\``);
});
