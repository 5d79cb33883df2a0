import type { Consistency, Doubt } from "./consistency.ts";
import type { CopyStanding } from "./copy-standing.ts";
import type { NextLoad } from "./next-load.ts";
import type { OfferRelation } from "./offer-relation.ts";

/** What the one word is computed from: all about the copy that counts. */
export type Situation = {
  readonly next: NextLoad;
  /** Null where nothing on disk stands for the plugin. */
  readonly standing: CopyStanding | null;
  /** What the bytes are beside what is offered. */
  readonly offer: OfferRelation;
  /** Whether the record's version is that of the bytes. */
  readonly versionIsTrue: boolean;
  /** Whether several records, or the marks of one process, name different versions. */
  readonly twoVersions: boolean;
  /** Of a plugin that is read where it lies: whether it still is what was installed. */
  readonly live: "no" | "same" | "changed" | "not-known";
};

/**
 * Returns the one word, the gravest that holds: missing, not loaded, tampered, false record, drifted,
 * ambiguous, behind, unknown, in sync. The last one is left only where every question was answered.
 */
export function consistencyOf(situation: Situation): Consistency {
  const { next, standing, live } = situation;
  if (live === "no" && standing?.kind === "gone") return { kind: "missing" };
  if (next.kind === "does-not-load") return { kind: "not-loaded" };
  if (live !== "no") return ofLive(situation);
  switch (standing?.kind) {
    case "edited":
      return { kind: "tampered" };
    case "anothers":
      return { kind: "false-record" };
    default:
      return ofUnrefuted(situation);
  }
}

function ofUnrefuted({ standing, offer, versionIsTrue, twoVersions, next }: Situation): Consistency {
  if (!versionIsTrue) return { kind: "false-record" };
  if (standing?.kind === "unexplained") return { kind: "drifted", why: "unexplained" };
  if (standing?.kind === "added" && !standing.byProducts) return { kind: "drifted", why: "files-added" };
  if (offer.kind === "same-version") return { kind: "drifted", why: "same-version" };
  if (twoVersions) return { kind: "ambiguous" };
  if (offer.kind === "behind") return { kind: "behind", who: "install", commits: offer.commits };
  if (offer.kind === "ahead") return { kind: "behind", who: "marketplace", commits: null };
  if (next.kind === "unknown") return { kind: "unknown", why: "load-not-known" };
  return proven(standing, offer);
}

/** Nothing speaks against it: what is left to ask is whether enough speaks for it. */
function proven(standing: CopyStanding | null, offer: OfferRelation): Consistency {
  const doubt = doubtOf(standing);
  if (doubt !== null) return { kind: "unknown", why: doubt };
  return offer.kind === "same" ? { kind: "in-sync" } : { kind: "unknown", why: "offer-not-here" };
}

function doubtOf(standing: CopyStanding | null): Doubt | null {
  switch (standing?.kind) {
    case undefined:
      return "no-claim";
    case "unreadable":
      return "unreadable";
    case "as-recorded":
      return null;
    case "added":
      return "by-products";
    case "known":
      return standing.recordIsOpen ? "record-not-proven" : null;
    default:
      return "bytes-not-proven";
  }
}

/** What is read where it lies is what is offered: the question is whether it is what was installed. */
function ofLive({ next, live }: Situation): Consistency {
  if (live === "changed") return { kind: "drifted", why: "live-source" };
  if (next.kind === "unknown") return { kind: "unknown", why: "load-not-known" };
  return live === "same" ? { kind: "in-sync" } : { kind: "unknown", why: "bytes-not-proven" };
}
