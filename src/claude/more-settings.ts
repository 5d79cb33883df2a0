import { lstatSync, readdirSync, realpathSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { errorCode } from "#base/fault.ts";
import { canonicalRoot } from "./canonical-root.ts";

/**
 * Returns the local settings file that the whole repository shares, which Claude Code 2.1.330 reads after
 * the one of the folder that it is started in; `undefined` where both are the same, and where the host
 * keeps to that folder: outside of a repository, in one at the home folder or of another user, on Windows.
 */
export function sharedLocalSettings(local: string): string | undefined {
  const folder = dirname(dirname(local));
  try {
    const root = canonicalRoot(folder);
    if (root === undefined || root === realpathSync(folder) || root === realpathSync(homedir()))
      return undefined;
    const user = process.geteuid?.();
    const owners = [root, join(root, ".git"), join(root, ".claude")].map(ownerOf);
    return user !== undefined && owners.every((owner) => owner === undefined || owner === user)
      ? join(root, ".claude", "settings.local.json")
      : undefined;
  } catch (error) {
    if (errorCode(error) === undefined) throw error;
    return undefined;
  }
}

function ownerOf(path: string): number | undefined {
  return lstatSync(path, { throwIfNoEntry: false })?.uid;
}

/**
 * Returns the files that an administrator drops in beside the managed one, in the order in which they are
 * merged after it (2.1.330). Where they cannot be listed, their folder stands for them.
 */
export function droppedInSettings(managed: string): readonly string[] {
  const folder = join(dirname(managed), "managed-settings.d");
  try {
    return readdirSync(folder, { withFileTypes: true })
      .filter((entry) => entry.isFile() || entry.isSymbolicLink())
      .map(({ name }) => name)
      .filter((name) => name.endsWith(".json") && !name.startsWith("."))
      .sort()
      .map((name) => join(folder, name));
  } catch (error) {
    const code = errorCode(error);
    if (code === undefined) throw error;
    return code === "ENOENT" || code === "ENOTDIR" ? [] : [folder];
  }
}
