import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { makeScratchFolder } from "#base/scratch-folder.ts";
import { anyFolder } from "#git/git-place.ts";
import { askGit } from "#git/run-git.ts";
import type { SettingsChange } from "./settings-change.ts";

/** What becomes of a file; `after` is undefined where it goes. */
type FileChange = Pick<SettingsChange, "path" | "before"> & { readonly after: string | undefined };

/**
 * Returns a change as a unified diff, and the empty text for none. git draws it, from two
 * temporary files.
 *
 * @throws GitFault
 */
export async function settingsDiff(change: FileChange, signal: AbortSignal): Promise<string> {
  if (change.before === change.after) return "";
  const folder = makeScratchFolder("diff");
  try {
    writeFileSync(join(folder, "before"), change.before ?? "");
    writeFileSync(join(folder, "after"), change.after ?? "");
    const answer = await askGit(
      anyFolder(folder),
      { arguments: ["diff", "--no-index", "--no-color", "--no-ext-diff", "--", "before", "after"] },
      signal,
    );
    const text = answer.output.toString("utf8");
    const from = change.before === undefined ? "/dev/null" : change.path;
    const to = change.after === undefined ? "/dev/null" : change.path;
    return `--- ${from}\n+++ ${to}\n${text.slice(text.indexOf("@@"))}`;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
