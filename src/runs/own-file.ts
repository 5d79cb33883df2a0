import type * as z from "zod/mini";
import { readIfPresent } from "#base/files.ts";
import { JsonFault, parseJson } from "#base/json.ts";

/**
 * Returns what lies in a small file of ours, which was written whole; `undefined` where there is none,
 * or what cannot be understood: that asks for nothing, and is of no version of ours.
 */
export function readOwnFile<S extends z.ZodMiniType>(path: string, shape: S): z.output<S> | undefined {
  try {
    const text = readIfPresent(path);
    return text === undefined ? undefined : parseJson(text, shape);
  } catch (error) {
    if (error instanceof JsonFault) return undefined;
    throw error;
  }
}
