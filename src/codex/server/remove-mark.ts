import { errorCode, isDiskFull } from "#base/fault.ts";
import { removeIfPresent } from "#base/files.ts";

/**
 * Removes a mark. Where the folder cannot be written any more it stays, and counts no longer than
 * its process lives.
 */
export function removeMark(path: string): void {
  asFarAsWritable(() => removeIfPresent(path));
}

/** With a folder that stands in the mark's place. */
const UNWRITABLE = ["EROFS", "EACCES", "EPERM", "EISDIR"];

/** Makes a change that is done without where the folder is full or cannot be written. */
export function asFarAsWritable(change: () => unknown): void {
  try {
    change();
  } catch (error) {
    if (!isDiskFull(error) && !UNWRITABLE.includes(errorCode(error) ?? "")) throw error;
  }
}
