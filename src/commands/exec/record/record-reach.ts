import { realpathSync } from "node:fs";
import { relative } from "node:path";
import type { SandboxMode } from "#runs/records/run-record.ts";

type Reach = {
  readonly sandbox: SandboxMode;
  /** A real path. */
  readonly workspace: string;
  /** Where records are kept, and where Codex keeps its own. */
  readonly folders: readonly string[];
};

/**
 * Returns a warning where the commands of a run can write in the folders in which it is put on record: then
 * the record is no evidence against them. In Codex's sandbox they write in the workspace, and in a temporary
 * folder of the run's own.
 */
export function recordReach({ sandbox, workspace, folders }: Reach): readonly string[] {
  if (sandbox !== "workspace-write") return [];
  const within = folders.filter((folder) => isWithin(realPath(folder), realPath(workspace)));
  if (within.length === 0) return [];
  return [`commands of this run could write in ${within.join(" and ")}, where it is on record`];
}

function isWithin(path: string, top: string): boolean {
  const way = relative(top, path);
  return way === "" || !/^(?:\.\.(?:[\\/]|$)|[A-Za-z]:|[\\/])/.test(way);
}

/** What is not there yet is taken as it is named. */
function realPath(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}
