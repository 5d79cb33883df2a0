import { posix } from "node:path";

/** Stands for a dot that begins a segment, so that `*` matches hidden files too. */
const DOT = "\u{f8ff}";

/**
 * Returns whether a `/`-separated path matches a glob as a whole (`*`, `**`, `?`, `[…]`, `{a,b}`).
 * Hidden files are files like any other: what a person excludes with `**` must not be sent
 * because its name begins with a dot.
 */
export function matchesGlob(path: string, glob: string): boolean {
  return posix.matchesGlob(withoutLeadingDots(path), withoutLeadingDots(glob));
}

function withoutLeadingDots(text: string): string {
  return text.replace(/(^|[/{,])\./g, `$1${DOT}`);
}
