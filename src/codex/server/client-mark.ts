import { holdInMark, livingMarks, writeMark } from "./process-mark.ts";
import { removeMark } from "./remove-mark.ts";

/** The file that says that this process uses the server. */
export type ClientMark = {
  /** Says which threads this process has open: a turn outlives its client, so somebody else must end it then. */
  hold(threads: readonly string[]): void;
  /**
   * Takes the mark back; harmless when called again. One that still holds a thread, for the server
   * did not take it back, stays for the keeper, which sees to the thread when this process has ended.
   */
  remove(): void;
};

/**
 * Says on disk that this process uses the server from now on. To be written before connecting: the
 * keeper shuts the door first and counts the marks after, so that nobody is let in and then shut out.
 *
 * `keeps`: the threads that it opens are the user's own, and stay in the list whatever becomes of it.
 */
export function markClient(directory: string, keeps = false): ClientMark {
  const path = writeMark(directory, String(process.pid), process.pid);
  let held: readonly string[] = [];
  if (path === undefined) return { hold: () => undefined, remove: () => undefined };
  return {
    hold(threads) {
      held = threads;
      holdInMark(path, { threads, keeps });
    },
    remove() {
      if (held.length === 0) removeMark(path);
    },
  };
}

/** Returns whether some living process uses the server. */
export function hasClients(directory: string): boolean {
  return livingMarks(directory).length > 0;
}
