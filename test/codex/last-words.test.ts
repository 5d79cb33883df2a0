import { expect, test } from "vitest";
import { lastWords } from "#codex/last-words.ts";

test("what a program says anyway is no reason for its end", () => {
  const said = [
    "(node:4242) [DEP0040] DeprecationWarning: The `punycode` module is deprecated.",
    "(Use `node --trace-deprecation ...` to show where the warning was created)",
    "2026-11-21T00:00:00Z ERROR codex_core: could not find bubblewrap on PATH. Codex will use the bundled bubblewrap",
    "Error: no \u001b[31mroom\u001b[0m",
    "  on the disk",
  ];
  expect(lastWords(said.join("\n"))).toBe("Error: no room on the disk");
  expect(lastWords(said.slice(0, 3).join("\n"))).toBe("");
});
