import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { REFUSED_NOTES } from "#audit/signed-paths/refused-note.ts";

const PAGE = readFileSync(join(import.meta.dirname, "../docs/teams.md"), "utf8");

test("the page on teams names every reason why a note is refused, with its weight", () => {
  const rows = [...PAGE.matchAll(/^\| `(note-[a-z-]+)` *\| (\w+) *\| (.*?) *\|$/gm)];
  const told = rows.map(([, kind, weight, title]) => [kind, { weight, title }]);
  const known = Object.entries(REFUSED_NOTES).map(([kind, { weight, title }]) => [kind, { weight, title }]);
  expect(told).toEqual(known);
});
