import * as z from "zod/mini";
import type { RecordedCommit } from "#audit/plugins/plugin-facts.ts";
import { ObjectId } from "#base/ids.ts";
import { folderAt } from "#git/clone/folder-at.ts";
import type { OpenClone } from "#git/clone/open-clone.ts";
import type { TreeMatch } from "#git/clone/tree-match.ts";
import { placeIn } from "./place-in-commit.ts";
import type { Origin } from "./plugin-origin.ts";
import { versionAt } from "./version-at.ts";

/** Returns the commit that a record names; null where it names none, or what cannot be one. */
export function claimedCommit(text: string | null): ObjectId | null {
  const commit = z.safeParse(ObjectId, text);
  return commit.success ? commit.data : null;
}

/** What a record's commit has of a plugin, and in which folder. */
export type RecordedPlace = { readonly recorded: RecordedCommit; readonly path: string };

/**
 * Returns what the commit that a record names has of a plugin: in the folder in which it had it, for a
 * plugin may have moved since, else where `match` found the very files.
 *
 * @throws GitFault `git-timed-out`.
 */
export async function recordedCommit(
  origin: Extract<Origin, { readonly kind: "folder" }>,
  claimed: string | null,
  match: TreeMatch,
): Promise<RecordedPlace> {
  const commit = claimedCommit(claimed);
  if (commit === null)
    return { recorded: { kind: claimed === null ? "none" : "not-here" }, path: origin.path };
  const path = await placeIn(origin, commit);
  const recorded = await recordedAt(origin.clone, path, commit);
  if (recorded.kind !== "no-folder" || match.kind !== "found") return { recorded, path };
  const found = await recordedAt(origin.clone, match.path, commit);
  return found.kind === "here" ? { recorded: found, path: match.path } : { recorded, path };
}

async function recordedAt(clone: OpenClone, path: string, commit: ObjectId): Promise<RecordedCommit> {
  const folder = await folderAt(clone, { commit, path });
  switch (folder.kind) {
    case "folder": {
      const version = await versionAt(clone, path, commit);
      return { kind: "here", tree: folder.tree, version };
    }
    case "no-folder":
      return folder;
    case "not-here":
    case "broken":
      return { kind: "not-here" };
  }
}
