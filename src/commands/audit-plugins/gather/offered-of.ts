import { join, sep } from "node:path";
import * as z from "zod/mini";
import type { Offered } from "#audit/plugins/plugin-facts.ts";
import { ObjectId } from "#base/ids.ts";
import type { Marketplace, MarketplaceEntry } from "#claude/plugins/marketplace.ts";
import type { PluginFolder } from "#claude/plugins/plugin-folder.ts";
import { realPath } from "#claude/real-path.ts";
import type { CloneState } from "#git/clone/clone-state.ts";
import { folderAt } from "#git/clone/folder-at.ts";
import { type FolderFile, folderTree } from "#git/clone/folder-tree.ts";
import type { OpenClone } from "#git/clone/open-clone.ts";
import type { HostWays } from "./host-ways.ts";

/** A marketplace while it is looked at. `open` is null where no clone of it can be read. */
export type LookedAt = {
  readonly marketplace: Marketplace;
  readonly state: CloneState;
  readonly open: OpenClone | null;
  readonly ways: HostWays;
};

/**
 * Returns what a marketplace would give now of a plugin that lies in it: what its HEAD has, or, where the
 * files are not as committed or nothing is, what lies there. Null where it does not lie there.
 *
 * @throws GitFault, or `signal`'s reason.
 */
export async function offeredHere(
  { marketplace, state, open, ways }: LookedAt,
  entry: MarketplaceEntry,
  signal: AbortSignal,
): Promise<Offered | null> {
  if (entry.source.kind !== "relative" || marketplace.stands === "file") return null;
  const { path } = entry.source;
  const folder = ways.readFolder(join(marketplace.installLocation, path));
  const version = versionOf(folder) ?? entry.version;
  const committed = await committedTree(open, path);
  if (committed !== null && state.kind === "clone" && !isEdited(state.edited, path)) {
    return { version, commit: state.head, tree: committed, folder };
  }
  const links = ways.copies.links === "dropped" ? { links: ways.copies.links } : {};
  const bytes = await folderTree(folder.path, { ...links, ignore: [] }, signal);
  const tree =
    bytes.kind === "read" && !bytes.files.some((file) => leavesFolder(folder.path, file)) ? bytes.tree : null;
  const commit = state.kind === "none" ? copiedCommit(marketplace) : null;
  return { version, commit, tree, folder };
}

/** A copy has something else in the place of such a link, so the two cannot be compared. */
function leavesFolder(folder: string, { path, mode }: FolderFile): boolean {
  return mode === "120000" && !realPath(join(folder, path)).startsWith(realPath(folder) + sep);
}

function versionOf({ manifest }: PluginFolder): string | null {
  return manifest.kind === "read" ? manifest.value.version : null;
}

async function committedTree(open: OpenClone | null, path: string): Promise<ObjectId | null> {
  if (open === null || open.head === null) return null;
  const found = await folderAt(open, { commit: open.head, path });
  return found.kind === "folder" ? found.tree : null;
}

/** Paths of folders end with a slash. */
function isEdited(edited: readonly string[], path: string): boolean {
  return edited.some(
    (one) =>
      path === "" ||
      one === path ||
      one.startsWith(`${path}/`) ||
      (one.endsWith("/") && `${path}/`.startsWith(one)),
  );
}

function copiedCommit({ copiedCommit: text }: Marketplace): ObjectId | null {
  const commit = z.safeParse(ObjectId, text);
  return commit.success ? commit.data : null;
}
