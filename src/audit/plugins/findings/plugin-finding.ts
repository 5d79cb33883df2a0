import type { BytesFindings } from "./bytes-finding.ts";
import type { LoadFindings } from "./load-finding.ts";
import type { OfferFindings } from "./offer-finding.ts";
import type { PlaceFindings } from "./place-finding.ts";
import type { RecordFindings } from "./record-finding.ts";
import type { SessionFindings } from "./session-finding.ts";

type Findings = OfferFindings &
  RecordFindings &
  BytesFindings &
  LoadFindings &
  SessionFindings &
  PlaceFindings;

export type PluginFindingKind = keyof Findings;

/** Something that the audit of plugins found: which kind, and the facts that speak of it. */
export type PluginFinding<K extends PluginFindingKind = PluginFindingKind> = {
  [P in K]: { readonly kind: P } & Findings[P];
}[K];
