import type { InstallRecord } from "#claude/plugins/install-record.ts";
import type { Subject } from "./findings/subject.ts";
import type { CopyFacts, PluginFacts } from "./plugin-facts.ts";

/** Returns whom a finding about a plugin, or about one copy of it, concerns. */
export function subjectOf(facts: PluginFacts, copy: CopyFacts | null): Subject {
  const { id, host, enablement, marketplace } = facts;
  const record: InstallRecord | null = copy?.record ?? null;
  return {
    plugin: id,
    host,
    scope: record?.scope ?? null,
    projectPath: record?.projectPath ?? null,
    // Only what comes from a marketplace is off unless it is enabled.
    counts: (copy?.applies ?? true) && (enablement?.enabled ?? marketplace === null),
  };
}
