import { lstatSync } from "node:fs";
import { join } from "node:path";
import { listIfPresent } from "#base/files.ts";

/**
 * Returns the files that Codex keeps of a thread's generated images, in the order in which they were
 * made: `$CODEX_HOME/generated_images/<thread>/*.png` (0.140, 0.169), also of ephemeral threads and in
 * every sandbox. Links are not followed, for Codex makes none there.
 */
export function generatedImages(codexHome: string, threadId: string): readonly string[] {
  // It becomes a folder's name, and it came from outside.
  if (!/^[A-Za-z0-9_-]{1,128}$/.test(threadId)) return [];
  const folder = join(codexHome, "generated_images", threadId);
  if (lstatSync(folder, { throwIfNoEntry: false })?.isDirectory() !== true) return [];
  return listIfPresent(folder)
    .map((name) => ({ path: join(folder, name), found: lstatSync(join(folder, name)) }))
    .filter(({ found }) => found.isFile())
    .sort((one, other) => one.found.mtimeMs - other.found.mtimeMs)
    .map(({ path }) => path);
}
