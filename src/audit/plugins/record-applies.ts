import type { InstallRecord } from "#claude/plugins/install-record.ts";

/**
 * Whether a record counts for a session that is started in `cwd`: one of the user does everywhere, one
 * with a project in that folder and below it. Of several that count the first in the file is loaded,
 * whatever their scopes are (measured with 2.1.330).
 */
export function recordApplies({ scope, projectPath }: InstallRecord, cwd: string): boolean {
  if (projectPath === null) return scope === "user" || scope === "managed";
  return isAtOrAbove(trimmed(projectPath), trimmed(cwd));
}

function isAtOrAbove(folder: string, path: string): boolean {
  return path === folder || path.startsWith(`${folder}/`) || path.startsWith(`${folder}\\`);
}

function trimmed(path: string): string {
  return path.replace(/[/\\]+$/, "");
}
