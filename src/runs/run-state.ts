import { lstatSync } from "node:fs";
import { isAlive } from "#base/process-identity.ts";
import { eventsFile } from "./run-events.ts";
import type { StoredRun } from "./run-files.ts";

export type RunState =
  | { readonly kind: "ended" }
  /** The process that runs it lives. */
  | { readonly kind: "running" }
  /** That process is gone and left no end. `lastSign` is when it was last heard of (ISO 8601, UTC). */
  | { readonly kind: "died"; readonly lastSign: string };

/** Returns where a run stands: ended only by its record, running only by its process. */
export function runStateOf({ name, begun, ended }: StoredRun): RunState {
  if (ended !== undefined) return { kind: "ended" };
  if (isAlive(begun.process)) return { kind: "running" };
  const seen = lstatSync(eventsFile(name.folder), { throwIfNoEntry: false })?.mtime.toISOString();
  return { kind: "died", lastSign: seen !== undefined && seen > begun.at ? seen : begun.at };
}
