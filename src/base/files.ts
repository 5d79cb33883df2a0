import {
  closeSync,
  constants,
  fchmodSync,
  fstatSync,
  fsyncSync,
  linkSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  unlinkSync,
  writeFileSync,
} from "node:fs";
import { basename, dirname, join } from "node:path";
import { errorCode } from "./fault.ts";

const PRIVATE_DIRECTORY = 0o700;
const PRIVATE_FILE = 0o600;

/** Makes a folder, with those above it, readable by this user only. A folder that exists stays as it is. */
export function makePrivateDirectory(path: string): void {
  mkdirSync(path, { recursive: true, mode: PRIVATE_DIRECTORY });
}

/**
 * Returns a file's text, or `undefined` where there is no such file. Other errors are thrown, also for
 * what is no file (see `openFile`).
 */
export function readIfPresent(path: string): string | undefined {
  return ifPresent(() => readBytes(path).toString("utf8"));
}

/** Returns what a file holds. Throws as `openFile` does. */
export function readBytes(path: string | Buffer): Buffer {
  const file = openFile(path);
  try {
    return readFileSync(file);
  } catch (error) {
    // Read by its number, a file has no name in what the system says.
    if (error instanceof Error) error.message += ` '${path.toString()}'`;
    throw error;
  } finally {
    closeSync(file);
  }
}

/**
 * Opens a file for reading and returns its descriptor. A pipe in its place would be waited for without
 * an end, and a device read without one: what is neither a file nor a folder is refused (`ENOTSUP`).
 */
export function openFile(path: string | Buffer): number {
  const file = openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  const found = fstatSync(file);
  if (found.isFile() || found.isDirectory()) return file;
  closeSync(file);
  throw Object.assign(new Error(`ENOTSUP: not a file, open '${path.toString()}'`), { code: "ENOTSUP" });
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
 * after a crash one of the two is there; once this returns it is the new one, also after a power
 * cut. Safe for one writer at a time (see `withLock`).
 * The file is this user's alone, unless `mode` says otherwise.
 */
export function replaceFile(path: string, text: string, mode?: number): void {
  const temporary = writeTemporary(path, text, { mode, synced: true });
  try {
    renameSync(temporary, path);
  } catch (error) {
    removeIfPresent(temporary);
    throw error;
  }
  syncDirectory(dirname(path));
}

/**
 * Writes a file that must not exist yet, whole or not at all, with no window in which two
 * writers could both win. Returns false where the name was taken: nothing is overwritten. What
 * this returned true for is there after a power cut too.
 */
export function writeOnce(path: string, text: string): boolean {
  const won = linkOnce(path, text, true);
  if (won) syncDirectory(dirname(path));
  return won;
}

/** As `writeOnce`, for what means nothing after a power cut (a lock): the disk is not waited for. */
export function claimName(path: string, text: string): boolean {
  return linkOnce(path, text, false);
}

/** Moves a file that cannot be read out of the way, beside itself, and returns where it now is. */
export function setAside(path: string, time: Date): string {
  const aside = `${path}.corrupt-${time.toISOString().replace(/[:.]/g, "-")}`;
  renameSync(path, aside);
  return aside;
}

function linkOnce(path: string, text: string, synced: boolean): boolean {
  const temporary = writeTemporary(path, text, { mode: undefined, synced });
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

type Writing = { readonly mode: number | undefined; readonly synced: boolean };

/** The unique name keeps two writers out of each other's temporary file; the pid in it tells whose it was. */
function writeTemporary(path: string, text: string, { mode, synced }: Writing): string {
  const directory = dirname(path);
  const made = mkdirSync(directory, { recursive: true, mode: PRIVATE_DIRECTORY });
  if (synced && made !== undefined) syncNewDirectories(made, directory);
  const temporary = join(
    directory,
    `.${basename(path)}.${process.pid}.${globalThis.crypto.randomUUID()}.tmp`,
  );
  const file = openSync(temporary, "wx", PRIVATE_FILE);
  try {
    if (mode !== undefined) fchmodSync(file, mode);
    // Unlike `writeSync`, which may write a part and say so only in its result (a disk that fills up).
    writeFileSync(file, text);
    if (synced) fsyncSync(file);
  } catch (error) {
    removeIfPresent(temporary);
    throw error;
  } finally {
    closeSync(file);
  }
  return temporary;
}

/** The name of each new folder stands in the one above it. */
function syncNewDirectories(first: string, last: string): void {
  for (let folder = last; folder.length >= first.length; folder = dirname(folder)) {
    syncDirectory(dirname(folder));
  }
}

/**
 * A name is safe from a power cut only once its folder was synced (fsync(2)). Windows cannot open a
 * folder, and some file systems cannot sync one: there the file system's own order has to do.
 */
function syncDirectory(path: string): void {
  if (process.platform === "win32") return;
  const folder = openSync(path, "r");
  try {
    fsyncSync(folder);
  } catch (error) {
    if (!["EINVAL", "ENOTSUP", "ENOSYS"].includes(errorCode(error) ?? "")) throw error;
  } finally {
    closeSync(folder);
  }
}

function ifPresent<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (errorCode(error) === "ENOENT") return undefined;
    throw error;
  }
}
