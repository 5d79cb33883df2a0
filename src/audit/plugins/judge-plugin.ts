import { bytesFindings, partFindings } from "./bytes-findings-of.ts";
import { cacheFindings } from "./cache-findings-of.ts";
import type { Consistency } from "./consistency.ts";
import { consistencyOf } from "./consistency-of.ts";
import { standingOf } from "./copy-standing.ts";
import { weightOf } from "./findings/describe-finding.ts";
import type { PluginFinding } from "./findings/plugin-finding.ts";
import { nextLoad } from "./foretell-load.ts";
import { liveSource } from "./live-source.ts";
import { liveFindings, loadFindings } from "./load-findings-of.ts";
import type { LoadSurroundings, NextLoad } from "./next-load.ts";
import { offerFindings } from "./offer-findings-of.ts";
import { relationToOffer } from "./offer-relation.ts";
import { copyThatCounts, readsLive } from "./plugin-copies.ts";
import type { CopyFacts, PluginFacts } from "./plugin-facts.ts";
import { recordFindings } from "./record-findings-of.ts";
import { scopeFindings } from "./scope-findings-of.ts";
import { sessionFindings } from "./session-findings-of.ts";
import { subjectOf } from "./subject-of.ts";

/** All that is known of one plugin, what a new session would load, and what is to be said of it. */
export type JudgedPlugin = {
  readonly facts: PluginFacts;
  readonly next: NextLoad;
  readonly consistency: Consistency;
  readonly findings: readonly PluginFinding[];
};

/** Judges one plugin by its facts alone: claims are held against bytes, never the other way round. */
export function judgePlugin(facts: PluginFacts, around: LoadSurroundings): JudgedPlugin {
  const next = nextLoad(facts, around);
  const copy = copyThatCounts(facts, next);
  const scopes = scopeFindings(facts);
  const standing = copy === null ? null : standingOf(copy, facts.offered);
  const consistency = consistencyOf({
    next,
    standing,
    offer:
      copy === null || standing === null ? { kind: "not-known" } : relationToOffer(facts, copy, standing),
    versionIsTrue: copy === null || hasTrueVersion(copy),
    twoVersions: scopes.length > 0 || facts.live.some(({ evidence }) => evidence.kind === "markers"),
    live: liveSource(facts),
  });
  const findings = [
    ...copyFindings(facts, copy),
    ...entryFindings(facts),
    ...scopes,
    ...liveFindings(facts),
    ...loadFindings(facts, next, around),
    ...sessionFindings(facts, next),
    ...cacheFindings(facts, next),
  ];
  return {
    facts,
    next,
    consistency,
    findings: [...findings, ...doubtFindings(facts, consistency, findings)],
  };
}

/** What is not known is never passed over: where no finding says why, this one does. */
function doubtFindings(
  facts: PluginFacts,
  consistency: Consistency,
  findings: readonly PluginFinding[],
): readonly PluginFinding[] {
  if (consistency.kind !== "unknown" || findings.some((finding) => weightOf(finding) !== "note")) return [];
  const why = facts.marketplace === null ? "no-claim" : consistency.why;
  return [{ kind: "nothing-to-compare", ...subjectOf(facts, null), why }];
}

function hasTrueVersion({ folder, record }: CopyFacts): boolean {
  const said = folder.manifest.kind === "read" ? folder.manifest.value.version : null;
  const recorded = record?.version ?? null;
  return said === null || recorded === null || said === recorded;
}

/**
 * Of what no record names, only what is loaded from a marketplace is held against what that offers. Where
 * the host reads the source in place, that folder is looked at, and not the copy that nothing loads.
 */
function copyFindings(facts: PluginFacts, counting: CopyFacts | null): readonly PluginFinding[] {
  if (readsLive(facts)) {
    const folder = facts.offered?.folder ?? null;
    return folder === null ? [] : partFindings(subjectOf(facts, counting), folder);
  }
  return facts.copies.flatMap((copy) => {
    const { record, folder, cached } = copy;
    if (record === null && (copy !== counting || facts.marketplace === null)) {
      return cached === null ? partFindings(subjectOf(facts, copy), folder) : [];
    }
    const standing = standingOf(copy, facts.offered);
    const offer = relationToOffer(facts, copy, standing);
    return [
      ...(record === null ? [] : recordFindings(facts, { ...copy, record }, standing, offer)),
      ...offerFindings(facts, copy, standing, offer),
      ...bytesFindings(facts, copy, standing),
    ];
  });
}

/** What the marketplace itself says in two ways. */
function entryFindings(facts: PluginFacts): readonly PluginFinding[] {
  const { entry, offered } = facts;
  if (entry === null) return [];
  const subject = subjectOf(facts, null);
  if (entry.source.kind === "escaping")
    return [{ kind: "path-escapes", ...subject, path: entry.source.path }];
  const manifest = offered?.folder?.manifest;
  const said = manifest?.kind === "read" ? manifest.value.version : null;
  if (said === null || entry.version === null || said === entry.version) return [];
  return [{ kind: "entry-version-differs", ...subject, entry: entry.version, manifest: said }];
}
