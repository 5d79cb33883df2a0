import picomatch from "picomatch";

/**
 * Returns whether a `/`-separated path matches a glob as a whole (`*`, `**`, `?`, `[…]`, `{a,b}`).
 * Hidden files are files like any other: what a person excludes with `**` must not be sent
 * because its name begins with a dot.
 */
export function matchesGlob(path: string, glob: string): boolean {
  return globMatcher(glob)(path);
}

/** Returns the same for many paths: the glob is taken apart once. */
export function globMatcher(glob: string): (path: string) => boolean {
  const matches = picomatch(glob, { dot: true });
  return (path) => matches(path);
}
