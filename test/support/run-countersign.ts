import { join } from "node:path";
import { execa } from "execa";

/** The built programs. */
export const DIST = join(import.meta.dirname, "../../dist");

/** The built command line. */
export const COUNTERSIGN = join(DIST, "countersign", "countersign.cjs");

export type CommandRun = {
  readonly exitCode: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
};

/** Runs the built command line with this environment and no other. */
export async function runCountersign(
  words: readonly string[],
  env: Readonly<Record<string, string>>,
  cwd: string,
): Promise<CommandRun> {
  const { exitCode, stdout, stderr } = await execa(process.execPath, [COUNTERSIGN, ...words], {
    env,
    extendEnv: false,
    cwd,
    reject: false,
  });
  return { exitCode, stdout, stderr };
}
