import { canonicalRoot } from "#claude/canonical-root.ts";
import type { InstallRecord } from "./install-record.ts";

/**
 * Returns the records that count for a session which is started in a folder, in their order: those of the
 * user and of the administrator, and those of a project that is that very folder, or that lies in the same
 * repository, linked work trees of it included (measured with 2.1.330: not those of a folder above).
 */
export function recordsFor(folder: string, records: readonly InstallRecord[]): readonly InstallRecord[] {
  const rootOf = rememberedRoots();
  return records.filter(({ scope, projectPath }) => {
    if (scope === "user" || scope === "managed") return true;
    if (projectPath === null) return false;
    const root = rootOf(folder);
    return projectPath === folder || (root !== undefined && rootOf(projectPath) === root);
  });
}

function rememberedRoots(): (folder: string) => string | undefined {
  const known = new Map<string, string | undefined>();
  return (folder) => {
    if (!known.has(folder)) known.set(folder, canonicalRoot(folder));
    return known.get(folder);
  };
}
