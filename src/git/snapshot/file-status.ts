import { lstatSync, type Stats } from "node:fs";
import { errorCode } from "#base/fault.ts";

/**
 * What the file system says of a path: the file itself, links not followed; `absent`, also where
 * a folder above it is a file; `unknown` where it may not be looked at.
 */
export type FileStatus =
  | { readonly kind: "present"; readonly stats: Stats }
  | { readonly kind: "absent" }
  | { readonly kind: "unknown" };

/** Returns how a path stands. Never throws: what is refused is `unknown`. */
export function fileStatus(path: Buffer): FileStatus {
  try {
    return { kind: "present", stats: lstatSync(path) };
  } catch (error) {
    const code = errorCode(error);
    return code === "ENOENT" || code === "ENOTDIR" ? { kind: "absent" } : { kind: "unknown" };
  }
}
