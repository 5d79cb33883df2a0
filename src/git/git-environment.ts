import { delimiter, isAbsolute } from "node:path";

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
  const places = Object.fromEntries(kept.filter(([name]) => name.toUpperCase() === "PATH").map(absoluteOnly));
  return { ...Object.fromEntries(kept), ...places, ...OWN_VARIABLES, ...own };
}

/** A relative entry of PATH counts from the work tree: the repository must not choose the program. */
function absoluteOnly([name, value = ""]: readonly [string, string | undefined]): [string, string] {
  return [
    name,
    value
      .split(delimiter)
      .filter((folder) => isAbsolute(folder))
      .join(delimiter),
  ];
}
