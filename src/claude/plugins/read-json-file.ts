import { closeSync, fstatSync, readFileSync } from "node:fs";
import type * as z from "zod/mini";
import { errorCode, errorText } from "#base/fault.ts";
import { openFile } from "#base/files.ts";
import { JsonFault, parseJson } from "#base/json.ts";
import { clip } from "#base/text.ts";
import type { Found } from "./found.ts";

/** In bytes. No file that the host writes comes near it, and a larger one would be waited for. */
const LARGEST = 16 * 1024 * 1024;
const LONGEST_DETAIL = 300;

/** What is made of a file that was read: `dropped` are its parts of another shape, in words. */
export type Taken<T> =
  | { readonly kind: "read"; readonly value: T; readonly dropped: readonly string[] }
  | { readonly kind: "newer"; readonly version: string }
  | { readonly kind: "unreadable"; readonly detail: string };

/** Whether the host reads a file that begins with a byte order mark. */
export type Reading = { readonly mark: "ignored" | "refused" };

/**
 * Reads a JSON file of the host; `take` makes of its value what is returned. Whatever stands at that path, a folder, a pipe, a file that is cut off or that has
 * hundreds of megabytes, is told in the result: nothing is thrown.
 */
export function readJsonFile<S extends z.ZodMiniType, T>(
  path: string,
  schema: S,
  take: (value: z.output<S>) => Taken<T>,
  { mark }: Reading = { mark: "ignored" },
): Found<T> {
  try {
    const text = readText(path);
    return { path, ...take(parseJson(mark === "ignored" ? text.replace(/^\uFEFF/, "") : text, schema)) };
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
