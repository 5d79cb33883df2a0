import { expect, test } from "vitest";
import type { ExecCommand } from "#codex/exec/exec-seen.ts";
import { ranCommands } from "#commands/exec/record/ran-commands.ts";

function told(command: string, exitCode: number | undefined): ExecCommand {
  const over = exitCode !== undefined;
  return {
    id: command,
    command,
    exitCode,
    state: over ? "completed" : "in_progress",
    sandboxFailed: false,
    over,
  };
}
const recorded = (script: string, exitCode: number | undefined) =>
  ({ words: ["/bin/bash", "-lc", script], script: false, exitCode, late: false }) as const;

test("an end that no event tells is taken from the file, and a command that no event tells too", () => {
  const ran = ranCommands(
    [told("/bin/bash -lc 'wc -l a'", undefined)],
    [recorded("touch /etc/x", 1), recorded("wc -l a", 0)],
  );
  expect(ran.map(({ command, exitCode }) => [command, exitCode])).toEqual([
    ["/bin/bash -lc 'touch /etc/x'", 1],
    ["/bin/bash -lc 'wc -l a'", 0],
  ]);
});

test("two that are alike are told apart, and one that the file does not name comes last", () => {
  const ran = ranCommands(
    [told("/bin/bash -lc ls", 0), told("/bin/bash -lc 'sleep 9'", undefined), told("/bin/bash -lc ls", 2)],
    [recorded("ls", undefined), recorded("ls", 2)],
  );
  expect(ran.map(({ command, exitCode, onRecord }) => [command, exitCode, onRecord !== undefined])).toEqual([
    ["/bin/bash -lc ls", 0, true],
    ["/bin/bash -lc ls", 2, true],
    ["/bin/bash -lc 'sleep 9'", undefined, false],
  ]);
});

test("quoting is no difference", () => {
  const [one] = ranCommands([told(`/bin/bash -lc "echo 'a b'"`, 0)], [recorded("echo 'a b'", 0)]);
  expect(one?.command).toBe(`/bin/bash -lc "echo 'a b'"`);
});

test.each([
  { version: "0.169", recorded },
  {
    version: "0.140",
    recorded: (script: string, exitCode: number) =>
      ({ words: [script], script: true, exitCode, late: false }) as const,
  },
])("$version: a command lends its exit code to no other that holds its words", ({ recorded }) => {
  const ran = ranCommands(
    ["'npm test'", "test", "npmtest", "bash"].map((script) => told(`/bin/bash -lc ${script}`, 2)),
    [recorded("bash", 0), recorded("npmtest", 0), recorded("test", 0), recorded("npm test", 1)],
  );
  expect(ran.map(({ command, exitCode }) => [command, exitCode])).toEqual([
    ["/bin/bash -lc bash", 0],
    ["/bin/bash -lc npmtest", 0],
    ["/bin/bash -lc test", 0],
    ["/bin/bash -lc 'npm test'", 1],
  ]);
});

test("what no event tells is quoted, so that its script stays one word", () => {
  expect(ranCommands([], [recorded("'npm test' x", 0)])[0]?.command).toBe(
    `/bin/bash -lc ''"'"'npm test'"'"' x'`,
  );
});

test("without a file the events are all there is", () => {
  expect(ranCommands([told("ls", 3)], undefined)).toEqual([
    { command: "ls", exitCode: 3, onRecord: undefined },
  ]);
});
