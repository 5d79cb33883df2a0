import * as z from "zod/mini";
import { ObjectId } from "#base/ids.ts";
import type { FileChange } from "#git/change/change.ts";
import type { ByteReader } from "./byte-reader.ts";
import { GitFault } from "./fault.ts";
import type { BytePath } from "./path-bytes.ts";

/** One line of git's raw comparison of two trees. */
export type RawEntry = Pick<FileChange, "kind" | "oldMode" | "newMode" | "oldBlob" | "newBlob"> & {
  readonly path: BytePath;
  readonly oldPath: BytePath | undefined;
};

const NUL = Buffer.from([0]);
const NO_FILE = "000000";
const MODE = /^[0-7]{6}$/;

const KINDS: ReadonlyMap<string, FileChange["kind"]> = new Map([
  ["A", "added"],
  ["D", "deleted"],
  ["M", "modified"],
  ["R", "renamed"],
  ["T", "type-changed"],
]);

/**
 * Returns the entries of a raw comparison: `:MODE MODE OBJECT OBJECT STATUS`, then one path, or two
 * for a rename, all ended by NUL (git-diff-tree(1), "Raw output format"). An empty entry ends them.
 *
 * @throws GitFault on an entry that is not whole.
 */
export async function readRawEntries(reader: ByteReader): Promise<readonly RawEntry[]> {
  const entries: RawEntry[] = [];
  for (;;) {
    const head = await reader.until(NUL);
    if (head === undefined || head.length === 0) return entries;
    const [oldMode = "", newMode = "", oldBlob = "", newBlob = "", status = ""] = head
      .toString("latin1")
      .slice(1)
      .split(" ");
    const kind = KINDS.get(status.charAt(0));
    if (kind === undefined) throw unreadableDifference(`unknown status ${status}`);
    if (!MODE.test(oldMode) || !MODE.test(newMode)) throw unreadableDifference("an entry without its modes");
    const first = await pathIn(reader);
    const second = kind === "renamed" ? await pathIn(reader) : undefined;
    entries.push({
      kind,
      path: second ?? first,
      oldPath: second === undefined ? undefined : first,
      oldMode,
      newMode,
      oldBlob: blobOf(oldMode, oldBlob),
      newBlob: blobOf(newMode, newBlob),
    });
  }
}

/** How many patches git writes for the entry: a file that becomes a link goes and comes anew. */
export function patchCount(entry: RawEntry): number {
  const bothSides = entry.oldBlob !== undefined && entry.newBlob !== undefined;
  return bothSides && entry.oldMode.slice(0, 3) !== entry.newMode.slice(0, 3) ? 2 : 1;
}

/** Returns the fault for a comparison in which git says what we do not understand. */
export function unreadableDifference(detail: string): GitFault {
  return new GitFault({ kind: "git-failed", command: "git diff-tree", exitCode: 0, detail });
}

function blobOf(mode: string, blob: string): RawEntry["oldBlob"] {
  if (mode === NO_FILE) return undefined;
  const id = z.safeParse(ObjectId, blob);
  if (!id.success) throw unreadableDifference("an entry without its objects");
  return id.data;
}

async function pathIn(reader: ByteReader): Promise<BytePath> {
  const path = (await reader.until(NUL))?.toString("latin1") ?? "";
  if (path === "") throw unreadableDifference("an entry without its path");
  return path;
}
