import { lstatSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { join, relative, sep } from "node:path";
import { errorCode } from "#base/fault.ts";
import { readIfPresent } from "#base/files.ts";
import { JsonFault, parseJson } from "#base/json.ts";
import { isAlive, ProcessIdentity } from "#base/process-identity.ts";
import type { Locations } from "#runs/locations.ts";
import { listReceipts } from "#runs/receipts/receipts.ts";
import { readRequests } from "#runs/sessions/requests.ts";
import { listSessions } from "#runs/sessions/session-file.ts";

/** What lies in the state folder. `lines` has one for each thing that should not be so. */
export type StateLook = {
  readonly sizes: readonly { readonly name: string; readonly files: number; readonly bytes: number }[];
  readonly unreadable: number;
  readonly strayLocks: number;
  readonly lines: readonly string[];
};

/** A store of objects can have more files than a check should look at. */
const MOST_FILES = 50_000;
/** The latest receipts; older ones are for `audit verify`. */
const MOST_RECEIPTS = 500;
/** Of each kind; the rest is in the count. */
const MOST_NAMED = 5;

type FoundFile = { readonly path: string; readonly bytes: number };

/** Looks at every file of the state folder once, and into the records. It changes nothing. */
export async function lookOver(locations: Locations): Promise<StateLook> {
  const files: FoundFile[] = [];
  await gather(locations.root, files);
  const aside = files.filter(({ path }) => /\.corrupt-\d/.test(path));
  const torn = await unreadableRecords(locations);
  const locks = files.filter(({ path }) => path.endsWith(".lock") && isStray(path));
  return {
    sizes: sizesOf(locations.root, files),
    unreadable: aside.length + torn.length,
    strayLocks: locks.length,
    lines: [
      ...aside.slice(0, MOST_NAMED).map(({ path }) => `set aside, for it could not be read: ${path}`),
      ...torn.slice(0, MOST_NAMED),
      ...locks.slice(0, MOST_NAMED).map(({ path }) => `its process is gone: ${path}`),
    ],
  };
}

/** Files come and go while this looks. */
async function gather(folder: string, files: FoundFile[]): Promise<void> {
  for (const entry of await entriesOf(folder)) {
    if (files.length >= MOST_FILES) return;
    const path = join(folder, entry.name);
    if (entry.isDirectory()) await gather(path, files);
    else files.push({ path, bytes: lstatSync(path, { throwIfNoEntry: false })?.size ?? 0 });
  }
}

async function entriesOf(folder: string) {
  try {
    return await readdir(folder, { withFileTypes: true });
  } catch (error) {
    if (errorCode(error) === "ENOENT") return [];
    throw error;
  }
}

function sizesOf(root: string, files: readonly FoundFile[]): StateLook["sizes"] {
  const sizes = new Map<string, { readonly files: number; readonly bytes: number }>();
  for (const { path, bytes } of files) {
    const [name = "", inside] = relative(root, path).split(sep);
    const folder = inside === undefined ? "(top)" : name;
    const before = sizes.get(folder) ?? { files: 0, bytes: 0 };
    sizes.set(folder, { files: before.files + 1, bytes: before.bytes + bytes });
  }
  return [...sizes].map(([name, size]) => ({ name, ...size })).sort((a, b) => (a.name < b.name ? -1 : 1));
}

async function unreadableRecords(locations: Locations): Promise<readonly string[]> {
  const receipts = await listReceipts(locations, { limit: MOST_RECEIPTS });
  return [
    ...listSessions(locations).flatMap(({ read }) =>
      read.kind === "corrupt" ? [`a session's file cannot be read: ${read.path} (${read.detail})`] : [],
    ),
    ...receipts.unreadable.map(({ name, detail }) => `a receipt cannot be read: ${name.path} (${detail})`),
    ...readRequests(locations).unreadable.map(
      ({ path, detail }) => `a request cannot be read: ${path} (${detail})`,
    ),
  ];
}

/** One that is torn, or gone by now, names nobody. */
function isStray(path: string): boolean {
  try {
    return !isAlive(parseJson(readIfPresent(path) ?? "", ProcessIdentity));
  } catch (error) {
    if (error instanceof JsonFault) return false;
    throw error;
  }
}
