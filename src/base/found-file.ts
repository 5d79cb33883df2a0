import { closeSync, fstatSync, readFileSync } from "node:fs";
import { errorCode, errorText } from "./fault.ts";
import { openFile } from "./files.ts";
import { JsonFault } from "./json.ts";
import { clip } from "./text.ts";

/** What is made of a file that was read: `dropped` are its parts of another shape, in words; the rest counts. */
export type Taken<T> =
  | { readonly kind: "read"; readonly value: T; readonly dropped: readonly string[] }
  /** It names a version that nobody here has seen, so it is not guessed at. */
  | { readonly kind: "newer"; readonly version: string }
  | { readonly kind: "unreadable"; readonly detail: string };

/** A file of another program, as found. */
export type Found<T> = { readonly path: string } & ({ readonly kind: "absent" } | Taken<T>);

/** In bytes. No file that is read here comes near it, and a larger one would be waited for. */
const LARGEST = 16 * 1024 * 1024;
const LONGEST_DETAIL = 300;

/**
 * Reads a file; `take` makes of its text what is returned. Whatever stands at that path, a folder, a
 * pipe, a file that is cut off or has hundreds of megabytes, and whatever `take` throws, is told in the
 * result: nothing is thrown.
 */
export function findFile<T>(path: string, take: (text: string) => Taken<T>): Found<T> {
  try {
    return { path, ...take(readText(path)) };
  } catch (error) {
    const code = errorCode(error);
    if (code === "ENOENT" || code === "ENOTDIR") return { path, kind: "absent" };
    return { path, kind: "unreadable", detail: clip(detailOf(error), LONGEST_DETAIL) };
  }
}

/** Returns a text without the byte order mark that it may begin with. */
export function withoutMark(text: string): string {
  return text.replace(/^\uFEFF/, "");
}

function readText(path: string): string {
  const file = openFile(path);
  try {
    const { size } = fstatSync(file);
    if (size > LARGEST) throw new Error(`it has ${size} bytes, and no more than ${LARGEST} are read`);
    return readFileSync(file, "utf8");
  } finally {
    closeSync(file);
  }
}

function detailOf(error: unknown): string {
  if (!(error instanceof JsonFault)) return errorText(error);
  const { failure } = error;
  return failure.kind === "not-json" ? `not valid JSON: ${failure.detail}` : failure.issues.join("; ");
}
