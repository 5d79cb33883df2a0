import type { CopyStanding } from "./copy-standing.ts";
import type { CopyFacts, Offered, PluginFacts } from "./plugin-facts.ts";
import { pinOf } from "./plugin-pin.ts";
import { versionOrder } from "./version-order.ts";

/** What a copy's bytes are beside what its marketplace offers now. */
export type OfferRelation =
  | { readonly kind: "same" }
  /** `proof`: what shows it. `pin`: the record's own word against the marketplace's. */
  | { readonly kind: "behind"; readonly commits: number | null; readonly proof: OfferProof }
  | { readonly kind: "ahead"; readonly proof: OfferProof }
  /** Another content under the very version that is offered. */
  | { readonly kind: "same-version"; readonly commits: number | null }
  | { readonly kind: "not-known" };

type OfferProof = "commits" | "versions" | "bytes" | "pin";

/** Returns what a copy is beside what is offered: by commits where they are known, else by versions. */
export function relationToOffer(
  { offered, entry }: PluginFacts,
  copy: CopyFacts,
  standing: CopyStanding,
): OfferRelation {
  if (offered === null) return againstPin(copy, pinOf(entry));
  if (standing.kind === "gone" || standing.kind === "unreadable") return { kind: "not-known" };
  if (isOffered(offered, copy, standing)) return { kind: "same" };
  // Bytes that were changed here are not what was installed: only the versions tell how old that was.
  if (standing.kind === "edited" || standing.kind === "added") return byVersions(offered, copy, "not-known");
  const isOpen = copy.match.kind === "not-searched" && copy.match.undecided === true;
  if (isOpen || (offered.tree === null && copy.besideOffered === null))
    return byVersions(offered, copy, "not-known");
  return byCommits(offered, copy);
}

function againstPin({ record }: CopyFacts, pin: string | null): OfferRelation {
  const recorded = record?.gitCommitSha ?? null;
  if (pin === null || recorded === null || pin === recorded) return { kind: "not-known" };
  return { kind: "behind", commits: null, proof: "pin" };
}

function isOffered(
  offered: Offered,
  { bytes, match, besideOffered }: CopyFacts,
  standing: CopyStanding,
): boolean {
  if (bytes.kind === "read" && bytes.tree === offered.tree) return true;
  if (match.kind === "found" && (match.commit === offered.commit || besideOffered === "same")) return true;
  return standing.kind === "added" && standing.against === offered.commit;
}

function byCommits(offered: Offered, copy: CopyFacts): OfferRelation {
  const commits = copy.missing === null || copy.missing.length === 0 ? null : copy.missing.length;
  const installed = installedVersion(copy);
  if (installed !== null && installed === offered.version) return { kind: "same-version", commits };
  switch (copy.besideOffered) {
    case "older":
      return { kind: "behind", commits, proof: "commits" };
    case "newer":
      return { kind: "ahead", proof: "commits" };
    default:
      return byVersions(offered, copy, "bytes");
  }
}

function byVersions(offered: Offered, copy: CopyFacts, otherwise: "bytes" | "not-known"): OfferRelation {
  const installed = installedVersion(copy);
  const order =
    installed === null || offered.version === null ? null : versionOrder(installed, offered.version);
  if (order === "newer") return { kind: "ahead", proof: "versions" };
  if (order === "older" || order === "other") return { kind: "behind", commits: null, proof: "versions" };
  return otherwise === "bytes" ? { kind: "behind", commits: null, proof: "bytes" } : { kind: "not-known" };
}

/** The version of the bytes, else the one that is recorded for them. */
export function installedVersion({ folder, record }: CopyFacts): string | null {
  const { manifest } = folder;
  return (manifest.kind === "read" ? manifest.value.version : null) ?? record?.version ?? null;
}
