import { execa } from "execa";
import * as z from "zod/mini";
import type { ChildEnvironment, Environment } from "#base/environment.ts";
import { findProgram } from "#base/find-program.ts";
import { JsonFault, parseJson } from "#base/json.ts";
import { clip, oneLine } from "#base/text.ts";
import type { RegisteredHook } from "#claude/settings.ts";
import { hasGroups, untilAborted } from "#git/process-group.ts";

/** What of a hook's answer the host reads. */
const HookAnswer = z.looseObject({
  decision: z.optional(z.string()),
  reason: z.optional(z.string()),
  systemMessage: z.optional(z.string()),
});
type HookAnswer = z.output<typeof HookAnswer>;

/** What came of a hook. `printed` is its standard output. */
export type Fired =
  | {
      readonly kind: "answered";
      readonly answer: HookAnswer;
      readonly printed: string;
      readonly seconds: number;
    }
  | { readonly kind: "failed"; readonly why: string; readonly seconds: number };

/** What the host gives a hook. */
export type HookSurroundings = {
  readonly environment: Environment;
  readonly cwd: string;
  readonly platform: NodeJS.Platform;
};

/** A trial needs seconds, however long the host would wait. */
const LONGEST_S = 60;
const WHY_LENGTH = 300;
/** The one name of these that settings use outside of plugins; it is filled in where there is no shell to do it. */
const PROJECT_FOLDER = /\$\{CLAUDE_PROJECT_DIR\}/g;

/**
 * Fires a hook as Claude Code 2.1.330 does: the shell form under `/bin/sh -c`, the exec form without
 * a shell, its input on stdin. Like there, one that overstays its timeout is ended with all that it
 * started, and what it had said does not count.
 */
export async function fireHook(
  hook: RegisteredHook,
  input: object,
  surroundings: HookSurroundings,
  signal: AbortSignal,
): Promise<Fired> {
  const start = startOf(hook, surroundings);
  if (start === undefined) return { kind: "failed", why: "there is no bash that would run it", seconds: 0 };
  const limitS = Math.min(hook.timeout ?? LONGEST_S, LONGEST_S);
  const limit = AbortSignal.timeout(limitS * 1_000);
  const begun = performance.now();
  const seconds = (): number => (performance.now() - begun) / 1_000;
  const process = execa(start.program, start.words, {
    input: JSON.stringify(input),
    env: definedOnly(surroundings.environment),
    extendEnv: false,
    cwd: surroundings.cwd,
    reject: false,
    cleanup: false,
    detached: hasGroups(),
    windowsHide: true,
  });
  try {
    const ended = AbortSignal.any([signal, limit]);
    const result = await untilAborted(process, process.pid, ended, () => new Error("ended"));
    return read(result, seconds());
  } catch (error) {
    signal.throwIfAborted();
    if (!limit.aborted) throw error;
    return { kind: "failed", why: `it did not answer within ${limitS} s and was ended`, seconds: seconds() };
  }
}

function startOf(
  { command, args }: RegisteredHook,
  { environment, platform }: HookSurroundings,
): { readonly program: string; readonly words: readonly string[] } | undefined {
  if (args.length > 0) {
    const filled = [command, ...args].map((word) =>
      word.replace(PROJECT_FOLDER, () => environment["CLAUDE_PROJECT_DIR"] ?? ""),
    );
    return { program: filled[0] ?? "", words: filled.slice(1) };
  }
  if (platform !== "win32") return { program: "/bin/sh", words: ["-c", command] };
  const bash = environment["CLAUDE_CODE_GIT_BASH_PATH"] ?? findProgram(["bash.exe"], environment, platform);
  return bash === undefined ? undefined : { program: bash, words: ["-c", command] };
}

type Ended = {
  readonly stdout: string;
  readonly stderr: string;
  readonly exitCode?: number | undefined;
  readonly shortMessage?: string | undefined;
};

function read({ stdout, stderr, exitCode, shortMessage }: Ended, seconds: number): Fired {
  const said = clip(oneLine(stderr), WHY_LENGTH);
  if (exitCode === undefined) {
    return { kind: "failed", why: `it does not start: ${oneLine(shortMessage ?? "")}`, seconds };
  }
  try {
    return { kind: "answered", answer: parseJson(stdout, HookAnswer), printed: stdout.trim(), seconds };
  } catch (error) {
    if (!(error instanceof JsonFault)) throw error;
    const printed = stdout.trim() === "" ? "nothing" : `"${clip(oneLine(stdout), WHY_LENGTH)}"`;
    const why = `it printed ${printed}, which is no JSON object (exit code ${exitCode}${said === "" ? "" : `; ${said}`})`;
    return { kind: "failed", why, seconds };
  }
}

function definedOnly(environment: HookSurroundings["environment"]): ChildEnvironment {
  return Object.fromEntries(
    Object.entries(environment).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, value] as const],
    ),
  );
}
