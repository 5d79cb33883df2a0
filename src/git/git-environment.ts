const OWN_VARIABLES = {
  LC_ALL: "C",
  GIT_OPTIONAL_LOCKS: "0",
  GIT_TERMINAL_PROMPT: "0",
  // What a partial clone lacks stays lacking: a review must not go to the network (git(1)).
  GIT_NO_LAZY_FETCH: "1",
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
  return { ...Object.fromEntries(kept), ...OWN_VARIABLES, ...own };
}
