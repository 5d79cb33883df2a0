import type { FileChange } from "#git/change/change.ts";
import type { NotCoveredReason } from "./coverage.ts";
import { globMatcher } from "./matches-glob.ts";
import { patchLines } from "./patch-lines.ts";
import { pathClass } from "./path-class.ts";

/**
 * Returns why nothing of a file may be shown or can be, or `undefined` where there is no such reason.
 * A renamed file is judged by both names: its diff shows the content of either.
 */
export function barred(change: FileChange, exclude: readonly string[]): NotCoveredReason | undefined {
  const names = namesOf(change);
  if (names.some((name) => pathClass(name) === "secret-looking")) return "secret-looking";
  if (exclude.length > 0 && names.some(excluding(exclude))) return "excluded";
  if (change.binary || change.patch === "") return "binary";
  return isPointer(change.patch) ? "kept-elsewhere" : undefined;
}

/** A pointer of Git LFS is smaller (git-lfs, docs/spec.md), and a patch of one holds both sides and a header. */
const LONGEST_POINTER_PATCH = 4_096;
const POINTER_LINE = /^(?:version https?:\/\/\S+|oid \w+:[0-9a-f]+|size \d+|ext-\d-\w+ \S+)$/;

/** What git holds then says which content the file has, and not what it is: to show it is to show nothing. */
function isPointer(patch: string): boolean {
  if (patch.length > LONGEST_POINTER_PATCH || !patch.includes("oid ")) return false;
  const now = patchLines(patch).filter(({ kind }) => kind !== "removed");
  return now[0]?.text.startsWith("version ") === true && now.every(({ text }) => POINTER_LINE.test(text));
}

/** Returns the names that a file has and had. */
export function namesOf({ path, oldPath }: Pick<FileChange, "path" | "oldPath">): readonly string[] {
  return oldPath === undefined ? [path] : [path, oldPath];
}

/**
 * Returns what tells whether a path is excluded by one of the globs. As in `.gitignore`, a glob
 * without a slash names a file or folder anywhere, a folder all within it.
 */
export function excluding(exclude: readonly string[]): (path: string) => boolean {
  const matchers = exclude.map(excludingOne);
  return (path) => matchers.some((matches) => matches(path));
}

function excludingOne(glob: string): (path: string) => boolean {
  const trimmed = glob.replace(/\/+$/, "");
  if (!trimmed.includes("/")) {
    const named = globMatcher(trimmed);
    return (path) => path.split("/").some(named);
  }
  const anchored = trimmed.replace(/^\//, "");
  const [itself, within] = [globMatcher(anchored), globMatcher(`${anchored}/**`)];
  return (path) => itself(path) || within(path);
}
