import * as z from "zod/mini";
import type { PluginAudit } from "./audit-plugins.ts";
import { changesBetween, type PluginChange } from "./plugin-changes.ts";
import { PluginState, stateOf } from "./plugin-state.ts";

/** What is kept of an audit, to be compared with a later one. */
export const KeptAudit = z.strictObject({
  plugins: z.array(
    z.strictObject({
      state: PluginState,
      loads: z.boolean(),
      consistency: z.string(),
      findings: z.array(z.string()),
    }),
  ),
  /** Kinds of the findings that belong to no plugin. */
  findings: z.array(z.string()),
});
export type KeptAudit = z.output<typeof KeptAudit>;
type KeptPlugin = KeptAudit["plugins"][number];

/** What changed between two audits. */
export type AuditChange =
  | PluginChange
  | (Named & { readonly kind: "load-changed"; readonly loads: boolean })
  | (Named & { readonly kind: "consistency-changed"; readonly before: string; readonly now: string })
  /** Of which plugin; null for those that belong to none. */
  | {
      readonly kind: "findings-changed";
      readonly host: KeptPlugin["state"]["host"] | null;
      readonly id: string | null;
      readonly appeared: readonly string[];
      readonly gone: readonly string[];
    };

type Named = { readonly host: KeptPlugin["state"]["host"]; readonly id: string };

/** Returns what is kept of an audit. */
export function keptAudit({ plugins, findings }: PluginAudit): KeptAudit {
  return {
    plugins: plugins.map((judged) => ({
      state: stateOf(judged),
      loads: judged.next.kind === "loads",
      consistency: judged.consistency.kind,
      findings: kindsOf(judged.findings),
    })),
    findings: kindsOf(findings),
  };
}

/** Returns what changed since an audit that was kept: the bytes first, then what is said of them. */
export function changesSince(before: KeptAudit, now: KeptAudit): readonly AuditChange[] {
  const bytes = changesBetween(
    before.plugins.map(({ state }) => state),
    now.plugins.map(({ state }) => state),
  );
  const told = now.plugins.flatMap((plugin) => {
    const was = before.plugins.find(({ state }) => {
      return state.host === plugin.state.host && state.id === plugin.state.id;
    });
    return was === undefined ? [] : toldOf(was, plugin);
  });
  return [...bytes, ...told, ...findingsChange(before.findings, now.findings, { host: null, id: null })];
}

function toldOf(before: KeptPlugin, now: KeptPlugin): readonly AuditChange[] {
  const { host, id } = now.state;
  const found: AuditChange[] = [];
  if (before.loads !== now.loads) found.push({ kind: "load-changed", host, id, loads: now.loads });
  if (before.consistency !== now.consistency) {
    const words = { before: before.consistency, now: now.consistency };
    found.push({ kind: "consistency-changed", host, id, ...words });
  }
  return [...found, ...findingsChange(before.findings, now.findings, { host, id })];
}

function findingsChange(
  before: readonly string[],
  now: readonly string[],
  of: Named | { readonly host: null; readonly id: null },
): readonly AuditChange[] {
  const appeared = now.filter((kind) => !before.includes(kind));
  const gone = before.filter((kind) => !now.includes(kind));
  if (appeared.length === 0 && gone.length === 0) return [];
  return [{ kind: "findings-changed", ...of, appeared, gone }];
}

function kindsOf(findings: readonly { readonly kind: string }[]): string[] {
  return [...new Set(findings.map(({ kind }) => kind))].sort();
}
