import { posix } from "node:path";
import type { ObjectId } from "#base/ids.ts";
import type { BytePath } from "#git/path-bytes.ts";
import { entriesOf, entryAt, type NotLookedAt, pathParts } from "./folder-at.ts";
import type { OpenClone } from "./open-clone.ts";
import { FOLDER_MODE, SUBMODULE_MODE, type TreeEntry } from "./tree-entries.ts";

/** A folder of a commit that somebody copied, and the names that a copy leaves out at its top. */
export type CommitFolder = {
  readonly commit: ObjectId;
  /** Relative, with `/`; `""` is the top of the commit. */
  readonly path: string;
  readonly ignore: readonly string[];
  /**
   * Of a copy that leaves every link out; `text`: of one whose file system has none, where git makes a file
   * that says where the link leads.
   */
  readonly links?: "dropped" | "text";
  /** Of a copy on a file system that does not keep executable bits. */
  readonly modes?: "lost";
};

/** A file as a commit has it. `place` is where: elsewhere than its own path for what a link led to. */
export type CommitFile = { readonly mode: string; readonly id: ObjectId; readonly place: BytePath };

export type CopiedFolder =
  | {
      readonly kind: "copied";
      /** By their paths below the folder. */
      readonly files: ReadonlyMap<BytePath, CommitFile>;
      /** Folders below it that are empty in a copy, or hold what is another repository's. */
      readonly submodules: readonly BytePath[];
    }
  | { readonly kind: "no-folder" }
  | NotLookedAt;

export const SYMLINK_MODE = "120000";
const MAX_LINK_BYTES = 4096;
/** Links that lead to links are followed so often. */
const MAX_STEPS = 8;

/**
 * Returns the files that a copy of a commit's folder has, where links are kept that stay within the folder,
 * those that lead to something else in the commit are replaced by it, and those that lead out of the
 * commit, to nothing, or to a folder around the copied one are left out. (Claude Code 2.1.330 copies
 * plugins like that, and Codex 0.169 leaves all links out.)
 *
 * @throws GitFault `git-timed-out` once the signal has fired that the clone was opened with.
 */
export async function copiedFolder(
  clone: OpenClone,
  { commit, path, ignore, links }: CommitFolder,
): Promise<CopiedFolder> {
  const parts = pathParts(path);
  const found = parts === undefined ? undefined : await entryAt(clone, commit, parts);
  if (parts === undefined || found === undefined || found.kind === "nothing") return { kind: "no-folder" };
  if (found.kind !== "entry") return found;
  if (found.entry.mode === SUBMODULE_MODE) return { kind: "not-here" };
  if (found.entry.mode !== FOLDER_MODE) return { kind: "no-folder" };
  const top = parts.join("/");
  const copy: Copy = { clone, commit, top, ignore, links, files: new Map(), submodules: [] };
  const failed = await copyFolder(copy, found.entry.id, { from: copy.top, to: "", steps: 0 });
  return failed ?? { kind: "copied", files: copy.files, submodules: copy.submodules };
}

type Copy = {
  readonly clone: OpenClone;
  readonly commit: ObjectId;
  readonly top: BytePath;
  readonly ignore: readonly string[];
  readonly links: CommitFolder["links"];
  readonly files: Map<BytePath, CommitFile>;
  readonly submodules: BytePath[];
};

/** From where in the commit to where in the copy; so many links were followed on the way. */
type Way = { readonly from: BytePath; readonly to: BytePath; readonly steps: number };

async function copyFolder(copy: Copy, tree: ObjectId, way: Way): Promise<NotLookedAt | undefined> {
  const inside = await entriesOf(copy.clone, tree);
  if (inside.kind !== "entries") return inside;
  for (const entry of inside.entries) {
    if (way.to === "" && copy.ignore.includes(entry.name)) continue;
    const from = joined(way.from, entry.name);
    const failed = await copyEntry(copy, entry, { ...way, from, to: joined(way.to, entry.name) });
    if (failed !== undefined) return failed;
  }
  return undefined;
}

async function copyEntry(copy: Copy, entry: TreeEntry, way: Way): Promise<NotLookedAt | undefined> {
  if (entry.mode === FOLDER_MODE) return await copyFolder(copy, entry.id, way);
  if (entry.mode === SYMLINK_MODE) return await copyLink(copy, entry, way);
  if (entry.mode === SUBMODULE_MODE) copy.submodules.push(way.to);
  if (entry.mode.startsWith("100"))
    copy.files.set(way.to, { mode: entry.mode, id: entry.id, place: way.from });
  return undefined;
}

async function copyLink(copy: Copy, entry: TreeEntry, way: Way): Promise<NotLookedAt | undefined> {
  if (copy.links === "dropped") return undefined;
  if (copy.links === "text") {
    copy.files.set(way.to, { mode: "100644", id: entry.id, place: way.from });
    return undefined;
  }
  const link = await copy.clone.objects.read(entry.id, MAX_LINK_BYTES);
  if (link.kind === "missing") return { kind: "not-here" };
  if (link.kind !== "object") return { kind: "broken", detail: `the link ${entry.id} cannot be read` };
  const text = link.content.toString("latin1");
  const target = posix.normalize(posix.join(posix.dirname(way.from), text)).replace(/\/$/, "");
  if (text.startsWith("/") || target === ".." || target.startsWith("../")) return undefined;
  if (isWithin(copy.top, target)) {
    copy.files.set(way.to, { mode: SYMLINK_MODE, id: entry.id, place: way.from });
    return undefined;
  }
  if (isWithin(target === "." ? "" : target, copy.top) || way.steps >= MAX_STEPS) return undefined;
  const found = await entryAt(copy.clone, copy.commit, target.split("/"));
  if (found.kind === "nothing") return undefined;
  if (found.kind !== "entry") return found;
  return await copyEntry(copy, found.entry, { from: target, to: way.to, steps: way.steps + 1 });
}

function isWithin(folder: BytePath, path: BytePath): boolean {
  return folder === "" || path === folder || path.startsWith(`${folder}/`);
}

function joined(folder: BytePath, name: BytePath): BytePath {
  return folder === "" ? name : `${folder}/${name}`;
}
