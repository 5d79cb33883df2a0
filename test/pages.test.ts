import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { COMMANDS } from "#commands/command-table.ts";

const ROOT = join(import.meta.dirname, "..");
const PAGES = [
  ...["README.md", "SECURITY.md"],
  ...readdirSync(join(ROOT, "docs"), { recursive: true, encoding: "utf8" })
    .filter((name) => /\.(?:md|sh|yml)$/.test(name))
    .map((name) => join("docs", name)),
];
const NAMES = COMMANDS.map(({ name }) => name).sort((a, b) => b.length - a.length);

/** A command line as a page shows it: in its own line of a block, or in the text between back quotes. */
const SHOWN = /(?:^[ $]*(?:\w+=\$\(|- run: )?|[`!]|&& )countersign ([a-z][^`\n]*)/gm;

test("the commands that the pages show are there, with their options", async () => {
  const shown = PAGES.flatMap((page) =>
    [...read(page).matchAll(SHOWN)].map(([, words = ""]) => [page, words] as const),
  );
  const told = await Promise.all(shown.map(async ([page, words]) => [page, words, await faultOf(words)]));
  expect(told.length).toBeGreaterThan(100);
  expect(told.filter(([, , fault]) => fault !== undefined)).toEqual([]);
});

test("and what is not there would be seen", async () => {
  expect(await faultOf("stauts")).toBe("no such command");
  expect(await faultOf("review --bass main   # the branch")).toBe("--bass");
  expect(
    await faultOf('exec "Sum up --nothing." --output sum.json && countersign status --x'),
  ).toBeUndefined();
});

test("every link between the pages leads to a file", () => {
  const links = PAGES.flatMap((page) =>
    [...read(page).matchAll(/\]\((?!https?:|#)([^)#\s]+)/g)].map(([, to = ""]) => join(dirname(page), to)),
  );
  expect(links.length).toBeGreaterThan(50);
  expect(links.filter((path) => !existsSync(join(ROOT, path)))).toEqual([]);
});

function read(page: string): string {
  return readFileSync(join(ROOT, page), "utf8");
}

/** Returns what a command line names that is not there. */
async function faultOf(line: string): Promise<string | undefined> {
  const words = line.replaceAll(/"[^"]*"/g, "TEXT").split(/ #| && | \|| >|[;)]/)[0] ?? "";
  const name = NAMES.find((one) => words === one || words.startsWith(`${one} `));
  if (name === undefined) return isGroup(words) ? undefined : "no such command";
  const command = await COMMANDS.find((one) => one.name === name)?.load();
  const known = Object.entries(command?.options ?? {}).flatMap(([long, { short }]) => [
    `--${long}`,
    `-${short}`,
  ]);
  return [...words.matchAll(/(?<= )--?[a-z][a-z-]*/g)]
    .map(([option]) => option)
    .find((option) => ![...known, "--help", "-h"].includes(option));
}

/** `audit`, `thread start|resume` and pages of help stand for more than one command, or for none. */
function isGroup(words: string): boolean {
  const [first = ""] = words.split(/[ |]/);
  return first === "help" || NAMES.some((name) => name.startsWith(`${first} `));
}
