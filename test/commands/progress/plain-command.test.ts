import { expect, test } from "vitest";
import { plainCommand } from "#commands/progress/plain-command.ts";

test.each([
  ["/bin/bash -lc 'npm test -- --run'", "npm test -- --run"],
  ['/usr/bin/zsh -lc "git status"', "git status"],
  ["/bin/sh -c ls", "ls"],
  [`/bin/bash -lc "printf 'x' > "'$'"'a\\tb'; cat"`, `printf 'x' > $'a\\tb'; cat`],
  ["/bin/bash -lc one two", "/bin/bash -lc one two"],
  ["npm test", "npm test"],
  ["/bin/bash -lc 'first\nsecond\u001b[2J'", "first second"],
])("%j is shown as %j", (command, shown) => {
  expect(plainCommand(command)).toBe(shown);
});
