import { exitCodeOfVerdict, type Verdict, verdictOfWeights } from "#audit/verdict.ts";
import type { PluginAudit } from "./audit-plugins.ts";
import { weightOf } from "./findings/describe-finding.ts";
import type { PluginFinding } from "./findings/plugin-finding.ts";

/** Returns every finding of an audit: those of no plugin first, then by plugin. */
export function allFindings({ findings, plugins }: PluginAudit): readonly PluginFinding[] {
  return [...findings, ...plugins.flatMap((plugin) => plugin.findings)];
}

/** Returns what an audit of plugins comes to. */
export function pluginVerdict(audit: PluginAudit): {
  readonly verdict: Verdict;
  readonly exitCode: 0 | 1 | 2;
} {
  const verdict = verdictOfWeights(allFindings(audit).map(weightOf));
  return { verdict, exitCode: exitCodeOfVerdict(verdict) };
}
