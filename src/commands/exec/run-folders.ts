import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Call } from "#commands/command.ts";
import { sharedTemporary } from "#commands/run/guard-mounts.ts";
import type { PreparedExec } from "./prepare-exec.ts";

/**
 * Returns where commands of a run may write, and a sandbox mounts: that of a verification has the folders for
 * what is temporary too.
 */
export function writableFolders({ workspace, task }: PreparedExec, { environment }: Call): readonly string[] {
  const isWide = task.contract.verify.some((verification) => verification.sandbox === "workspace-write");
  return isWide ? [workspace, ...sharedTemporary(environment)] : [workspace];
}

/**
 * Makes the folder of a run for what is temporary, and returns it. With full access there is no sandbox that
 * would keep it to a folder of its own, and it gets none.
 */
export function temporaryFolder({ task, run }: PreparedExec): string | undefined {
  if (task.sandbox.mode !== "workspace-write") return undefined;
  const folder = join(run.folder, "tmp");
  mkdirSync(folder, { mode: 0o700 });
  return folder;
}
