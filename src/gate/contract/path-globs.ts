import { globMatcher } from "#gate/scope/matches-glob.ts";

/** Returns whether a path matches one of the globs, or lies below a folder that does: `src` means all of it. */
export function pathGlobs(globs: readonly string[]): (path: string) => boolean {
  const matchers = globs.flatMap((glob) => [globMatcher(glob), globMatcher(`${glob}/**`)]);
  return (path) => matchers.some((matches) => matches(path));
}
