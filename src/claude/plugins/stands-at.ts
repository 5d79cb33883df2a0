import { statSync } from "node:fs";
import { errorCode } from "#base/fault.ts";

/** What stands at a path, links followed. `other`: a pipe, a device, a socket. */
export type Standing = "folder" | "file" | "other" | "absent" | "unreadable";

/** Returns what stands at a path. Never throws. */
export function standsAt(path: string): Standing {
  try {
    const found = statSync(path);
    if (found.isDirectory()) return "folder";
    return found.isFile() ? "file" : "other";
  } catch (error) {
    const code = errorCode(error);
    return code === "ENOENT" || code === "ENOTDIR" ? "absent" : "unreadable";
  }
}
