import type { Coverage } from "./coverage.ts";

/**
 * Returns the paths of the change that the reviewer's shell must not read, as globs relative to the
 * top of the work tree: those with secret-looking names, those that are excluded, and those of which
 * values were replaced, under their old names too. A sign that a glob would take for its own is
 * left open instead, for denying a little more does no harm.
 */
export function deniedPaths({ shown, partly, notCovered, redacted }: Coverage): readonly string[] {
  const replaced = new Set(redacted.map(({ path }) => path));
  const denied = [
    ...[...shown, ...partly].filter(({ path }) => replaced.has(path)),
    ...notCovered.filter(({ why }) => why === "secret-looking" || why === "excluded"),
  ];
  const paths = denied.flatMap(({ path, oldPath }) => (oldPath === null ? [path] : [path, oldPath]));
  return [...new Set(paths.map(literalGlob))];
}

/**
 * Returns a glob for one path. A byte that is not UTF-8 stands in a path as `\xNN`. Codex 0.169 finds
 * no file by a name with a control character in it, and takes a folder `~` for the home folder.
 */
export function literalGlob(path: string): string {
  return path.replace(/\\x[89a-f][0-9a-f]/g, "?").replace(/^~|[\p{Cc}*?[\]{}!\\]/gu, "?");
}
