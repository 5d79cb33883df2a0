import {
  lstatSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseJson } from "./json.ts";
import { identifyProcess, isAlive, ProcessIdentity } from "./process-identity.ts";

/** What a folder is made for, which its name says: a person may find it. */
type Purpose = "clone" | "demo" | "diff" | "doctor" | "probe" | "proof";

const NAMES = /^countersign-(?:clone|demo|diff|doctor|probe|proof)-/;

/** Names the process whose folder it is. git passes over it, and so do Codex and Claude Code. */
const OWNER = "owner.json";

let own: ProcessIdentity | undefined;

/**
 * Makes a private folder among the system's temporary ones and returns its real path. The caller removes it;
 * should its process be killed first, a later one does, as soon as it needs such a folder itself.
 */
export function makeScratchFolder(purpose: Purpose): string {
  removeAbandonedScratch();
  const directory = realpathSync.native(mkdtempSync(join(tmpdir(), `countersign-${purpose}-`)));
  own ??= identifyProcess(process.pid);
  if (own !== undefined) writeFileSync(join(directory, OWNER), JSON.stringify(own));
  return directory;
}

/**
 * Removes the scratch folders of processes that were killed. Those of another user, and those whose process
 * lives or cannot be told, stay. Never throws: what cannot be removed is tried again the next time.
 */
export function removeAbandonedScratch(): void {
  for (const name of namesIn(tmpdir())) {
    const path = join(tmpdir(), name);
    if (NAMES.test(name) && isAbandoned(path)) rmQuietly(path);
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

/** Another process may be at the same folder. */
function rmQuietly(path: string): void {
  try {
    rmSync(path, { recursive: true, force: true });
  } catch {
    // It stays for the next one.
  }
}
