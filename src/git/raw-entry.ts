import { ObjectId } from "#base/ids.ts";
import { parseShape } from "#base/json.ts";
import type { ByteReader } from "./byte-reader.ts";
import type { FileChange } from "./change.ts";
import { GitFault } from "./fault.ts";
import type { BytePath } from "./path-bytes.ts";

/** One line of git's raw comparison of two trees. */
export type RawEntry = Pick<FileChange, "kind" | "oldMode" | "newMode" | "oldBlob" | "newBlob"> & {
  readonly path: BytePath;
  readonly oldPath: BytePath | undefined;
};

const NUL = Buffer.from([0]);
const NO_FILE = "000000";

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
    const first = await pathIn(reader);
    const second = kind === "renamed" ? await pathIn(reader) : undefined;
    entries.push({
      kind,
      path: second ?? first,
      oldPath: second === undefined ? undefined : first,
      oldMode,
      newMode,
      oldBlob: oldMode === NO_FILE ? undefined : parseShape(oldBlob, ObjectId),
      newBlob: newMode === NO_FILE ? undefined : parseShape(newBlob, ObjectId),
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

async function pathIn(reader: ByteReader): Promise<BytePath> {
  return (await reader.until(NUL))?.toString("latin1") ?? "";
}
