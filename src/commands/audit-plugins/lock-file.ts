import { resolve } from "node:path";
import * as z from "zod/mini";
import { PluginsLock } from "#audit/plugins/plugins-lock.ts";
import { errorText } from "#base/fault.ts";
import { readIfPresent } from "#base/files.ts";
import { parseJson } from "#base/json.ts";
import { laterVersion, readVersioned, type Versioned } from "#runs/schema-version.ts";

const LOCK: Versioned<typeof PluginsLock> = { name: "plugins-lock", shape: PluginsLock, steps: [] };

/** What stands where a lock should be. `foreign`: nothing that Countersign wrote, or that it can read. */
export type LockFile =
  | { readonly kind: "absent" }
  | { readonly kind: "foreign"; readonly detail: string }
  | { readonly kind: "newer"; readonly detail: string }
  | { readonly kind: "lock"; readonly lock: PluginsLock; readonly text: string };

/** Returns where the lock is: the file that was named, or the one of the folder that was asked in. */
export function lockPath(cwd: string, file: string | null): string {
  return resolve(cwd, file ?? "plugins.lock.json");
}

/** Reads a lock. Never throws. */
export function readLock(path: string): LockFile {
  try {
    const text = readIfPresent(path);
    if (text === undefined) return { kind: "absent" };
    const read = readVersioned(parseJson(text, z.unknown()), LOCK);
    if (read.kind === "newer") return { kind: "newer", detail: laterVersion(read.schema) };
    return { kind: "lock", lock: read.value, text };
  } catch (error) {
    return { kind: "foreign", detail: errorText(error) };
  }
}
