import { join } from "node:path";

/** What `setup` keeps in the launch folder. All paths are absolute. */
export type LauncherFiles = {
  /** The POSIX launcher, which takes an event's name: session-start, stop or session-end. */
  readonly script: string;
  /** The POSIX launcher of the command line. */
  readonly command: string;
  /** The hooks' launcher for Node, where there is no POSIX shell. */
  readonly module: string;
  /** Names the Node that the launcher tries first. */
  readonly node: string;
  /** Names the copy of the hooks that the launcher runs. */
  readonly current: string;
  /** Lists the settings files that we ever wrote to. */
  readonly registered: string;
};

/** Returns where the parts of the launcher lie. */
export function launcherFiles(launchDirectory: string): LauncherFiles {
  return {
    script: join(launchDirectory, "countersign-hook"),
    command: join(launchDirectory, "countersign"),
    module: join(launchDirectory, "countersign-hook.cjs"),
    node: join(launchDirectory, "node"),
    current: join(launchDirectory, "current"),
    registered: join(launchDirectory, "registered.json"),
  };
}
