import { closeSync, fstatSync, readFileSync } from "node:fs";
import { isAbsolute, join } from "node:path";
import { errorCode, errorText } from "#base/fault.ts";
import { openFile } from "#base/files.ts";
import { oneLine } from "#base/text.ts";
import type { UsageFault } from "#commands/command.ts";

/** How a text that somebody gives is refused: `text` goes on after the name of what it is. */
export type Refuse = (text: string) => UsageFault;

/** `longest` is in bytes; `instead` says what to do with more. */
export type GivenLimits = { readonly longest: number; readonly instead: string; readonly refuse: Refuse };

/**
 * Returns the bytes of a file that somebody names, a relative one from `cwd`. A pipe is not waited for, a
 * device not read, and what is larger than `longest` not loaded.
 *
 * @throws what `refuse` makes of the reason why not.
 */
export function givenFile(cwd: string, name: string, { longest, instead, refuse }: GivenLimits): Uint8Array {
  let file: number;
  try {
    file = openFile(isAbsolute(name) ? name : join(cwd, name));
  } catch (error) {
    throw refuse(notOpened(error));
  }
  try {
    const found = fstatSync(file);
    if (found.isDirectory()) throw refuse("is a folder; name a file");
    if (found.size > longest) throw refuse(`has ${found.size} bytes, more than ${longest}; ${instead}`);
    return readFileSync(file);
  } finally {
    closeSync(file);
  }
}

/**
 * Returns bytes as the text that they are, a byte order mark included: what would be replaced on the way
 * is not taken.
 *
 * @throws what `refuse` makes of bytes that are no text.
 */
export function givenText(bytes: Uint8Array, refuse: Refuse): string {
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw refuse("is not UTF-8; save it as UTF-8");
  }
  if (text.includes("\0")) throw refuse("holds a NUL byte, which no text has");
  return text;
}

function notOpened(error: unknown): string {
  switch (errorCode(error)) {
    case "ENOENT":
    case "ENOTDIR":
      return "is not there";
    case "ENOTSUP":
    case "ENXIO":
      return "is no file but a pipe, a socket or a device; name a file, or - for standard input";
    case "EACCES":
    case "EPERM":
      return "may not be read by this user";
    case "ERR_INVALID_ARG_VALUE":
      return "is no name of a file";
    default:
      return `cannot be read: ${oneLine(errorText(error))}`;
  }
}
