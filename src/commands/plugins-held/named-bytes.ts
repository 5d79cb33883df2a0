import { errorText } from "#base/fault.ts";
import { HOST_MARKS } from "#claude/plugins/host-marks.ts";
import type { PluginFolder } from "#claude/plugins/plugin-folder.ts";
import { folderTree } from "#git/clone/folder-tree.ts";
import type { LoadedCopy } from "#runs/loaded-plugins.ts";

/** A plugin that was installed with its packages is not hashed while a stop waits. */
const LIMITS = { files: 5_000, bytes: 64 * 1024 * 1024, depth: 50 };

/** Returns a copy of a plugin with the git tree that its bytes are, or with why they have no name. */
export async function namedBytes(
  { path, manifest }: Pick<PluginFolder, "path" | "manifest">,
  signal: AbortSignal,
): Promise<LoadedCopy> {
  const version = manifest.kind === "read" ? manifest.value.version : null;
  const unread = (why: string): LoadedCopy => ({ path, version, tree: null, unread: why });
  try {
    const found = await folderTree(path, { ignore: HOST_MARKS, limits: LIMITS }, signal);
    switch (found.kind) {
      case "read":
        return { path, version, tree: found.tree };
      case "absent":
        return unread("nothing is there");
      case "too-large":
        return unread("it has more files or bytes than a stop has time for");
      case "unreadable":
        return unread(found.path === "" ? found.detail : `${found.path}: ${found.detail}`);
    }
  } catch (error) {
    if (!signal.aborted) throw error;
    return unread(`there was no more time for it (${errorText(signal.reason)})`);
  }
}
