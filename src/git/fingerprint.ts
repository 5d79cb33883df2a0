import { digestOf } from "#base/digest.ts";
import type { Snapshot } from "./snapshot.ts";

/**
 * Returns one digest for all content of the snapshot: its tree and the states of what is opaque.
 * Two snapshots with the same fingerprint leave nothing to review between them. HEAD and the
 * hiding rules are not content: a commit changes no file.
 */
export function fingerprintOf(snapshot: Snapshot): string {
  return digestOf({ tree: snapshot.tree, opaque: snapshot.opaque });
}
