import { closeSync, openSync, readSync, statSync, truncateSync, writeFileSync } from "node:fs";

const LONGEST_BYTES = 1_000_000;
const KEPT_BYTES = 64_000;

/**
 * Cuts a log down to its end once it has grown long. Codex writes errors only, but it can write the
 * same one without end. Whoever writes there appends: what comes meanwhile stands after the cut.
 */
export function cutLog(path: string): void {
  const size = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
  if (size <= LONGEST_BYTES) return;
  const end = readEnd(path, size);
  truncateSync(path);
  writeFileSync(path, end, { flag: "a" });
}

function readEnd(path: string, size: number): Buffer {
  const file = openSync(path, "r");
  try {
    const buffer = Buffer.alloc(KEPT_BYTES);
    return buffer.subarray(0, readSync(file, buffer, 0, KEPT_BYTES, size - KEPT_BYTES));
  } finally {
    closeSync(file);
  }
}
