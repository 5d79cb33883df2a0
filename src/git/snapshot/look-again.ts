import type { GitPlace } from "#git/git-place.ts";
import { type BytePath, placeOf, splitNul } from "#git/path-bytes.ts";
import { askGit, gitFailed, runGit } from "#git/run-git.ts";
import { fileStatus } from "./file-status.ts";
import { filtersOff } from "./filters-off.ts";
import type { WorkTreeState } from "./work-tree-state.ts";

const OTHERS = { arguments: ["ls-files", "-z", "--others", "--exclude-standard"] };
const IGNORED = {
  arguments: ["ls-files", "-z", "--others", "--ignored", "--exclude-standard", "--directory"],
};
const DIFFERENT = { arguments: ["diff-files", "--raw", "-z", "--no-renames", "--ignore-submodules=dirty"] };
/** Also those of which the file system says nothing, which the comparison passes over with a complaint. */
const ABSENT = { arguments: ["ls-files", "-z", "--deleted"] };

/**
 * Returns how the work tree differs from the private index, asked in single questions that need
 * neither HEAD nor the filters: in doubt git compares contents, and it would die of a filter that
 * fails. What may differ is listed, too, where it does not in the end.
 *
 * @throws GitFault
 */
export async function lookAgain(place: GitPlace, signal: AbortSignal): Promise<WorkTreeState> {
  const others = await askGit(place, OTHERS, signal);
  if (others.exitCode !== 0) throw gitFailed(OTHERS, others);
  const ignored = splitNul(await runGit(place, IGNORED, signal));
  const plain = await filtersOff(place, signal);
  const different = parseRaw(await runGit(plain, DIFFERENT, signal));
  const absent = splitNul(await runGit(plain, ABSENT, signal));
  const isGone = (path: BytePath) =>
    different.get(path) === true || fileStatus(placeOf(place.directory, path)).kind === "absent";
  const tracked = [...new Set([...different.keys(), ...absent])];
  const untracked = splitNul(others.output);
  return {
    changed: tracked.filter((path) => !isGone(path)),
    gone: tracked.filter(isGone),
    untracked: untracked.filter((path) => !path.endsWith("/")),
    nested: untracked.filter((path) => path.endsWith("/")).map((path) => path.slice(0, -1)),
    ignored,
    closed: closedFolders(others.errors),
  };
}

/**
 * Returns for each path whether it is gone: no file, or a repository where the index has a file or link. An entry is `:MODE MODE OBJECT OBJECT STATUS`, NUL, the
 * path, NUL (git-diff-files(1), "Raw output format"); a conflict may come with two.
 */
function parseRaw(output: Buffer): ReadonlyMap<BytePath, boolean> {
  const parts = splitNul(output);
  const found = new Map<BytePath, boolean>();
  for (let at = 0; at + 1 < parts.length; at += 2) {
    const [old = "", present = ""] = (parts[at] ?? "").split(" ");
    const gone = present === "000000" || (present === "160000" && /^:1[02]0/.test(old));
    const path = parts[at + 1] ?? "";
    found.set(path, gone && found.get(path) !== false);
  }
  return found;
}

function closedFolders(errors: Buffer): readonly BytePath[] {
  const warnings = errors.toString("latin1").matchAll(/^warning: could not open directory '(.*)\/': /gm);
  return [...warnings].map(([, path = ""]) => path);
}
