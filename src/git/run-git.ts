import { existsSync } from "node:fs";
import { errorCode, errorText } from "#base/fault.ts";
import { clip, oneLine } from "#base/text.ts";
import { GitFault } from "./fault.ts";
import type { GitPlace } from "./git-place.ts";
import { endGroup, untilAborted } from "./process-group.ts";
import { type GitEnd, type RunningGit, startGit } from "./start-git.ts";

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
  const { reading, end } = await exchange(place, { ...command, read: readAll }, signal);
  if (end.kind === "not-started") throw notAnswered(place, command, end.cause);
  if (reading.kind !== "read") throw notAnswered(place, command, reading.reason);
  if (end.kind === "killed") throw notAnswered(place, command, end.cause);
  return { exitCode: end.exitCode, output: reading.value, errors: end.errors };
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
  const { reading, end } = await exchange(place, command, signal);
  if (end.kind === "not-started") throw notAnswered(place, command, end.cause);
  if (reading.kind === "gave-up") throw reading.reason;
  if (end.kind === "exited" && end.exitCode !== 0) throw gitFailed(command, end);
  if (reading.kind === "failed") throw reading.reason;
  if (end.kind === "killed") throw notAnswered(place, command, end.cause);
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

type Exchange<T> = { readonly reading: Reading<T>; readonly end: GitEnd };

async function exchange<T>(
  place: GitPlace,
  command: GitCommand & { readonly read: OutputReader<T> },
  signal: AbortSignal,
): Promise<Exchange<T>> {
  const git = startGit(place, command.arguments);
  git.stdin?.end(command.input);
  const both = Promise.all([settled(command.read(git.stdout), git), git.ended]);
  const [reading, end] = await untilAborted(both, git.pid, signal, () => timedOut(command));
  return { reading, end };
}

async function readAll(chunks: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const read: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of chunks) {
    bytes += chunk.length;
    if (bytes > MAX_OUTPUT_BYTES) throw new Error(`it said more than ${MAX_OUTPUT_BYTES} bytes`);
    read.push(chunk);
  }
  return Buffer.concat(read, bytes);
}

/** `failed`: it read to the end and made nothing of it, for which git's own failure is the better reason. */
type Reading<T> =
  | { readonly kind: "read"; readonly value: T }
  | { readonly kind: "gave-up"; readonly reason: unknown }
  | { readonly kind: "failed"; readonly reason: unknown };

/** A reader that gives up leaves git writing to nobody: git is ended, and how it ends says nothing. */
async function settled<T>(reading: Promise<T>, git: RunningGit): Promise<Reading<T>> {
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
