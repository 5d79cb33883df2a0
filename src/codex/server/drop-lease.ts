import { join } from "node:path";
import { listIfPresent } from "#base/files.ts";
import type { SessionId } from "#base/ids.ts";
import { removeMark } from "./remove-mark.ts";

/** Drops the lease of that session and process, and nothing else. Harmless where there is none. */
export function dropLease(directory: string, sessionId: SessionId, hostPid: number): void {
  for (const name of listIfPresent(directory)) {
    if (name.startsWith(`${sessionId}.${hostPid}.`)) removeMark(join(directory, name));
  }
}
