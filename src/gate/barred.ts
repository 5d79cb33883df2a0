import type { FileChange } from "#git/change.ts";
import type { NotCoveredReason } from "./coverage.ts";
import { matchesGlob } from "./matches-glob.ts";
import { pathClass } from "./path-class.ts";

/**
 * Returns why nothing of a file may be shown or can be, or `undefined` where there is no such reason.
 * A renamed file is judged by both names: its diff shows the content of either.
 */
export function barred(change: FileChange, exclude: readonly string[]): NotCoveredReason | undefined {
  const names = namesOf(change);
  if (names.some((name) => pathClass(name) === "secret-looking")) return "secret-looking";
  if (names.some((name) => exclude.some((glob) => isExcluded(name, glob)))) return "excluded";
  return change.binary || change.patch === "" ? "binary" : undefined;
}

/** Returns the names that a file has and had. */
export function namesOf({ path, oldPath }: Pick<FileChange, "path" | "oldPath">): readonly string[] {
  return oldPath === undefined ? [path] : [path, oldPath];
}

/** As in `.gitignore`: a glob without a slash names a file or folder anywhere, a folder all within it. */
function isExcluded(path: string, glob: string): boolean {
  const trimmed = glob.replace(/\/+$/, "");
  if (!trimmed.includes("/")) return path.split("/").some((segment) => matchesGlob(segment, trimmed));
  const anchored = trimmed.replace(/^\//, "");
  return matchesGlob(path, anchored) || matchesGlob(path, `${anchored}/**`);
}
