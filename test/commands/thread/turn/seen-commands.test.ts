import { expect, test } from "vitest";
import { seenCommands } from "#commands/thread/turn/seen-commands.ts";
import { turnValue } from "#test/evidence-values.ts";

const told = {
  command: "ls",
  cwd: "/work",
  exitCode: 0,
  status: "completed",
  actions: [],
  complained: false,
  sandboxFailed: true,
  outsideSandbox: false,
};

test("what was told counts, unless Codex's own record knows of more", () => {
  const recorded = turnValue({
    commands: [
      { words: ["/bin/bash", "-lc", "echo 'it' && ls"], script: false, exitCode: 0, late: false },
      { words: ["git diff HEAD"], script: true, exitCode: undefined, late: false },
    ],
  });
  const left = { id: "c9", command: { ...told, exitCode: undefined }, gone: true };
  expect(seenCommands({ commands: [told], leftRunning: [left] }, undefined)).toEqual([told, left.command]);
  expect(seenCommands({ commands: [told, told], leftRunning: [] }, recorded)).toEqual([told, told]);
  expect(seenCommands({ commands: [told], leftRunning: [left] }, recorded)).toMatchObject([
    { command: `/bin/bash -lc 'echo '"'"'it'"'"' && ls'`, exitCode: 0, sandboxFailed: false },
    { command: "git diff HEAD", exitCode: undefined },
  ]);
});
