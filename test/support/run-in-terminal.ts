import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { shellQuoted } from "#commands/setup/launcher-script.ts";
import { eventuallyAsync } from "./eventually.ts";
import { COUNTERSIGN, type CommandRun } from "./run-countersign.ts";

/** `script` makes the terminal. In the background of a shell that ends, it descends from nobody. */
const APART = `( ( script -qefc "$1" /dev/null </dev/null >"$2/out" 2>&1; echo $? >"$2/code.new"; mv "$2/code.new" "$2/code" ) & )`;

/**
 * Runs the built command line as a person does: in a terminal, and not below the process that runs
 * the tests. What it writes to stdout and to stderr comes together, as `stdout`.
 */
export async function runInTerminal(
  words: readonly string[],
  env: Readonly<Record<string, string>>,
  cwd: string,
): Promise<CommandRun> {
  const folder = mkdtempSync(join(tmpdir(), "countersign-terminal-"));
  const line = [process.execPath, COUNTERSIGN, ...words].map(shellQuoted).join(" ");
  try {
    await execa("/bin/sh", ["-c", APART, "sh", line, folder], {
      env: { ...env, SHELL: "/bin/sh" },
      extendEnv: false,
      cwd,
      stdio: "ignore",
    });
    const code = join(folder, "code");
    await eventuallyAsync(
      async () => existsSync(code),
      () => `${line} ends`,
    );
    const stdout = readFileSync(join(folder, "out"), "utf8").replaceAll("\r\n", "\n");
    return { exitCode: Number(readFileSync(code, "utf8")), stdout, stderr: "" };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
