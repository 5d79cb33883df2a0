import type { CopyStanding } from "./copy-standing.ts";
import type { PluginFinding } from "./findings/plugin-finding.ts";
import { provedCommit } from "./offer-findings-of.ts";
import type { OfferRelation } from "./offer-relation.ts";
import type { RecordedCopy } from "./plugin-copies.ts";
import type { PluginFacts } from "./plugin-facts.ts";
import { pinOf } from "./plugin-pin.ts";
import { subjectOf } from "./subject-of.ts";

/** Returns what is wrong between one record and the bytes that it stands for. */
export function recordFindings(
  facts: PluginFacts,
  copy: RecordedCopy,
  standing: CopyStanding,
  offer: OfferRelation,
): readonly PluginFinding[] {
  return [
    ...claimFindings(facts, copy, standing),
    ...placeFindings(facts, copy, standing),
    ...pinFindings(facts, copy, standing, offer),
  ];
}

function claimFindings(
  facts: PluginFacts,
  copy: RecordedCopy,
  standing: CopyStanding,
): readonly PluginFinding[] {
  const { installPath: path, gitCommitSha: recorded } = copy.record;
  if (recorded === null) return [];
  const claim = { ...subjectOf(facts, copy), path, recorded };
  if (standing.kind === "anothers") {
    return [{ kind: "false-record", ...claim, proved: standing.commit, direction: standing.order }];
  }
  // Nobody asks whether the record of a plugin that is off, or of another project, can be proven.
  if (standing.kind !== "known" || !standing.recordIsOpen || !claim.counts) return [];
  return [{ kind: "record-unproven", ...claim, proved: standing.commit }];
}

function placeFindings(
  facts: PluginFacts,
  copy: RecordedCopy,
  standing: CopyStanding,
): readonly PluginFinding[] {
  const subject = subjectOf(facts, copy);
  const { installPath: path, version: recorded } = copy.record;
  if (standing.kind === "gone") {
    return [{ kind: "record-points-nowhere", ...subject, path }];
  }
  const outside: readonly PluginFinding[] =
    copy.cached === null ? [{ kind: "record-outside-cache", ...subject, path }] : [];
  const isUnknown = recorded === "unknown" || copy.cached?.version === "unknown";
  return isUnknown ? [...outside, { kind: "unknown-version", ...subject, path, recorded }] : outside;
}

/** By what the bytes are where that is known, else by the record's own word. */
function pinFindings(
  facts: PluginFacts,
  copy: RecordedCopy,
  standing: CopyStanding,
  offer: OfferRelation,
): readonly PluginFinding[] {
  const pin = pinOf(facts.entry);
  const recorded = copy.record.gitCommitSha;
  const proved = provedCommit(standing);
  const is = proved ?? recorded;
  if (pin === null || is === null || is === pin || offer.kind === "same") return [];
  return [{ kind: "pin-ignored", ...subjectOf(facts, copy), pin, recorded, proved }];
}
