import { lstatSync, readdirSync, readlinkSync, realpathSync, type Stats } from "node:fs";
import { setImmediate } from "node:timers/promises";
import { errorCode, errorText, Fault } from "#base/fault.ts";
import type { ObjectId } from "#base/ids.ts";
import { textOf } from "#git/path-bytes.ts";
import { hashFile } from "./hash-file.ts";
import { hashObject, type ObjectFormat } from "./object-hash.ts";

/** A folder's content, named as git would name it. Nothing is written anywhere. */
export type FolderTree =
  | { readonly kind: "absent" }
  | { readonly kind: "unreadable"; readonly path: string; readonly detail: string }
  /** More files or bytes than are looked at. */
  | { readonly kind: "too-large"; readonly files: number; readonly bytes: number }
  | {
      readonly kind: "read";
      readonly tree: ObjectId;
      /** In git's order: that of the bytes of their paths, folder by folder. */
      readonly files: readonly FolderFile[];
      readonly bytes: number;
    };

export type FolderFile = {
  /** Relative, with `/`. */
  readonly path: string;
  readonly mode: "100644" | "100755" | "120000";
  readonly id: ObjectId;
  /** Last change of its content, in milliseconds since 1970. */
  readonly changedAt: number;
};

export type FolderOptions = {
  /** Names that are left out at the top of the folder. */
  readonly ignore: readonly string[];
  /** As if no link were there. */
  readonly links?: "dropped";
  readonly objectFormat?: ObjectFormat;
  readonly limits?: FolderLimits;
};

type FolderLimits = { readonly files: number; readonly bytes: number; readonly depth: number };

/** A plugin has some dozens of files; one with its packages installed has some ten thousand. */
const LIMITS: FolderLimits = { files: 100_000, bytes: 2 * 1024 ** 3, depth: 200 };
/** After so long, others get their turn, and `signal` is looked at. */
const TURN_MS = 20;

/**
 * Returns what a folder holds, and the name of the git tree that holds the same: files with their
 * executable bit, links as links. As in git, folders without files do not count, and nothing that is
 * called `.git` does. Neither attributes nor ignore files are applied: these are the bytes themselves.
 * What git has no word for (a pipe, a socket, a device) makes the folder unreadable. A link in the
 * folder's own place is followed.
 *
 * @throws `signal`'s reason.
 */
export async function folderTree(
  path: string,
  { ignore, links, objectFormat = "sha1", limits = LIMITS }: FolderOptions,
  signal: AbortSignal,
): Promise<FolderTree> {
  signal.throwIfAborted();
  const turnEnds = performance.now() + TURN_MS;
  const walk = { objectFormat, limits, links, signal, files: [], bytes: 0, turnEnds };
  try {
    const root = Buffer.from(realpathSync.native(path));
    if (!lstatSync(root).isDirectory()) throw unreadable("", "it is not a folder");
    const tree = await treeOf(walk, { place: root, path: Buffer.alloc(0), depth: 0, ignore });
    const { files, bytes } = walk;
    return { kind: "read", tree: tree ?? hashObject(objectFormat, "tree", Buffer.alloc(0)), files, bytes };
  } catch (error) {
    if (error instanceof FolderFault) return error.failure;
    signal.throwIfAborted();
    if (["ENOENT", "ENOTDIR"].includes(errorCode(error) ?? "")) return { kind: "absent" };
    return { kind: "unreadable", path: "", detail: errorText(error) };
  }
}

type Walk = {
  readonly objectFormat: ObjectFormat;
  readonly limits: FolderLimits;
  readonly links: FolderOptions["links"];
  readonly signal: AbortSignal;
  readonly files: FolderFile[];
  bytes: number;
  turnEnds: number;
};

type Folder = {
  readonly place: Buffer;
  /** Below the top, with `/`, in bytes. */
  readonly path: Buffer;
  readonly depth: number;
  readonly ignore: readonly string[];
};

type Entry = { readonly mode: string; readonly name: Buffer; readonly id: ObjectId };

class FolderFault extends Fault<Exclude<FolderTree, { readonly kind: "read" | "absent" }>> {
  override readonly name = "FolderFault";
}

const SLASH = Buffer.from("/");

/** Returns the name of the folder's tree; `undefined` where it holds no file. */
async function treeOf(walk: Walk, folder: Folder): Promise<ObjectId | undefined> {
  if (folder.depth > walk.limits.depth) throw unreadable(folder.path, "it lies too deep");
  const entries: Entry[] = [];
  for (const { name, stats } of listOf(folder)) {
    await takeTurn(walk);
    if (walk.links === "dropped" && stats.isSymbolicLink()) continue;
    const place = Buffer.concat([folder.place, SLASH, name]);
    const path = folder.path.length === 0 ? name : Buffer.concat([folder.path, SLASH, name]);
    if (!stats.isDirectory()) {
      entries.push({ name, ...(await fileAt(walk, { place, path, stats })) });
      continue;
    }
    const id = await treeOf(walk, { place, path, depth: folder.depth + 1, ignore: [] });
    if (id !== undefined) entries.push({ mode: "40000", name, id });
  }
  if (entries.length === 0) return undefined;
  const content = entries.flatMap(({ mode, name, id }) => [
    Buffer.from(`${mode} `),
    name,
    Buffer.from([0]),
    Buffer.from(id, "hex"),
  ]);
  return hashObject(walk.objectFormat, "tree", Buffer.concat(content));
}

/** Git sorts by bytes, and a folder as if its name ended with a slash. */
function listOf({
  place,
  path,
  ignore,
}: Folder): readonly { readonly name: Buffer; readonly stats: Stats }[] {
  const left = new Set([...ignore, ".git"]);
  return attempt(path, () =>
    readdirSync(place, { encoding: "buffer" })
      .filter((name) => !left.has(name.toString("latin1")))
      .map((name) => ({ name, stats: lstatSync(Buffer.concat([place, SLASH, name])) }))
      .map((entry) => ({
        ...entry,
        order: entry.stats.isDirectory() ? Buffer.concat([entry.name, SLASH]) : entry.name,
      }))
      .sort((a, b) => Buffer.compare(a.order, b.order)),
  );
}

type Found = { readonly place: Buffer; readonly path: Buffer; readonly stats: Stats };

async function fileAt(walk: Walk, { place, path, stats }: Found): Promise<Omit<FolderFile, "path">> {
  walk.bytes += stats.size;
  if (walk.files.length >= walk.limits.files || walk.bytes > walk.limits.bytes) {
    throw new FolderFault({ kind: "too-large", files: walk.files.length + 1, bytes: walk.bytes });
  }
  const file = { ...(await contentOf(walk, { place, path, stats })), changedAt: stats.mtimeMs };
  walk.files.push({ path: textOf(path), ...file });
  return file;
}

async function contentOf(walk: Walk, { place, path, stats }: Found) {
  if (stats.isSymbolicLink()) {
    const target = attempt(path, () => readlinkSync(place, { encoding: "buffer" }));
    return { mode: "120000", id: hashObject(walk.objectFormat, "blob", target) } as const;
  }
  if (!stats.isFile()) throw unreadable(path, "it is neither a file nor a folder nor a link");
  const hashed = await hashFile(place, walk.objectFormat, walk.signal);
  if ("detail" in hashed) throw unreadable(path, hashed.detail);
  return { mode: (stats.mode & 0o100) === 0 ? "100644" : "100755", id: hashed.id } as const;
}

async function takeTurn(walk: Walk): Promise<void> {
  if (performance.now() < walk.turnEnds) return;
  await setImmediate();
  walk.signal.throwIfAborted();
  walk.turnEnds = performance.now() + TURN_MS;
}

/** What goes while it is looked at is as little readable as what may not be looked at. */
function attempt<T>(path: Buffer, look: () => T): T {
  try {
    return look();
  } catch (error) {
    throw unreadable(path, errorText(error));
  }
}

function unreadable(path: Buffer | string, detail: string): FolderFault {
  return new FolderFault({ kind: "unreadable", path: textOf(Buffer.from(path)), detail });
}
