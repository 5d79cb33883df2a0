import type { PluginAudit } from "#audit/plugins/audit-plugins.ts";
import type { MarketplaceFacts } from "#audit/plugins/marketplace-facts.ts";
import type { PluginPlaces } from "#claude/plugins/plugin-places.ts";
import { jsonOfFacts, jsonOfMarketplace } from "./json-of-facts.ts";
import { type ToldFinding, toldFinding } from "./told-findings.ts";

/** What was audited, and where. */
export type AuditScene = {
  readonly places: PluginPlaces;
  readonly marketplaces: readonly { readonly host: string; readonly facts: MarketplaceFacts }[];
};

/** Returns an audit for programs. */
export function auditJson(
  { plugins, findings }: PluginAudit,
  { places, marketplaces }: AuditScene,
): Readonly<Record<string, unknown>> {
  const { project, ...folders } = places;
  return {
    project,
    places: folders,
    marketplaces: marketplaces.map(({ host, facts }) => ({ host, ...jsonOfMarketplace(facts) })),
    plugins: plugins.map(({ facts, next, consistency, findings: own }) => ({
      ...jsonOfFacts(facts),
      consistency,
      next,
      findings: own.map(toldFinding).map(findingJson),
    })),
    findings: findings.map(toldFinding).map(findingJson),
  };
}

/** The facts of a finding stand under their own names, beside its words. */
function findingJson({ facts, about: _, ...told }: ToldFinding): Readonly<Record<string, unknown>> {
  return { ...facts, ...told };
}
