import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { listIfPresent, readIfPresent, removeIfPresent, replaceFile } from "#base/files.ts";
import { JsonFault, parseJson } from "#base/json.ts";
import { identifyProcess, isAlive, ProcessIdentity } from "#base/process-identity.ts";

/** A file that stands for a process, and stops counting when the process is gone. */
export type ProcessMark = { readonly name: string; readonly process: ProcessIdentity };

/**
 * Writes a mark `<prefix>.<random>` for the process and returns its path, or `undefined` where no
 * such process runs. No two marks ever share a name, so removing one can never hit another.
 */
export function writeMark(directory: string, prefix: string, pid: number): string | undefined {
  const identity = identifyProcess(pid);
  if (identity === undefined) return undefined;
  const path = join(directory, `${prefix}.${randomUUID()}`);
  replaceFile(path, JSON.stringify(identity));
  return path;
}

/** Returns the marks of living processes and removes those of dead ones. Files of others are left alone. */
export function livingMarks(directory: string): readonly ProcessMark[] {
  return listIfPresent(directory).flatMap((name) => {
    if (name.startsWith(".")) return [];
    const path = join(directory, name);
    const process = readMark(path);
    if (process === undefined) return [];
    if (isAlive(process)) return [{ name, process }];
    removeIfPresent(path);
    return [];
  });
}

function readMark(path: string): ProcessIdentity | undefined {
  try {
    const text = readIfPresent(path);
    return text === undefined ? undefined : parseJson(text, ProcessIdentity);
  } catch (error) {
    if (error instanceof JsonFault) return undefined;
    throw error;
  }
}
