import type { SessionId } from "#base/ids.ts";
import type { ProcessIdentity } from "#base/process-identity.ts";
import { runsHere } from "./end-server.ts";
import { livingMarks, writeMark } from "./process-mark.ts";

/** A session's claim on the shared server, held by one process of the host. */
export type Lease = { readonly sessionId: string; readonly process: ProcessIdentity };

/**
 * Takes a lease for a session that the host's process holds; harmless when it has one already.
 * Returns false where no such process runs, so that there is no lease.
 * One session can be held by several processes (`--resume` twice), and one process holds several
 * sessions in turn (`/clear`): each pair has a lease of its own.
 */
export function takeLease(directory: string, sessionId: SessionId, hostPid: number): boolean {
  const own = livingMarks(directory, (name) => name.startsWith(`${sessionId}.${hostPid}.`));
  const held = own.some(({ process }) => process.pid === hostPid && runsHere(process));
  return held || writeMark(directory, `${sessionId}.${hostPid}`, hostPid) !== undefined;
}

/**
 * Returns whether a session claims the server from here. One of another pid namespace has a server
 * of its own there, and whether it still runs cannot be seen.
 */
export function isClaimed(directory: string): boolean {
  return liveLeases(directory).some((lease) => runsHere(lease.process));
}

/** Returns whether a process that still runs holds a lease. However many others there are, only its own are opened. */
export function holdsLease(directory: string, hostPid: number): boolean {
  const own = livingMarks(directory, (name) => name.split(".")[1] === String(hostPid));
  return own.some(({ process }) => process.pid === hostPid);
}

/** Returns the leases whose process still runs, as far as can be seen from here. */
export function liveLeases(directory: string): readonly Lease[] {
  return livingMarks(directory).map((mark) => ({
    sessionId: mark.name.split(".")[0] ?? "",
    process: mark.process,
  }));
}
