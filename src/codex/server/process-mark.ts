import { randomUUID } from "node:crypto";
import { statSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import * as z from "zod/mini";
import { errorCode } from "#base/fault.ts";
import { listIfPresent, readIfPresent, replaceFile } from "#base/files.ts";
import { JsonFault, parseJson } from "#base/json.ts";
import { identifyProcess, isAlive, ProcessIdentity } from "#base/process-identity.ts";
import { asFarAsWritable, removeMark } from "./remove-mark.ts";

/** A file that stands for a process, and stops counting when the process is gone. */
export type ProcessMark = {
  readonly name: string;
  readonly path: string;
  readonly process: ProcessIdentity;
  /** The machine's name; absent in marks of earlier versions. */
  readonly host: string | undefined;
  /** What the process holds open, and somebody must put in order should it die. */
  readonly threads: readonly string[];
  /** Those are the user's own: they stay in the list. */
  readonly keeps: boolean;
};

const MarkText = z.extend(ProcessIdentity, {
  host: z.optional(z.string()),
  threads: z.optional(z.array(z.string())),
  keeps: z.optional(z.boolean()),
});

/** A mark of another machine that shares the state root is that machine's to remove; should it never, it ends after this long. */
const ELSEWHERE_MS = 7 * 24 * 60 * 60 * 1_000;

/**
 * Writes a mark `<prefix>.<random>` for the process and returns its path, or `undefined` where no
 * such process runs. No two marks ever share a name, so removing one can never hit another.
 */
export function writeMark(directory: string, prefix: string, pid: number): string | undefined {
  const identity = identifyProcess(pid);
  if (identity === undefined) return undefined;
  const path = join(directory, `${prefix}.${randomUUID()}`);
  replaceFile(path, JSON.stringify({ ...identity, host: hostname() }));
  return path;
}

/**
 * Writes into this process's own mark what it holds open now. Where that cannot be written any
 * more, only the tidying after a kill is lost, and no review is to fail for it.
 */
export function holdInMark(path: string, held: Pick<ProcessMark, "threads" | "keeps">): void {
  asFarAsWritable(() =>
    replaceFile(path, JSON.stringify({ ...identifyProcess(process.pid), host: hostname(), ...held })),
  );
}

/**
 * Returns the marks of living processes and removes those of dead ones, but for a dead one that
 * held something: that is `marksOfTheDead`'s. Files of others are left alone. Where names are given,
 * files of other names are not even opened.
 */
export function livingMarks(
  directory: string,
  isNamed: (name: string) => boolean = () => true,
): readonly ProcessMark[] {
  const lives = new Map<ProcessIdentity, boolean>();
  return marksIn(directory, isNamed).filter((mark) => {
    const alive = lives.get(mark.process) ?? isTakenToLive(mark);
    lives.set(mark.process, alive);
    if (!alive && mark.threads.length === 0) removeMark(mark.path);
    return alive;
  });
}

/** Returns the marks of dead processes that held something open. */
export function marksOfTheDead(directory: string): readonly ProcessMark[] {
  return marksIn(directory, () => true).filter((mark) => mark.threads.length > 0 && !isTakenToLive(mark));
}

/** Of another machine's boot nothing is known here; of this one's, whatever its name was then, everything. */
function isTakenToLive({ path, process, host }: ProcessMark): boolean {
  const isElsewhere = host !== undefined && host !== hostname() && process.bootId !== ownBoot();
  if (!isElsewhere) return isAlive(process);
  const written = statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
  return Math.abs(Date.now() - written) < ELSEWHERE_MS;
}

function ownBoot(): string | undefined {
  return identifyProcess(process.pid)?.bootId;
}

type MarkContent = Pick<ProcessMark, "process" | "host" | "threads" | "keeps">;

/** One process can hold thousands of marks that say the same: each text is understood once. */
function marksIn(directory: string, isNamed: (name: string) => boolean): readonly ProcessMark[] {
  const known = new Map<string, MarkContent | undefined>();
  return listIfPresent(directory).flatMap((name) => {
    if (name.startsWith(".") || !isNamed(name)) return [];
    const path = join(directory, name);
    const text = readMark(path);
    if (text === undefined) return [];
    if (!known.has(text)) known.set(text, contentOf(text));
    const content = known.get(text);
    return content === undefined ? [] : [{ name, path, ...content }];
  });
}

function readMark(path: string): string | undefined {
  try {
    return readIfPresent(path);
  } catch (error) {
    // Another user's, root's for example, or a folder: it says nothing about the processes of this one.
    if (["EACCES", "EISDIR"].includes(errorCode(error) ?? "")) return undefined;
    throw error;
  }
}

function contentOf(text: string): MarkContent | undefined {
  try {
    const { threads = [], keeps = false, host, ...process } = parseJson(text, MarkText);
    return { process, host, threads, keeps };
  } catch (error) {
    if (error instanceof JsonFault) return undefined;
    throw error;
  }
}
