import { existsSync } from "node:fs";
import type { Readable } from "node:stream";
import { execa } from "execa";
import { errorCode, errorText } from "#base/fault.ts";
import { clip, oneLine } from "#base/text.ts";
import { GitFault } from "./fault.ts";
import { gitEnvironment } from "./git-environment.ts";
import type { GitPlace } from "./git-place.ts";
import { endGroup, hasGroups, untilAborted } from "./process-group.ts";

/** What git is asked, and what it reads on standard input. */
export type GitCommand = {
  readonly arguments: readonly string[];
  readonly input?: Uint8Array | undefined;
};

/** How git answered. Output is bytes, for paths and file contents need not be UTF-8. */
export type GitAnswer = {
  readonly exitCode: number;
  readonly output: Buffer;
  readonly errors: Buffer;
};

/** Reads git's output while git runs. */
export type OutputReader<T> = (chunks: AsyncIterable<Uint8Array>) => Promise<T>;

/** Listings of millions of paths fit; where git says more, the answer counts as failed. */
const MAX_OUTPUT_BYTES = 512 * 1024 * 1024;
const DETAIL_LENGTH = 300;

/** No hook of the user runs, and nothing is tidied up behind the user's back. */
const SETTINGS = ["core.hooksPath=/dev/null", "gc.auto=0", "maintenance.auto=false"] as const;

/**
 * Runs git and returns its standard output.
 *
 * @throws GitFault `git-failed` on any exit code but 0, `git-timed-out` when `signal` fires,
 * `git-missing` where there is no git.
 */
export async function runGit(place: GitPlace, command: GitCommand, signal: AbortSignal): Promise<Buffer> {
  const answer = await askGit(place, command, signal);
  if (answer.exitCode !== 0) throw gitFailed(command, answer);
  return answer.output;
}

/**
 * Runs git and returns its answer, whatever the exit code.
 *
 * @throws GitFault `git-timed-out` when `signal` fires, `git-missing`, and `git-failed` where git
 * was killed, could not be started, or said more than fits.
 */
export async function askGit(place: GitPlace, command: GitCommand, signal: AbortSignal): Promise<GitAnswer> {
  const git = execa("git", commandLine(place, command), {
    ...surroundings(place),
    input: command.input ?? new Uint8Array(),
    maxBuffer: MAX_OUTPUT_BYTES,
  });
  const result = await untilAborted(git, git.pid, signal, () => timedOut(command));
  if (result.exitCode === undefined || result.isMaxBuffer) throw notAnswered(place, command, result);
  return {
    exitCode: result.exitCode,
    output: bufferOf(result.stdout),
    errors: bufferOf(result.stderr),
  };
}

/**
 * Runs git and hands its standard output to `read` as it comes, so that no more of it than `read`
 * keeps is ever in memory. Returns what `read` made of it; `read` goes on to the end.
 *
 * @throws GitFault as `runGit`; an error of `read` ends git and is thrown as it is.
 */
export async function streamGit<T>(
  place: GitPlace,
  command: GitCommand & { readonly read: OutputReader<T> },
  signal: AbortSignal,
): Promise<T> {
  const git = execa("git", commandLine(place, command), {
    ...surroundings(place),
    input: command.input ?? new Uint8Array(),
    buffer: { stdout: false, stderr: true },
  });
  const both = Promise.all([settled(command.read(git.stdout), git), git]);
  const [reading, result] = await untilAborted(both, git.pid, signal, () => timedOut(command));
  if (reading.kind === "gave-up") throw reading.reason;
  if (result.exitCode !== undefined && result.exitCode !== 0) {
    throw gitFailed(command, { exitCode: result.exitCode, errors: bufferOf(result.stderr) });
  }
  if (reading.kind === "failed") throw reading.reason;
  if (result.exitCode === undefined) throw notAnswered(place, command, result);
  return reading.value;
}

/** Returns the fault for an answer that does not do, with git's own reason: `fatal:` or `error:`, else its last line. */
export function gitFailed(command: GitCommand, answer: Pick<GitAnswer, "exitCode" | "errors">): GitFault {
  const lines = answer.errors.toString("utf8").split("\n");
  const spoken = lines.filter((line) => line.trim() !== "");
  const reason = spoken.find((line) => /^(?:fatal|error):/.test(line)) ?? spoken.at(-1) ?? "";
  const detail = clip(oneLine(reason), DETAIL_LENGTH);
  return new GitFault({ kind: "git-failed", command: named(command), exitCode: answer.exitCode, detail });
}

/** Returns the words that git is started with. */
export function commandLine(place: GitPlace, command: GitCommand): readonly string[] {
  return [...[...SETTINGS, ...place.settings].flatMap((setting) => ["-c", setting]), ...command.arguments];
}

/** Returns how git is started. It leads a process group of its own, so that its filters can be ended with it. */
export function surroundings(place: GitPlace) {
  return {
    cwd: place.directory,
    env: gitEnvironment(process.env, place.environment),
    extendEnv: false,
    encoding: "buffer",
    stripFinalNewline: false,
    reject: false,
    cleanup: false,
    detached: hasGroups(),
    windowsHide: true,
  } as const;
}

/** `failed`: it read to the end and made nothing of it, for which git's own failure is the better reason. */
type Reading<T> =
  | { readonly kind: "read"; readonly value: T }
  | { readonly kind: "gave-up"; readonly reason: unknown }
  | { readonly kind: "failed"; readonly reason: unknown };

/** A reader that gives up leaves git writing to nobody: git is ended, and how it ends says nothing. */
async function settled<T>(
  reading: Promise<T>,
  git: { readonly pid?: number | undefined; readonly stdout: Readable },
): Promise<Reading<T>> {
  try {
    return { kind: "read", value: await reading };
  } catch (reason) {
    const kind = git.stdout.readableEnded ? "failed" : "gave-up";
    endGroup(git.pid);
    return { kind, reason };
  }
}

function notAnswered(place: GitPlace, command: GitCommand, cause: unknown): GitFault {
  if (errorCode(cause) === "ENOENT" && existsSync(place.directory)) {
    return new GitFault({ kind: "git-missing" }, { cause });
  }
  const detail = clip(oneLine(errorText(cause)), DETAIL_LENGTH);
  return new GitFault({ kind: "git-failed", command: named(command), exitCode: -1, detail }, { cause });
}

function timedOut(command: GitCommand): GitFault {
  return new GitFault({ kind: "git-timed-out", command: named(command) });
}

function named(command: GitCommand): string {
  return `git ${command.arguments[0] ?? ""}`;
}

/** The bytes that execa collected, without copying them. */
function bufferOf(bytes: Uint8Array | undefined): Buffer {
  return bytes === undefined
    ? Buffer.alloc(0)
    : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
