import { spawn } from "node:child_process";
import { performance } from "node:perf_hooks";
import { livingMarks, marksOfTheDead, type ProcessMark } from "./process-mark.ts";
import type { ServerPlace } from "./server-place.ts";

/** Makes the keeper's script end the turns that dead clients left, and exit. */
export const END_ORPHANS = "--end-orphans";

/** After an attempt in vain; doubled each time, for a server that hangs may go on one day, and its turns with it. */
const PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 60_000;

/**
 * Returns the marks of clients that died with a thread open which no living client has opened
 * since. Codex goes on with such a turn to its end: it costs tokens, and its commands run.
 */
export function orphansIn(clients: string): readonly ProcessMark[] {
  const dead = marksOfTheDead(clients);
  if (dead.length === 0) return [];
  const held = new Set(livingMarks(clients).flatMap(({ threads }) => threads));
  return dead.filter(({ threads }) => !threads.some((thread) => held.has(thread)));
}

/**
 * Returns what a keeper calls at each look: where a client died with a thread open, a short-lived
 * process of the keeper's `script` is started that ends its turn, one at a time. A process of its own, so that what speaks
 * to the server takes no memory of the keeper's, and a server that hangs does not hold it up.
 */
export function orphanWatch(place: ServerPlace, script: string): () => void {
  let running = false;
  let pause = PAUSE_MS;
  let next = 0;
  return () => {
    if (running || performance.now() < next || orphansIn(place.clients).length === 0) return;
    running = true;
    const child = spawn(process.execPath, [script, END_ORPHANS, place.directory], {
      stdio: ["ignore", "inherit", "inherit"],
      windowsHide: true,
    });
    const end = (code: number | null) => {
      running = false;
      next = code === 0 ? 0 : performance.now() + pause;
      pause = code === 0 ? PAUSE_MS : Math.min(2 * pause, LONGEST_PAUSE_MS);
    };
    child.once("error", () => end(1));
    child.once("exit", end);
  };
}
