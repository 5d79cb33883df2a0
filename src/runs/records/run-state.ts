import { existsSync, lstatSync } from "node:fs";
import { isAlive, isInView } from "#base/process-identity.ts";
import { eventsFile } from "./run-events.ts";
import { endedFile, type StoredRun } from "./run-files.ts";

export type RunState =
  | { readonly kind: "ended" }
  /** The process that runs it lives. */
  | { readonly kind: "running" }
  /** That process is gone and left no end. `lastSign` is when it was last heard of (ISO 8601, UTC). */
  | { readonly kind: "died"; readonly lastSign: string };

/** Whoever runs a run touches its events every few seconds. One that cannot be seen from here (a container) is given up after so long. */
const UNSEEN_AFTER_MS = 60_000;

/** Returns where a run stands: ended only by its record, running only by its process. */
export function runStateOf({ name, begun, ended }: StoredRun, now: Date): RunState {
  if (ended !== undefined) return { kind: "ended" };
  const lastSign = lastSignOf(name.folder, begun.at);
  const isGivenUp = !isInView(begun.process) && now.getTime() - Date.parse(lastSign) > UNSEEN_AFTER_MS;
  if (isAlive(begun.process) && !isGivenUp) return { kind: "running" };
  // It came to its end after its record was read: when that was, it ran.
  return existsSync(endedFile(name)) ? { kind: "running" } : { kind: "died", lastSign };
}

/** Returns when a run that began at `begunAt` was last heard of (ISO 8601, UTC). */
export function lastSignOf(folder: string, begunAt: string): string {
  const seen = lstatSync(eventsFile(folder), { throwIfNoEntry: false })?.mtime.toISOString();
  return seen !== undefined && seen > begunAt ? seen : begunAt;
}
