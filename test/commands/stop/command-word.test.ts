import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { builtFile } from "#commands/installation.ts";
import { commandWord } from "#commands/stop/command-word.ts";
import { scratchFolder } from "#test/scratch-folder.ts";

const OWN = `node ${builtFile("countersign")}`;

function program(folder: string, mode = 0o755): string {
  mkdirSync(folder, { recursive: true });
  const path = join(folder, "countersign");
  writeFileSync(path, "#!/bin/sh\n", { mode });
  return path;
}

test("a program of that name on PATH is called by its name", () => {
  const root = scratchFolder();
  program(join(root, "launch"));
  program(join(root, "bin"));
  expect(commandWord({ PATH: join(root, "bin") }, { launch: join(root, "launch") })).toBe("countersign");
});

test("without one it is the launcher's path, quoted where a shell needs it", () => {
  const root = scratchFolder();
  const plain = program(join(root, "launch"));
  const blank = program(join(root, "state of it", "launch"));
  expect(commandWord({ PATH: "/nowhere" }, { launch: join(root, "launch") })).toBe(plain);
  expect(commandWord({}, { launch: join(root, "state of it", "launch") })).toBe(`'${blank}'`);
});

test("where there is no launcher that could start, Node starts this program", () => {
  const root = scratchFolder();
  program(join(root, "launch"), 0o644);
  expect(commandWord({ PATH: root }, { launch: join(root, "launch") })).toBe(OWN);
  expect(commandWord({ PATH: root }, { launch: join(root, "none") })).toBe(OWN);
});
