import { existsSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import { endedFile, readRun, type StoredRun } from "#runs/records/run-files.ts";
import type { RunEnded } from "#runs/records/run-record.ts";
import { lastSignOf, runStateOf } from "#runs/records/run-state.ts";

/** How a run stands. `lastSign` is when its process was last heard of (ISO 8601, UTC). */
export type RunLook =
  | { readonly kind: "running"; readonly lastSign: string }
  | { readonly kind: "ended"; readonly ended: RunEnded }
  /** Its process is gone, and no end that could be read is there. */
  | { readonly kind: "died"; readonly lastSign: string };

const LOOK_MS = 100;

/** Returns how a run stands now. Its process is looked at first: one that ends meanwhile is never taken for dead. */
export function lookAtRun(run: StoredRun, now: Date): RunLook {
  if (run.ended !== undefined) return { kind: "ended", ended: run.ended };
  const { kind } = runStateOf(run, now);
  const read = existsSync(endedFile(run.name)) ? readRun(run.name) : undefined;
  if (read?.kind === "run" && read.run.ended !== undefined) return { kind: "ended", ended: read.run.ended };
  const lastSign = lastSignOf(run.name.folder, run.begun.at);
  return { kind: kind === "running" ? "running" : "died", lastSign };
}

/** Returns how the run stands once it is over or `limit` has fired. `onLook` is called after each look. */
export async function untilOver(run: StoredRun, onLook: () => void, limit: AbortSignal): Promise<RunLook> {
  for (;;) {
    const look = lookAtRun(run, new Date());
    onLook();
    if (look.kind !== "running" || limit.aborted) return look;
    // The signal's own error is not what happened.
    await delay(LOOK_MS, undefined, { signal: limit }).catch(() => undefined);
  }
}
