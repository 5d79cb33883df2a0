import { expect, test } from "vitest";
import { ROW_HEADINGS } from "#commands/audit-runs/records-text.ts";
import { printTable } from "#commands/table.ts";

const ID = "01a20165-c479-74e2-9c64-62c0ce0dd57c";

test("on a narrow terminal the id that the next command takes stays whole", () => {
  let text = "";
  const write = (more: string) => {
    text += more;
  };
  const headings = ["thread", "state", "folder", "name or first words"];
  printTable({ write, isTerminal: true, columns: () => 80 }, headings, [
    [ID, "idle, succeeded", "/home/somebody/work/project", "Where is the retry policy decided?"],
  ]);
  expect(text).toContain(`\n${ID}  `);
  for (const line of text.split("\n")) expect(line.length).toBeLessThanOrEqual(80);
});

test("on a narrow terminal the outcome of a record is to be read", () => {
  let text = "";
  const write = (more: string) => {
    text += more;
  };
  printTable({ write, isTerminal: true, columns: () => 80 }, ROW_HEADINGS, [
    [
      "2026-11-22 04:13:20",
      "adversarial-review",
      "unresolved",
      "gpt-6.1-sol",
      "123456",
      "120.5",
      "Where is it?",
      "0a1b2c3d",
    ],
  ]);
  expect(text).toMatch(/ unresolved .* 0a1b2c3d$/m);
  for (const line of text.split("\n")) expect(line.length).toBeLessThanOrEqual(80);
});
