import { readPaths } from "#git/change/read-paths.ts";
import type { ReviewTask } from "./review-task.ts";

/** Where agents of either kind look for a repository's conventions. */
const FILES = ["AGENTS.md", "CLAUDE.md"] as const;

/**
 * Returns the repository's own conventions as they stood at the baseline, for the change itself
 * must not rewrite the rules that it is judged by; `undefined` where the configuration leaves
 * them out or there are none.
 *
 * @throws GitFault, or `signal`'s reason.
 */
export async function projectInstructions(
  { config, tree, baseline }: ReviewTask,
  signal: AbortSignal,
): Promise<string | undefined> {
  if (config.instructions === "none") return undefined;
  const texts = await readPaths(tree.store, baseline.tree, FILES, signal);
  const found = FILES.flatMap((file) => {
    const text = texts.get(file);
    return text === undefined ? [] : [`# ${file}\n\n${text}`];
  });
  return found.length === 0 ? undefined : found.join("\n\n");
}
