import { expect, test } from "vitest";
import { plainCommand } from "#commands/progress/plain-command.ts";

test.each([
  ["/bin/bash -lc 'npm test -- --run'", "npm test -- --run"],
  ['/usr/bin/zsh -lc "git status"', "git status"],
  ["/bin/sh -c ls", "ls"],
  // What is quoted otherwise stays as it is: nothing is made up.
  [`/bin/bash -lc 'it'"'"'s'`, `/bin/bash -lc 'it'"'"'s'`],
  ['bash -lc "echo $HOME"', 'bash -lc "echo $HOME"'],
  ["npm test", "npm test"],
  ["/bin/bash -lc 'first\nsecond\u001b[2J'", "first second"],
])("%j is shown as %j", (command, shown) => {
  expect(plainCommand(command)).toBe(shown);
});
