import { exitCodeOfVerdict, type Verdict, verdictOfWeights } from "#audit/verdict.ts";
import type { PluginAudit } from "./audit-plugins.ts";
import { changesBetween, type PluginChange } from "./plugin-changes.ts";
import { lockOf, type PluginsLock } from "./plugins-lock.ts";

export type LockComparison = {
  readonly changes: readonly PluginChange[];
  readonly verdict: Verdict;
  readonly exitCode: 0 | 1 | 2;
};

/** Returns how what a new session would load differs from a lock, and what that comes to. */
export function comparedWithLock(lock: PluginsLock, audit: PluginAudit): LockComparison {
  const changes = changesBetween(lock.plugins, lockOf(audit).plugins);
  const weights = changes.map(({ kind }) => (kind === "not-comparable" ? "unchecked" : "finding"));
  const verdict = verdictOfWeights(weights);
  return { changes, verdict, exitCode: exitCodeOfVerdict(verdict) };
}
