import { ancestorsOf, variablesAtStart } from "#base/process-tree.ts";
import { readHostEnvironment } from "#claude/host-environment.ts";

/**
 * Returns whether the agent whose hook this is was started with this guard in its environment. Claude
 * Code gives its hooks the `env` of its settings too, and takes a change of them up within seconds
 * (2.1.330): a variable that its own process was not started with was put there, and must not switch
 * the gate off. Where the system does not tell, and where it is not Claude Code that runs the hook, the
 * variable is believed.
 */
export function isStartedNested(
  guard: string,
  environment: NodeJS.ProcessEnv,
  platform: NodeJS.Platform,
): boolean {
  const { pid } = readHostEnvironment(environment);
  if (pid === undefined || platform !== "linux") return true;
  return ancestorsOf(process.pid, platform).includes(pid) && variablesAtStart(pid)?.has(guard) === true;
}
