import type * as z from "zod/mini";
import { type Found, findFile, type Taken, withoutMark } from "#base/found-file.ts";
import { parseJson } from "#base/json.ts";

/** Whether the host reads a file that begins with a byte order mark. */
export type Reading = { readonly mark: "ignored" | "refused" };

/** Reads a JSON file of the host; `take` makes of its value what is returned. Never throws. */
export function readJsonFile<S extends z.ZodMiniType, T>(
  path: string,
  schema: S,
  take: (value: z.output<S>) => Taken<T>,
  { mark }: Reading = { mark: "ignored" },
): Found<T> {
  return findFile(path, (text) => take(parseJson(mark === "ignored" ? withoutMark(text) : text, schema)));
}
