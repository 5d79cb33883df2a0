import type { Examined } from "#commands/doctor/check.ts";
import { effectiveConfigOf } from "#commands/effective-config.ts";
import { workTreeRoot } from "#git/work-tree-root.ts";
import type { HookSurroundings } from "./fire-hook.ts";
import type { TrialWorld } from "./trial-world.ts";

const PROXIES = ["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"];

/**
 * Returns what a hook of a session in the trial's repository gets: what it would get here (with the
 * `env` of the settings), the variables of the host, and those that lead it into the trial's world.
 * Proxies are left out: they would be asked for the model, which is on loopback.
 */
export function hostSurroundings(examined: Examined, world: TrialWorld, session: string): HookSurroundings {
  const { environment, cwd, platform } = examined;
  const inherited = Object.fromEntries(
    Object.entries(environment).filter(([name]) => !PROXIES.includes(name.toUpperCase())),
  );
  return {
    cwd: world.repository,
    platform,
    environment: {
      ...inherited,
      CLAUDECODE: "1",
      CLAUDE_CODE_CHILD_SESSION: "1",
      CLAUDE_CODE_ENTRYPOINT: "cli",
      CLAUDE_CODE_SESSION_ATTENDED: "1",
      CLAUDE_CODE_SESSION_ID: session,
      CLAUDE_PID: String(process.pid),
      CLAUDE_PROJECT_DIR: cwd,
      PWD: world.repository,
      ...world.environment,
      ...modeHere(examined, world),
    },
  };
}

/** Where `repositories` decides by the path, the trial's repository has the mode of this one. */
function modeHere(examined: Examined, { repository }: TrialWorld): Readonly<Record<string, string>> {
  const mode = (root: string | undefined) => effectiveConfigOf(examined, examined.locations, root).mode;
  const here = mode(workTreeRoot(examined.cwd));
  return here === mode(repository) ? {} : { COUNTERSIGN_GATE: here };
}
