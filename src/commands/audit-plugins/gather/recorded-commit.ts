import * as z from "zod/mini";
import type { RecordedCommit } from "#audit/plugins/plugin-facts.ts";
import { ObjectId } from "#base/ids.ts";
import { JsonFault, parseJson } from "#base/json.ts";
import { folderAt, textAt } from "#git/clone/folder-at.ts";
import type { OpenClone } from "#git/clone/open-clone.ts";

/** A manifest has some hundred bytes. */
const MOST_MANIFEST_BYTES = 1024 * 1024;

const Manifest = z.looseObject({ version: z.catch(z.nullable(z.string()), null) });

/** Returns the commit that a record names; null where it names none, or what cannot be one. */
export function claimedCommit(text: string | null): ObjectId | null {
  const commit = z.safeParse(ObjectId, text);
  return commit.success ? commit.data : null;
}

/**
 * Returns what the commit that a record names has in the plugin's folder.
 *
 * @throws GitFault `git-timed-out`.
 */
export async function recordedCommit(
  clone: OpenClone,
  path: string,
  claimed: string | null,
): Promise<RecordedCommit> {
  if (claimed === null) return { kind: "none" };
  const commit = claimedCommit(claimed);
  if (commit === null) return { kind: "not-here" };
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

/**
 * Returns the version that a plugin's manifest named in a commit; null where it named none, or there was none.
 *
 * @throws GitFault `git-timed-out`.
 */
export async function versionAt(clone: OpenClone, path: string, commit: ObjectId): Promise<string | null> {
  const file = `${path === "" ? "" : `${path}/`}.claude-plugin/plugin.json`;
  const found = await textAt(clone, { commit, path: file, limit: MOST_MANIFEST_BYTES });
  if (found.kind !== "text") return null;
  try {
    return parseJson(found.text, Manifest).version;
  } catch (error) {
    if (error instanceof JsonFault) return null;
    throw error;
  }
}
