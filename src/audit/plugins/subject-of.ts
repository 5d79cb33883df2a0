import type { InstallRecord } from "#claude/plugins/install-record.ts";
import type { Subject } from "./findings/subject.ts";
import type { CopyFacts, PluginFacts } from "./plugin-facts.ts";

/** Returns whom a finding about a plugin, or about one copy of it, concerns. */
export function subjectOf({ id, host }: PluginFacts, copy: CopyFacts | null): Subject {
  const record: InstallRecord | null = copy?.record ?? null;
  return {
    plugin: id,
    host,
    scope: record?.scope ?? null,
    projectPath: record?.projectPath ?? null,
    applies: copy?.applies ?? true,
  };
}
