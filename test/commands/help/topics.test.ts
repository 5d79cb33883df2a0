import { expect, test } from "vitest";
import { COMMANDS } from "#commands/command-table.ts";
import { TOPICS } from "#commands/help/topics.ts";
import { callCommand } from "#test/call-command.ts";
import { freshLocations } from "#test/state-root.ts";

const NAMES = TOPICS.map(({ name }) => name);

test.each(NAMES)("help %s prints its page", async (name) => {
  const { code, stdout, stderr } = await callCommand(freshLocations(), ["help", name]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  expect(stdout).toMatch(/\.\n$|--help\n$/);
  for (const line of stdout.split("\n")) expect(line.length, line).toBeLessThanOrEqual(80);
});

test("help lists the topics below the commands, and a group of commands has none", async () => {
  const { code, stdout } = await callCommand(freshLocations(), ["help"]);
  expect(code).toBe(0);
  for (const { name, summary } of TOPICS) {
    const words = summary.split(" ").join("\\s+");
    expect(stdout).toMatch(new RegExp(`^  help ${name} +${words}$`, "m"));
  }
  for (const line of stdout.split("\n")) expect(line.length, line).toBeLessThanOrEqual(80);
  expect(stdout.indexOf("\nThe gate\n  setup ")).toBeGreaterThan(0);
  expect((await callCommand(freshLocations(), ["audit", "--help"])).stdout).not.toContain("help choosing");
});

test.each([
  [
    "chosing",
    'countersign: there is no command and no topic "chosing"; did you mean `countersign help choosing`?\n',
  ],
  ["statsu", 'countersign: there is no command and no topic "statsu"; did you mean `countersign status`?\n'],
  ["xyzzyxyzzy", 'countersign: there is no command and no topic "xyzzyxyzzy"; see `countersign --help`\n'],
])("help %s, which is nothing, is answered with one line", async (word, stderr) => {
  expect(await callCommand(freshLocations(), ["help", word])).toEqual({ code: 2, stdout: "", stderr });
});

test("a topic is no command, and has the name of none", async () => {
  expect(await callCommand(freshLocations(), ["choosing"])).toMatchObject({ code: 2, stdout: "" });
  const words = COMMANDS.flatMap(({ name }) => name.split(" "));
  expect(NAMES.filter((name) => words.includes(name))).toEqual([]);
});

test("commands that a topic names are there", async () => {
  const choosing = (await callCommand(freshLocations(), ["help", "choosing"])).stdout;
  const named = [
    "review",
    "exec",
    "setup",
    "audit verify",
    ...["start", "resume", "review", "interrupt", "status", "wait", "result", "cancel"].map(
      (word) => `thread ${word}`,
    ),
  ];
  for (const name of named) {
    expect(choosing).toContain(name.split(" ").at(-1));
    expect(COMMANDS.map((command) => command.name)).toContain(name);
  }
});
