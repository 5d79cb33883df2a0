import { Buffer } from "node:buffer";
import { lstatSync, realpathSync, type Stats, statSync } from "node:fs";
import { createConnection } from "node:net";
import { dirname, join } from "node:path";
import { sha256 } from "#base/digest.ts";
import { errorCode } from "#base/fault.ts";
import { makePrivateDirectory } from "#base/files.ts";
import { CodexFault } from "./fault.ts";

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
 * @throws CodexFault `server-start-failed` where its folder is a link, another user's, or open to others.
 */
export function secureSocketFolder(path: string): void {
  makePrivateDirectory(dirname(path));
  const fault = folderFault(dirname(path));
  if (fault !== undefined) throw untrusted(fault);
}

/**
 * Returns the real path of the socket, or `undefined` where there is none (a dangling link or
 * any other file too: the keeper clears it away). Since 0.156 Codex puts a link there that leads to `/tmp/codex-daemon-<uid>/<hash>`.
 *
 * @throws CodexFault `server-start-failed` where the socket is not this user's, or in a folder that
 * others can write.
 */
export function realSocket(path: string): string | undefined {
  try {
    const real = realpathSync(path);
    const found = statSync(real);
    if (!found.isSocket()) return undefined;
    if (found.uid !== userId()) throw untrusted(`${real} belongs to another user`);
    const fault = folderFault(dirname(path)) ?? folderFault(dirname(real));
    if (fault !== undefined) throw untrusted(fault);
    return real;
  } catch (error) {
    if (errorCode(error) === "ENOENT") return undefined;
    throw error;
  }
}

/** Returns whether somebody listens at a socket. */
export function accepts(socket: string): Promise<boolean> {
  return new Promise((resolve) => {
    const connection = createConnection(socket);
    connection.once("connect", () => {
      connection.destroy();
      resolve(true);
    });
    connection.once("error", () => resolve(false));
  });
}

function folderFault(folder: string): string | undefined {
  const found: Stats = lstatSync(folder);
  if (!found.isDirectory()) return `${folder} is not a folder`;
  if (found.uid !== userId()) return `${folder} belongs to another user`;
  return (found.mode & 0o077) === 0 ? undefined : `${folder} is open to other users`;
}

function untrusted(detail: string): CodexFault {
  return new CodexFault({ kind: "server-start-failed", detail: `${detail}: not used for a socket` });
}

/** There are no user ids on Windows, and no shared server either. */
function userId(): number {
  return process.getuid?.() ?? 0;
}
