import { closeSync, readSync } from "node:fs";
import { openFile } from "#base/files.ts";

/** In bytes. What the host writes into its marks has a tenth of it. */
const LARGEST = 4096;

/** Returns the text of a mark that the host leaves in a folder, or null where none can be read. Never throws. */
export function readSmallText(path: string): string | null {
  try {
    const file = openFile(path);
    try {
      const bytes = Buffer.alloc(LARGEST);
      return bytes.toString("utf8", 0, readSync(file, bytes, 0, LARGEST, 0));
    } finally {
      closeSync(file);
    }
  } catch {
    return null;
  }
}
