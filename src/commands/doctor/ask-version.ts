import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { errorText } from "#base/fault.ts";
import { shimTarget } from "#base/npm-shim.ts";
import { clip, oneLine } from "#base/text.ts";
import type { Examined } from "./check.ts";

/** What a program says of itself, or why it says nothing. */
export type SaidVersion =
  | { readonly kind: "version"; readonly version: string }
  | { readonly kind: "silent"; readonly why: string };

/** `claude` needs a second of the processor: on a machine under load twenty of the clock. */
const LIMIT_MS = 25_000;
const WHY_LENGTH = 200;

/** Returns the version that `PROGRAM --version` prints. It never throws, but for `signal`'s reason. */
export async function askVersion(
  program: string,
  { environment }: Pick<Examined, "environment">,
  signal: AbortSignal,
): Promise<SaidVersion> {
  try {
    const [command, ...words] = startOf(program);
    const { stdout } = await promisify(execFile)(command, [...words, "--version"], {
      env: { ...environment },
      timeout: LIMIT_MS,
      windowsHide: true,
      signal,
    });
    const version = /\d+\.\d+\.\d+\S*/.exec(stdout)?.[0];
    if (version !== undefined) return { kind: "version", version };
    return { kind: "silent", why: `it says "${clip(oneLine(stdout), WHY_LENGTH)}"` };
  } catch (error) {
    signal.throwIfAborted();
    return { kind: "silent", why: clip(oneLine(errorText(error)), WHY_LENGTH) };
  }
}

/** Returns how a program is started. A `.cmd` shim cannot be without a shell; what it leads to can. */
export function startOf(program: string): readonly [string, ...string[]] {
  const target = /\.cmd$/i.test(program) ? (shimTarget(program) ?? program) : program;
  return /\.[cm]?js$/i.test(target) ? [process.execPath, target] : [target];
}
