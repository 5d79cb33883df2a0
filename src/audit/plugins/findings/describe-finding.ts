import type { Weight } from "#audit/verdict.ts";
import { oneLine } from "#base/text.ts";
import { BYTES_FINDINGS } from "./bytes-finding-texts.ts";
import type { Evidence, FindingTexts, Mend } from "./finding-text.ts";
import { LOAD_FINDINGS } from "./load-finding-texts.ts";
import { OFFER_FINDINGS } from "./offer-finding-texts.ts";
import { PLACE_FINDINGS } from "./place-finding-texts.ts";
import type { PluginFinding, PluginFindingKind } from "./plugin-finding.ts";
import { RECORD_FINDINGS } from "./record-finding-texts.ts";
import { SESSION_FINDINGS } from "./session-finding-texts.ts";

/** Every kind of finding in plain words. A new kind does not compile without. */
const TEXTS: FindingTexts<PluginFindingKind> = {
  ...OFFER_FINDINGS,
  ...RECORD_FINDINGS,
  ...BYTES_FINDINGS,
  ...LOAD_FINDINGS,
  ...SESSION_FINDINGS,
  ...PLACE_FINDINGS,
};

/** A finding in words that are safe for a terminal, each text on one line. */
export type DescribedFinding = {
  readonly kind: PluginFindingKind;
  readonly weight: Weight;
  readonly title: string;
  /** What is wrong, with the names of this very case. */
  readonly wrong: string;
  readonly evidence: Evidence;
  readonly matters: string;
  readonly mend: Mend;
  /** What the remedy does not mend. */
  readonly leaves: string;
  /** Of the documentation, in this repository. */
  readonly page: string;
};

/** Returns a finding in words: what is wrong, how that is known, why it matters, and what mends it. */
export function describeFinding<K extends PluginFindingKind>(finding: PluginFinding<K>): DescribedFinding {
  const text = TEXTS[finding.kind];
  const evidence = text.evidence(finding);
  const { command, words } = text.mend(finding);
  return {
    kind: finding.kind,
    weight: text.weight(finding),
    title: text.title,
    wrong: oneLine(text.wrong(finding)),
    evidence: { for: evidence.for.map(oneLine), against: evidence.against.map(oneLine) },
    matters: text.matters,
    mend: { command: command === null ? null : oneLine(command), words },
    leaves: text.leaves,
    page: `docs/findings/${finding.kind}.md`,
  };
}

/** Returns how much a finding weighs. */
export function weightOf<K extends PluginFindingKind>(finding: PluginFinding<K>): Weight {
  return TEXTS[finding.kind].weight(finding);
}
