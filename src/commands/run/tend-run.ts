import { utimesSync } from "node:fs";
import { errorCode } from "#base/fault.ts";
import { cancelRequest } from "#runs/records/run-cancel.ts";
import { eventsFile } from "#runs/records/run-events.ts";

/** A run that is looked after while it goes on. */
export type TendedRun = {
  /** Fires when the run is to end: with the caller's reason, or because somebody asked from elsewhere. */
  readonly signal: AbortSignal;
  /** To be called when the run is over. Harmless again. */
  readonly stop: () => void;
};

const LOOK_MS = 200;
/** How often a run that is silent shows that it lives. */
const SIGN_MS = 5_000;

/**
 * Looks after a run in its folder, for the process that runs it: whoever asks it to end with
 * `countersign thread cancel` is heard, without a signal to a pid, and the file of its events is
 * touched every few seconds, by which others see that it lives.
 */
export function tendRun(folder: string, signal: AbortSignal): TendedRun {
  const asked = new AbortController();
  const looking = setInterval(() => {
    const request = cancelRequest({ folder });
    if (request === undefined) return;
    clearInterval(looking);
    asked.abort(new Error("cancelled by `countersign thread cancel`"));
  }, LOOK_MS);
  const signing = setInterval(() => showSign(folder), SIGN_MS);
  for (const timer of [looking, signing]) timer.unref();
  return {
    signal: AbortSignal.any([signal, asked.signal]),
    stop() {
      clearInterval(looking);
      clearInterval(signing);
    },
  };
}

/** Before its first event there is no such file, and on a full or read-only disk the sign is lost: no run ends for it. */
function showSign(folder: string): void {
  const now = new Date();
  try {
    utimesSync(eventsFile(folder), now, now);
  } catch (error) {
    if (errorCode(error) === undefined) throw error;
  }
}
