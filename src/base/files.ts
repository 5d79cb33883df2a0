import {
  closeSync,
  fchmodSync,
  fsyncSync,
  linkSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  unlinkSync,
  writeSync,
} from "node:fs";
import { basename, dirname, join } from "node:path";
import { errorCode } from "./fault.ts";

const PRIVATE_DIRECTORY = 0o700;
const PRIVATE_FILE = 0o600;

/** Makes a folder, with those above it, readable by this user only. A folder that exists stays as it is. */
export function makePrivateDirectory(path: string): void {
  mkdirSync(path, { recursive: true, mode: PRIVATE_DIRECTORY });
}

/** Returns a file's text, or `undefined` where there is no such file. Other errors are thrown. */
export function readIfPresent(path: string): string | undefined {
  return ifPresent(() => readFileSync(path, "utf8"));
}

/** Returns the names in a folder in code-point order, or none where there is no such folder. */
export function listIfPresent(path: string): readonly string[] {
  return ifPresent(() => readdirSync(path).sort()) ?? [];
}

/** Removes a file; returns false where it was already gone. */
export function removeIfPresent(path: string): boolean {
  const removed = ifPresent(() => {
    unlinkSync(path);
    return true;
  });
  return removed ?? false;
}

/**
 * Replaces a file as a whole: a reader sees the old or the new content, never a part, and
 * after a crash one of the two is there. Safe for one writer at a time (see `withLock`).
 * The file is this user's alone, unless `mode` says otherwise.
 */
export function replaceFile(path: string, text: string, mode?: number): void {
  const temporary = writeTemporary(path, text, mode);
  try {
    renameSync(temporary, path);
  } catch (error) {
    removeIfPresent(temporary);
    throw error;
  }
}

/**
 * Writes a file that must not exist yet, whole or not at all, with no window in which two
 * writers could both win. Returns false where the name was taken: nothing is overwritten.
 */
export function writeOnce(path: string, text: string): boolean {
  const temporary = writeTemporary(path, text);
  try {
    linkSync(temporary, path);
    return true;
  } catch (error) {
    if (errorCode(error) === "EEXIST") return false;
    throw error;
  } finally {
    removeIfPresent(temporary);
  }
}

/** Moves a file that cannot be read out of the way, beside itself, and returns where it now is. */
export function setAside(path: string, time: Date): string {
  const aside = `${path}.corrupt-${time.toISOString().replace(/[:.]/g, "-")}`;
  renameSync(path, aside);
  return aside;
}

/** The unique name keeps two writers out of each other's temporary file. */
function writeTemporary(path: string, text: string, mode?: number): string {
  const directory = dirname(path);
  makePrivateDirectory(directory);
  const temporary = join(
    directory,
    `.${basename(path)}.${process.pid}.${globalThis.crypto.randomUUID()}.tmp`,
  );
  const file = openSync(temporary, "wx", PRIVATE_FILE);
  try {
    if (mode !== undefined) fchmodSync(file, mode);
    writeSync(file, text);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  return temporary;
}

function ifPresent<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (errorCode(error) === "ENOENT") return undefined;
    throw error;
  }
}
