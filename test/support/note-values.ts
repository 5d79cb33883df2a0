import type { FileState, PathChange } from "#audit/signed-paths/file-state.ts";
import { type Note, type NoteBody, type NoteEntry, sealNote } from "#audit/signed-paths/note.ts";
import type { TrustedNote } from "#audit/signed-paths/signed-step.ts";
import { ObjectId } from "#base/ids.ts";
import { parseShape } from "#base/json.ts";

/** An object's name that is told from others by its first letter. */
export function object(letter: string): ObjectId {
  return parseShape(letter.repeat(40), ObjectId);
}

export const TREE = object("f");
const PLAIN = "100644";

/** A plain file with this content, or none. */
export function state(letter: string | null, mode = PLAIN): FileState {
  return letter === null ? null : { mode, blob: object(letter) };
}

export function change(path: string, from: string | null, to: string | null): PathChange {
  return { path, old: state(from), new: state(to) };
}

/** One path of a note, between two contents. */
export function entry(
  path: string,
  from: string | null,
  to: string | null,
  own: Partial<NoteEntry> = {},
): NoteEntry {
  return {
    path,
    old: from === null ? null : object(from),
    new: to === null ? null : object(to),
    modes: { old: from === null ? "000000" : PLAIN, new: to === null ? "000000" : PLAIN },
    ...own,
  };
}

/** A note that hangs on `TREE`. */
export function noteValue(entries: readonly NoteEntry[], own: Partial<NoteBody> = {}): Note {
  return sealNote({
    schema: "countersign/note/1",
    repository: [object("e")],
    receipt: "20260102T030405678Z-s1-1",
    n: 1,
    previous: null,
    receiptDigest: "0".repeat(64),
    at: "2026-01-02T03:04:05.678Z",
    outcome: "allowed",
    model: "gpt-5.5-codex",
    effort: "medium",
    cliVersion: "0.169.0",
    version: "0.1.0",
    promptDigest: "d1",
    patchDigest: "d2",
    snapshot: TREE,
    entries: [...entries],
    notCovered: [],
    leftOut: [],
    ...own,
  });
}

export function trusted(entries: readonly NoteEntry[], own: Partial<NoteBody> = {}): TrustedNote {
  return { note: noteValue(entries, own), key: null, principal: null };
}
