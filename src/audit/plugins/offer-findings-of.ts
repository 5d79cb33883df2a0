import type { CopyStanding } from "./copy-standing.ts";
import type { PluginFinding } from "./findings/plugin-finding.ts";
import { installedVersion, type OfferRelation } from "./offer-relation.ts";
import type { CopyFacts, Offered, PluginFacts } from "./plugin-facts.ts";
import { subjectOf } from "./subject-of.ts";

/** Returns what is to be said of a copy beside what its marketplace offers now. */
export function offerFindings(
  facts: PluginFacts,
  copy: CopyFacts,
  standing: CopyStanding,
  offer: OfferRelation,
): readonly PluginFinding[] {
  if (facts.offered === null || isToldOfRecord(facts.offered, copy, standing)) return [];
  const words = {
    ...subjectOf(facts, copy),
    path: copy.folder.path,
    installed: installedVersion(copy),
    installedCommit: provedCommit(standing),
    offered: facts.offered.version,
    offeredCommit: facts.offered.commit,
  };
  switch (offer.kind) {
    case "behind":
      return [{ kind: "marketplace-ahead", ...words, commits: copy.missing }];
    case "ahead":
      return [{ kind: "install-ahead", ...words, proof: offer.proof === "commits" ? "commits" : "versions" }];
    case "same-version":
      return [{ kind: "same-version-other-content", ...words, commits: copy.missing }];
    case "same":
    case "not-known":
      return [];
  }
}

/**
 * The record claims what is offered, and the bytes belie it: one cause, told once, of the record or the
 * files. An update would believe the record, and do nothing.
 */
function isToldOfRecord({ commit }: Offered, { record }: CopyFacts, { kind }: CopyStanding): boolean {
  if (commit === null || record?.gitCommitSha !== commit) return false;
  return kind === "anothers" || kind === "unexplained" || kind === "edited";
}

/** Returns the commit that a copy's bytes are known to be. */
export function provedCommit(standing: CopyStanding): string | null {
  switch (standing.kind) {
    case "as-recorded":
    case "anothers":
    case "known":
      return standing.commit;
    default:
      return null;
  }
}
