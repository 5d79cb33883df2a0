import { existsSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { callCommand } from "#test/call-command.ts";
import { scratchFolder } from "#test/scratch-folder.ts";
import { freshLocations } from "#test/state-root.ts";

async function call(words: readonly string[], env: Readonly<Record<string, string>> = {}) {
  const locations = freshLocations();
  const called = await callCommand(locations, ["exec", ...words], { cwd: scratchFolder(), environment: env });
  return { ...called, ran: existsSync(locations.runs) };
}

test.each([
  [["--danger-full-access", "x"], "exec: --danger-full-access needs a reason"],
  [["--danger-full-access", "--reason", " ", "x"], "exec: --danger-full-access needs a reason"],
  [["--reason", "why not", "x"], "--reason says why it needs --danger-full-access, which is not given"],
])("%j is refused before anything is done", async (words, text) => {
  const { code, stderr, ran } = await call(words);
  expect([code, ran]).toEqual([2, false]);
  expect(stderr).toContain(text);
});

test("a dry run shows the sandbox and the instruction, with nothing in it that a terminal obeys", async () => {
  const { code, stdout, ran } = await call(["--dry-run", "--output", "a.txt", "Write\u001b[2J it."]);
  expect([code, ran]).toEqual([0, false]);
  expect(stdout).toMatch(
    /^Sandbox: workspace-write \(a\.txt is to be written\)\nTools: shell, edit\nInstruction:\n/,
  );
  expect(stdout).toContain("Write it.");
});

test("without Codex it is said what is missing and what helps", async () => {
  const gone = { COUNTERSIGN_CODEX: join("/", "nowhere", "codex") };
  const { code, stdout, ran } = await call(["Do it."], gone);
  expect([code, ran]).toEqual([2, false]);
  expect(stdout).toMatch(
    /^Countersign: not done: codex_not_installed: .*\/nowhere\/codex.*\nInstall it with `npm /,
  );
  expect(stdout).toMatch(/\nNothing was started, and nothing is on record\.\n$/);
  const { stdout: json } = await call(["--json", "Do it."], gone);
  expect(JSON.parse(json)).toMatchObject({
    schema: "countersign/exec/1",
    exitCode: 2,
    outcome: { kind: "failed", failure: { kind: "codex_not_installed" } },
    run: null,
    record: null,
  });
});
