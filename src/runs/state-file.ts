import type { Adapter } from "lowdb";
import type * as z from "zod/mini";
import { readIfPresent, replaceFile } from "#base/files.ts";
import { parseJson } from "#base/json.ts";

/**
 * Returns lowdb's storage for one file: checked on reading, replaced as a whole on writing, mode
 * 0600. lowdb's own file adapters share one temporary name per file, so two processes corrupt it
 * (typicode/lowdb issues 478 and 562), and its presets stay in memory where NODE_ENV is `test`.
 */
export function stateFile<S extends z.ZodMiniType>(path: string, schema: S): Adapter<z.output<S> | null> {
  return {
    async read() {
      const text = readIfPresent(path);
      return text === undefined ? null : parseJson(text, schema);
    },
    async write(state) {
      const text = `${JSON.stringify(state, null, 2)}\n`;
      // What stands there was written through to the disk: that is waited for only where something changed.
      if (readIfPresent(path) !== text) replaceFile(path, text);
    },
  };
}
