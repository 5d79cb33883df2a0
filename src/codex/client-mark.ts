import { removeIfPresent } from "#base/files.ts";
import { livingMarks, writeMark } from "./process-mark.ts";

/**
 * Says on disk that this process uses the server from now on, and returns what takes it back. To
 * be written before connecting: the keeper shuts the door first and counts the marks after, so
 * that nobody is let in and then shut out.
 */
export function markClient(directory: string): () => void {
  const path = writeMark(directory, String(process.pid), process.pid);
  return () => {
    if (path !== undefined) removeIfPresent(path);
  };
}

/** Returns whether some living process uses the server. */
export function hasClients(directory: string): boolean {
  return livingMarks(directory).length > 0;
}
