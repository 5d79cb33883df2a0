import type { BigIntStats } from "node:fs";
import { lstat, readdir } from "node:fs/promises";
import { digestOf } from "#base/digest.ts";
import { errorCode, errorText } from "#base/fault.ts";
import { GitFault } from "#git/fault.ts";
import { fileStatus } from "./file-status.ts";

/**
 * From this size on a file is not read: to hash and store 16 MiB takes about half a second, at
 * every stop again, and no reviewer reads a text of that length.
 */
export const TOO_LARGE_BYTES = 16 * 1024 * 1024;

/** Returns whether an untracked file is too large to be read at every snapshot. */
export function isGiant(path: Buffer): boolean {
  const found = fileStatus(path);
  return found.kind === "present" && found.stats.isFile() && found.stats.size >= TOO_LARGE_BYTES;
}

/**
 * Returns a text that changes when the file, or anything below the folder, changes: size and
 * times, the time of the last status change among them, which no program can set back. Folders
 * named `.git` are left out, for git writes there on its own account.
 */
export async function stateByTime(path: Buffer, signal: AbortSignal): Promise<string> {
  if (signal.aborted) throw new GitFault({ kind: "git-timed-out", command: "reading file times" });
  const found = await attempt(() => lstat(path, { bigint: true }));
  if (typeof found === "string") return found;
  if (!found.isDirectory()) return stamp(found);
  const names = await attempt(() => readdir(path, { encoding: "buffer" }));
  if (typeof names === "string") return `${stamp(found)} ${names}`;
  const inside: [string, string][] = [];
  for (const name of names.sort(Buffer.compare)) {
    const child = name.toString("latin1");
    if (child !== ".git") inside.push([child, await stateByTime(joined(path, name), signal)]);
  }
  return `folder ${digestOf(inside)}`;
}

function stamp(found: BigIntStats): string {
  return `${found.size}:${found.mtimeNs}:${found.ctimeNs}:${found.mode.toString(8)}`;
}

function joined(folder: Buffer, name: Buffer): Buffer {
  return Buffer.concat([folder, Buffer.from("/"), name]);
}

/** What the system refuses is part of the state: it is what can be known. */
async function attempt<T>(look: () => Promise<T>): Promise<T | string> {
  try {
    return await look();
  } catch (error) {
    return errorCode(error) ?? errorText(error);
  }
}
