import { findProgram, programNames } from "#base/find-program.ts";
import { folderHere, pathOutside, pathOutsideHere } from "#base/path-outside.ts";

const OWN_VARIABLES = {
  LC_ALL: "C",
  GIT_OPTIONAL_LOCKS: "0",
  GIT_TERMINAL_PROMPT: "0",
  // What a partial clone lacks stays lacking: a review must not go to the network (git(1)).
  GIT_NO_LAZY_FETCH: "1",
  // As much for a git that does not know the line above (before 2.45): no protocol goes by this name.
  GIT_ALLOW_PROTOCOL: "none",
  // A replacement (git-replace(1)) would show other content than the object named.
  GIT_NO_REPLACE_OBJECTS: "1",
} as const;

/**
 * Returns the environment for a git command: that of the user without any `GIT_*` (a hook or an
 * alias that runs us may have set an index, a work tree or configuration), then what is given.
 */
export function gitEnvironment(
  outer: NodeJS.ProcessEnv,
  own: Readonly<Record<string, string>>,
): Record<string, string | undefined> {
  const kept = Object.entries(outer).filter(([name]) => !name.toUpperCase().startsWith("GIT_"));
  const places = Object.fromEntries(kept.filter(([name]) => name.toUpperCase() === "PATH").map(trusted));
  return { ...Object.fromEntries(kept), ...places, ...OWN_VARIABLES, ...own };
}

/** What the last call made of PATH, and of which: a hook asks git half a dozen times, and nothing of it changes in between. */
let known: { readonly from: string; readonly path: string } | undefined;

/**
 * The repository must not choose the program: a relative entry of PATH counts from the work tree, and one
 * in the repository that we were called in is an agent's to write. It counts only where no other git is.
 */
function trusted([name, value = ""]: readonly [string, string | undefined]): [string, string] {
  const from = JSON.stringify([folderHere(), value]);
  if (known?.from !== from) known = { from, path: trustedPath(value) };
  return [name, known.path];
}

function trustedPath(value: string): string {
  const outside = pathOutsideHere(value);
  const hasGit = findProgram(programNames("git"), { PATH: outside }) !== undefined;
  return hasGit ? outside : pathOutside(value, undefined);
}
