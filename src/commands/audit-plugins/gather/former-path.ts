import * as z from "zod/mini";
import type { ObjectId } from "#base/ids.ts";
import { JsonFault, parseJson } from "#base/json.ts";
import { pluginSource } from "#claude/plugins/plugin-source.ts";
import { textAt } from "#git/clone/folder-at.ts";
import type { OpenClone } from "#git/clone/open-clone.ts";

const MOST_MANIFEST_BYTES = 16 * 1024 * 1024;
const Manifest = z.looseObject({
  plugins: z.array(z.looseObject({ name: z.catch(z.string(), ""), source: z.optional(z.unknown()) })),
  metadata: z.catch(z.optional(z.looseObject({ pluginRoot: z.optional(z.string()) })), undefined),
});

/**
 * Returns where a marketplace had a plugin, in one of these commits, that it no longer offers; null where
 * none of them says so.
 *
 * @throws GitFault `git-timed-out`.
 */
export async function formerPath(
  clone: OpenClone,
  name: string,
  commits: readonly ObjectId[],
): Promise<string | null> {
  for (const commit of commits) {
    const path = ".claude-plugin/marketplace.json";
    const found = await textAt(clone, { commit, path, limit: MOST_MANIFEST_BYTES });
    const source = found.kind === "text" ? sourceIn(found.text, name) : undefined;
    if (source?.kind === "relative") return source.path;
  }
  return null;
}

function sourceIn(text: string, name: string) {
  try {
    const { plugins, metadata } = parseJson(text, Manifest);
    const entry = plugins.find((one) => one.name === name);
    return entry === undefined ? undefined : pluginSource(entry.source, metadata?.pluginRoot);
  } catch (error) {
    if (error instanceof JsonFault) return undefined;
    throw error;
  }
}
