import picomatch from "picomatch";

/**
 * Returns whether a `/`-separated path matches a glob as a whole (`*`, `**`, `?`, `[…]`, `{a,b}`).
 * Hidden files are files like any other: what a person excludes with `**` must not be sent
 * because its name begins with a dot.
 */
export function matchesGlob(path: string, glob: string): boolean {
  return picomatch.isMatch(path, glob, { dot: true });
}
