import type { ChildEnvironment, Environment } from "#base/environment.ts";
import { pathOutside } from "#base/path-outside.ts";
import { NESTED } from "#codex/environment.ts";

/** Also by what Codex keeps from the commands that it runs (`*KEY*`, `*SECRET*`, `*TOKEN*`). */
const LIKE_SECRETS = /KEY|SECRET|TOKEN|PASSW|CREDENTIAL|^(?:COUNTERSIGN|CODEX|OPENAI|ANTHROPIC|CLAUDE)/i;

type Surroundings = {
  readonly environment: Environment;
  /** Where the agent wrote. */
  readonly workspace: string;
};

/**
 * Returns the environment of a command that we run on files which an agent wrote: the user's, without
 * what is named like a secret and without what steers us, Codex or Claude Code, unless the contract
 * names it. PATH is without what lies in the workspace: a program may look for another one. `mark` is what the command's processes are known by; it also keeps our hooks quiet in them.
 */
export function verificationEnvironment(
  { environment, workspace }: Surroundings,
  named: readonly string[],
  mark: string,
): ChildEnvironment {
  const passed = Object.entries(environment).flatMap(([name, value]) =>
    value !== undefined && (named.includes(name) || !LIKE_SECRETS.test(name)) ? [[name, value] as const] : [],
  );
  const paths = passed.filter(([name]) => name.toUpperCase() === "PATH");
  const outside = paths.map(([name, value]) => [name, pathOutside(value, workspace)] as const);
  return { ...Object.fromEntries(passed), ...Object.fromEntries(outside), [NESTED]: mark };
}
