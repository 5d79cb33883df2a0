import type { PluginAudit } from "#audit/plugins/audit-plugins.ts";
import { type DescribedFinding, describeFinding } from "#audit/plugins/findings/describe-finding.ts";
import type { PluginFinding } from "#audit/plugins/findings/plugin-finding.ts";

/** A finding in words, with what it is about: a plugin, a marketplace, or what its words name. */
export type ToldFinding = DescribedFinding & {
  readonly about: string | null;
  readonly facts: PluginFinding;
};

/** Returns every finding of an audit in words: those of no plugin first, then plugin by plugin. */
export function toldFindings({ plugins, findings }: PluginAudit): readonly ToldFinding[] {
  return [...findings, ...plugins.flatMap((plugin) => plugin.findings)].map(toldFinding);
}

/** Returns one finding in words. */
export function toldFinding(facts: PluginFinding): ToldFinding {
  const about = "plugin" in facts ? facts.plugin : "marketplace" in facts ? facts.marketplace : null;
  return { ...describeFinding(facts), about, facts };
}
