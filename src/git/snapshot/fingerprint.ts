import { digestOf } from "#base/digest.ts";
import type { Opaque, Snapshot } from "./snapshot.ts";

/**
 * Returns one digest for all content of the snapshot: its tree and the states of what is opaque.
 * Two snapshots with the same fingerprint leave nothing to review between them. HEAD and the
 * hiding rules are not content: a commit changes no file.
 */
export function fingerprintOf(snapshot: Snapshot): string {
  return digestOf({ tree: snapshot.tree, opaque: snapshot.opaque.map(withoutInner) });
}

/** Returns one digest for all of the snapshot, of whatever version: HEAD and the hiding rules too. */
export function digestOfAll(snapshot: Snapshot): string {
  return digestOf({ ...snapshot, opaque: snapshot.opaque.map(withoutInner) });
}

/** The state stands for what is inside, and older records hold only that. */
function withoutInner({ path, kind, state }: Opaque): Opaque {
  return { path, kind, state };
}
