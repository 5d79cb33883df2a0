import { type ChildProcess, spawn } from "node:child_process";
import { Readable, type Writable } from "node:stream";
import { gitEnvironment } from "./git-environment.ts";
import type { GitPlace } from "./git-place.ts";
import { hasGroups } from "./process-group.ts";

/** A git that was started. */
export type RunningGit = {
  readonly pid: number | undefined;
  /** Takes what git is to read, and must be ended. `null` where git could not be started. */
  readonly stdin: Writable | null;
  readonly stdout: Readable;
  /** Resolves once git is gone and its output was read to the end. Never rejects. */
  readonly ended: Promise<GitEnd>;
};

/** How git ended, with the bytes that it wrote to standard error. */
export type GitEnd =
  | { readonly kind: "exited"; readonly exitCode: number; readonly errors: Buffer }
  | { readonly kind: "killed"; readonly cause: Error; readonly errors: Buffer }
  | { readonly kind: "not-started"; readonly cause: unknown; readonly errors: Buffer };

/** No hook of the user runs, and nothing is tidied up behind the user's back. */
const SETTINGS = ["core.hooksPath=/dev/null", "gc.auto=0", "maintenance.auto=false"] as const;

/**
 * Starts git in its place with these words. It leads a process group of its own, so that its filters can
 * be ended with it; ending it is left to the caller (see `untilAborted`).
 *
 * With Node's own `spawn`: a hook runs git half a dozen times, and a library for processes, with its
 * loading, took a quarter of all the processor time of a stop at which nothing had changed.
 */
export function startGit(place: GitPlace, words: readonly string[]): RunningGit {
  const settings = [...SETTINGS, ...place.settings].flatMap((setting) => ["-c", setting]);
  try {
    const git = spawn("git", [...settings, ...words], {
      cwd: place.directory,
      env: gitEnvironment(process.env, place.environment),
      detached: hasGroups(),
      windowsHide: true,
    });
    return { pid: git.pid, stdin: writable(git), stdout: git.stdout ?? Readable.from([]), ended: endOf(git) };
  } catch (cause) {
    // Words that no program can be given: too long, or with a NUL in them.
    const ended = Promise.resolve({ kind: "not-started", cause, errors: Buffer.alloc(0) } as const);
    return { pid: undefined, stdin: null, stdout: Readable.from([]), ended };
  }
}

/** A process that could not be started for want of descriptors has no streams at all. */
function writable({ stdin }: ChildProcess): Writable | null {
  // A git that ends before it has read all says by its end what that means.
  stdin?.on("error", () => undefined);
  return stdin ?? null;
}

function endOf(git: ChildProcess): Promise<GitEnd> {
  const said: Buffer[] = [];
  git.stderr?.on("data", (chunk: Buffer) => said.push(chunk));
  return new Promise((resolve) => {
    git.once("error", (cause) => resolve({ kind: "not-started", cause, errors: Buffer.alloc(0) }));
    git.once("close", (exitCode, signal) => {
      const errors = Buffer.concat(said);
      if (exitCode !== null) return resolve({ kind: "exited", exitCode, errors });
      resolve({ kind: "killed", cause: new Error(`it was ended by ${signal}`), errors });
    });
  });
}
