import { Buffer } from "node:buffer";
import { lstatSync, realpathSync, type Stats, statSync } from "node:fs";
import { createConnection } from "node:net";
import { dirname, join } from "node:path";
import { sha256 } from "#base/digest.ts";
import { errorCode } from "#base/fault.ts";
import { makePrivateDirectory } from "#base/files.ts";
import { CodexFault } from "#codex/fault.ts";

/** The system takes 103 (macOS) or 107 (Linux) bytes; some are left for the name a closing door gets. */
const LONGEST_BYTES = 90;

/**
 * Returns where the server of that directory listens: `s` in the directory, or a short path in a
 * private folder below /tmp where that would be too long for a socket.
 */
export function socketPath(directory: string): string {
  const near = join(directory, "s");
  if (Buffer.byteLength(near) <= LONGEST_BYTES) return near;
  return join(`/tmp/countersign-${userId()}`, `${sha256(directory).slice(0, 20)}.sock`);
}

/**
 * Makes sure that only this user can put anything at the socket path.
 *
 * @throws CodexFault `server-start-failed` where its folder is a link, another user's, or open to
 * others, or one above it lets others put another folder in its place.
 */
export function secureSocketFolder(path: string): void {
  makePrivateDirectory(dirname(path));
  requirePrivate(dirname(path));
}

/**
 * Makes sure that a folder is this user's alone.
 *
 * @throws CodexFault as `secureSocketFolder`.
 */
export function requirePrivate(folder: string): void {
  const fault = folderFault(folder) ?? faultAbove(realpathSync(folder));
  if (fault !== undefined) throw untrusted(fault);
}

/**
 * Returns the real path of the socket, or `undefined` where there is none (a dangling link or
 * any other file too: the keeper clears it away). Since 0.156 Codex puts a link there that leads to `/tmp/codex-daemon-<uid>/<hash>`.
 *
 * Whoever listens there is sent the user's code. So the socket must be this user's and lie in a
 * folder of this user's alone, and nobody else may be able to exchange a folder on the way to it.
 *
 * @throws CodexFault `server-start-failed` where that does not hold.
 */
export function realSocket(path: string): string | undefined {
  try {
    const real = realpathSync(path);
    const found = statSync(real);
    if (!found.isSocket()) return undefined;
    if (found.uid !== userId()) throw untrusted(`${real} belongs to another user`);
    requirePrivate(dirname(path));
    requirePrivate(dirname(real));
    return real;
  } catch (error) {
    if (["ENOENT", "ELOOP"].includes(errorCode(error) ?? "")) return undefined;
    throw error;
  }
}

/** Returns whether somebody listens at a socket, however busy. */
export function accepts(socket: string): Promise<boolean> {
  return new Promise((resolve) => {
    const connection = createConnection(socket);
    connection.once("connect", () => {
      connection.destroy();
      resolve(true);
    });
    // More clients wait than the system keeps (connect(2) on a Unix socket): somebody listens.
    connection.once("error", (error) => resolve(errorCode(error) === "EAGAIN"));
  });
}

function folderFault(folder: string): string | undefined {
  const found: Stats = lstatSync(folder);
  if (!found.isDirectory()) return `${folder} is not a folder`;
  if (found.uid !== userId()) return `${folder} belongs to another user`;
  return (found.mode & 0o077) === 0 ? undefined : `${folder} is open to other users`;
}

/**
 * Who can write a folder can rename what is in it, unless it is sticky as /tmp is. A group that can
 * write is let pass: on many systems each user has one of their own.
 */
function faultAbove(folder: string): string | undefined {
  const trusted = [userId(), 0, statSync("/").uid];
  for (let at = dirname(folder); ; at = dirname(at)) {
    const { uid, mode } = statSync(at);
    if (!trusted.includes(uid)) return `${at}, on the way to it, belongs to another user`;
    if ((mode & 0o1002) === 0o002) return `${at}, on the way to it, can be changed by every user`;
    if (at === dirname(at)) return undefined;
  }
}

function untrusted(detail: string): CodexFault {
  return new CodexFault({ kind: "server-start-failed", detail: `${detail}: no server is shared there` });
}

/** There are no user ids on Windows, and no shared server either. */
function userId(): number {
  return process.getuid?.() ?? 0;
}
