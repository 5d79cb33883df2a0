import * as z from "zod/mini";
import type { ObjectId } from "#base/ids.ts";
import { JsonFault, parseJson } from "#base/json.ts";
import { textAt } from "#git/clone/folder-at.ts";
import type { OpenClone } from "#git/clone/open-clone.ts";

/** A manifest has some hundred bytes. */
const MOST_MANIFEST_BYTES = 1024 * 1024;

const Manifest = z.looseObject({ version: z.catch(z.nullable(z.string()), null) });

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
