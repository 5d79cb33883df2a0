import type { GitPlace } from "#git/git-place.ts";
import { type BytePath, placeOf } from "#git/path-bytes.ts";
import { askGit } from "#git/run-git.ts";
import { fileStatus } from "./file-status.ts";
import { lookAgain } from "./look-again.ts";
import { parseStatus } from "./status-entries.ts";
import type { WorkTreeState } from "./work-tree-state.ts";

/**
 * One look at each tracked file and one walk through the folders. Ignored files come with the same
 * walk. Submodules are looked at by themselves, and are asked here for their commit only.
 */
const STATUS = {
  arguments: [
    "status",
    "--porcelain=v2",
    "-z",
    "--untracked-files=all",
    "--ignored=matching",
    "--no-renames",
    "--ignore-submodules=dirty",
  ],
};

/**
 * Returns how the work tree differs from the private index, usually in one process. Where git
 * complains (a filter that fails, a closed folder, a HEAD that cannot be read), a second look
 * is taken, which costs more.
 *
 * @throws GitFault where git cannot even list what is there.
 */
export async function lookAtWorkTree(place: GitPlace, signal: AbortSignal): Promise<WorkTreeState> {
  const answer = await askGit(place, STATUS, signal);
  const calm = answer.exitCode === 0 && answer.errors.length === 0;
  const state = calm ? parseStatus(answer.output) : await lookAgain(place, signal);
  const replaced = state.gone.filter((path) => isRepository(place.directory, path));
  return { ...state, nested: [...state.nested, ...replaced] };
}

/** Git lists no repository that stands where the index names a file. */
function isRepository(root: string, path: BytePath): boolean {
  return fileStatus(placeOf(root, `${path}/.git`)).kind === "present";
}
