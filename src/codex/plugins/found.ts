import { closeSync, fstatSync, readFileSync } from "node:fs";
import { errorCode, errorText } from "#base/fault.ts";
import { openFile } from "#base/files.ts";
import { JsonFault } from "#base/json.ts";
import { clip } from "#base/text.ts";

/** A file of Codex, as found. `dropped`: what was left out of it, in words; the rest counts. */
export type Found<T> = { readonly path: string } & (
  | { readonly kind: "absent" }
  | { readonly kind: "unreadable"; readonly detail: string }
  | { readonly kind: "read"; readonly value: T; readonly dropped: readonly string[] }
);

/** What is made of a text. */
export type Taken<T> = { readonly value: T; readonly dropped: readonly string[] };

/** In bytes; no file that Codex reads here comes near it. */
const LARGEST = 16 * 1024 * 1024;
const LONGEST_DETAIL = 300;

/**
 * Reads a file; `take` makes of its text what is returned. A folder or a pipe in its place, a text that
 * is cut off, and whatever `take` throws, are told in the result: nothing is thrown.
 */
export function findFile<T>(path: string, take: (text: string) => Taken<T>): Found<T> {
  try {
    return { path, kind: "read", ...take(readText(path).replace(/^\uFEFF/, "")) };
  } catch (error) {
    const code = errorCode(error);
    if (code === "ENOENT" || code === "ENOTDIR") return { path, kind: "absent" };
    return { path, kind: "unreadable", detail: clip(detailOf(error), LONGEST_DETAIL) };
  }
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
