import { expect, test } from "vitest";
import { joinedCommands } from "#gate/contract/joined-commands.ts";

test.each([
  ["npm test", [["npm", "test"]]],
  ["/bin/bash -lc 'npm test'", [["npm", "test"]]],
  ["zsh -c 'npm test'", [["npm", "test"]]],
  [`/bin/bash -lc 'npm test 2>&1'`, [["npm", "test"]]],
  [`/bin/bash -lc 'npm test > /dev/null'`, [["npm", "test"]]],
  [
    `/bin/bash -lc 'cd /w && npm test -- "a b"'`,
    [
      ["cd", "/w"],
      ["npm", "test", "--", "a b"],
    ],
  ],
  [`/bin/bash -lc 'grep "a && b; c | d" x'`, [["grep", "a && b; c | d", "x"]]],
  [`/bin/bash -lc "echo 'it'\\\\''s' && ls"`, [["echo", "it's"], ["ls"]]],
  [`bash -lc "npm run \\"x y\\""`, [["npm", "run", "x y"]]],
  ["echo a#b", [["echo", "a#b"]]],
])("the commands of %s are told apart", (line, commands) => {
  expect(joinedCommands(line)).toEqual(commands);
});

test.each([
  "npm test || true",
  "npm test; true",
  "npm test | tail",
  "npm test &",
  "true\nnpm test",
  "(npm test)",
  "npm() { true; }",
  "true # && npm test",
  "# npm test",
  "`npm test`",
  'echo "$(rm x)" && npm test',
  'echo "`rm x`" && npm test',
  "npm test > out.txt",
  "npm test < in.txt",
])("an exit code of 0 says nothing of each command of: %s", (script) => {
  expect(joinedCommands(script)).toBeUndefined();
  expect(joinedCommands(`/bin/bash -lc '${script}'`)).toBeUndefined();
});

test.each(["/work/bash", "./bash", "/tmp/sh", "bin/sh", "/bin/../work/bash", "/nix/store/a/b/bin/sh"])(
  "what %s makes of a script is not known",
  (shell) => {
    expect(joinedCommands(`${shell} -lc 'npm test'`)).toEqual([[shell, "-lc", "npm test"]]);
  },
);

test.each(["/usr/bin/zsh", "/usr/local/bin/bash", "/opt/homebrew/bin/bash", "/nix/store/a-bash-5/bin/bash"])(
  "%s is a shell of the system",
  (shell) => {
    expect(joinedCommands(`${shell} -lc 'npm test'`)).toEqual([["npm", "test"]]);
  },
);

test("a line without words is one command without words", () => {
  expect(joinedCommands("")).toEqual([[]]);
});
