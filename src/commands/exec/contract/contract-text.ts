import { closeSync, fstatSync, readFileSync } from "node:fs";
import { isAbsolute, join } from "node:path";
import { errorCode, errorText } from "#base/fault.ts";
import { openFile } from "#base/files.ts";
import { withoutMark } from "#base/found-file.ts";
import { oneLine } from "#base/text.ts";
import { type Call, UsageFault } from "#commands/command.ts";

/** In bytes. A contract that comes near it holds data, which belongs into an input. */
const LARGEST = 1024 * 1024;

/**
 * Returns the text that an option names: of a file, or of standard input for `-`.
 *
 * @throws UsageFault for whatever cannot be read as a text of at most 1 MiB in UTF-8.
 */
export async function contractText(call: Call, option: string, name: string): Promise<string> {
  const place = name === "-" ? "standard input" : oneLine(name);
  const refuse = (text: string) => usageFault(`--${option}: ${place} ${text}`);
  const bytes = name === "-" ? await fromStdin(call, refuse) : fromFile(call, name, refuse);
  const text = textOf(bytes);
  if (text === undefined) throw refuse("is not UTF-8; save it as UTF-8");
  if (text.includes("\0")) throw refuse("holds a NUL byte, which no text has");
  if (name === "-" && text.trim() === "") throw refuse("is empty");
  return withoutMark(text);
}

function textOf(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

/** Returns a failure of what was typed or of what it names. */
export function usageFault(text: string): UsageFault {
  return new UsageFault({ kind: "usage", text });
}

type Refuse = (text: string) => UsageFault;

async function fromStdin(call: Call, refuse: Refuse): Promise<Uint8Array> {
  if (call.stdinIsTerminal) throw refuse("is a terminal; pipe the text into it");
  const bytes = await call.readStdin(LARGEST);
  if (bytes === undefined) throw refuse(`holds more than ${LARGEST} bytes; put what is large into an input`);
  return bytes;
}

function fromFile(call: Call, name: string, refuse: Refuse): Uint8Array {
  const path = isAbsolute(name) ? name : join(call.cwd, name);
  let file: number;
  try {
    file = openFile(path);
  } catch (error) {
    throw refuse(notOpened(error));
  }
  try {
    const found = fstatSync(file);
    if (found.isDirectory()) throw refuse("is a folder; name a file");
    if (found.size > LARGEST) {
      throw refuse(`has ${found.size} bytes, more than ${LARGEST}; put what is large into an input`);
    }
    return readFileSync(file);
  } finally {
    closeSync(file);
  }
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
