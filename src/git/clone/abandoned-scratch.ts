import { lstatSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseJson } from "#base/json.ts";
import { identifyProcess, isAlive, ProcessIdentity } from "#base/process-identity.ts";

/** How the names begin of folders that are needed while a clone is looked at. */
export const SCRATCH_PREFIX = "countersign-clone-";

/** Beside what git looks for in such a folder; git passes over it. */
const OWNER = "owner.json";

let own: ProcessIdentity | undefined;

/** Writes into a scratch folder whose it is. */
export function nameOwner(directory: string): void {
  own ??= identifyProcess(process.pid);
  if (own !== undefined) writeFileSync(join(directory, OWNER), JSON.stringify(own));
}

/**
 * Removes the scratch folders of processes that were killed. Those of another user, and those whose process
 * lives or cannot be told, stay. Never throws: what cannot be removed is tried again the next time.
 */
export function removeAbandonedScratch(): void {
  for (const name of namesIn(tmpdir())) {
    const path = join(tmpdir(), name);
    if (name.startsWith(SCRATCH_PREFIX) && isAbandoned(path)) rmQuietly(path);
  }
}

function isAbandoned(path: string): boolean {
  try {
    const found = lstatSync(path);
    if (!found.isDirectory() || (process.getuid !== undefined && found.uid !== process.getuid()))
      return false;
    return !isAlive(parseJson(readFileSync(join(path, OWNER), "utf8"), ProcessIdentity));
  } catch {
    // It went meanwhile, or it says not whose it is.
    return false;
  }
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    // A folder for temporary files that others may not list, as some systems have it: nothing can be looked for.
    return [];
  }
}

/** Another audit may be at the same folder. */
function rmQuietly(path: string): void {
  try {
    rmSync(path, { recursive: true, force: true });
  } catch {
    // It stays for the next audit.
  }
}
