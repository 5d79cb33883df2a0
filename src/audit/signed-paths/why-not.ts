import { GITLINK_MODE } from "#git/change/commit-links.ts";
import { type FileState, isSameState, type PathChange } from "./file-state.ts";
import type { Note, NoteEntry } from "./note.ts";
import type { RefusedNote } from "./refused-note.ts";
import { isWhole, statesOf } from "./signed-step.ts";

/** Why a path is not signed: the nearest reason that the notes give. `receipt` says whose note. */
export type WhyNot =
  /** Only a part of exactly this change was shown. */
  | { readonly kind: "shown-in-part"; readonly receipt: string }
  /** It was shown with values replaced that look like secrets. */
  | { readonly kind: "redacted"; readonly receipt: string; readonly values: number }
  /** Only a note that is not believed speaks of it. */
  | { readonly kind: "note-refused"; readonly receipt: string; readonly why: RefusedNote["kind"] }
  /** Its contents were signed, with another file mode. */
  | { readonly kind: "other-mode"; readonly receipt: string }
  /** This content was signed, but only the way there from another one; null: as a new file. */
  | { readonly kind: "other-old-content"; readonly receipt: string; readonly old: string | null }
  /** It was in a signed change, and not shown. */
  | { readonly kind: "not-covered"; readonly receipt: string; readonly why: string }
  | { readonly kind: "left-out"; readonly receipt: string }
  /** From the base's content another one was signed; null: that the file goes. */
  | { readonly kind: "other-new-content"; readonly receipt: string; readonly new: string | null }
  /** The same lines were signed, between other contents, and that does not do. */
  | { readonly kind: "only-as-patch"; readonly receipts: readonly string[] }
  /** A submodule's commit: reviews show the files in it, never which commit it is. */
  | { readonly kind: "submodule" }
  | { readonly kind: "no-note" };

/** All that is known of paths that are not signed. */
export type Knowledge = { readonly notes: readonly Note[]; readonly refused: readonly RefusedNote[] };

/** Returns the nearest reason why the change of a path is not signed. The latest note speaks first. */
export function whyNotSigned(change: PathChange, { notes, refused }: Knowledge): WhyNot {
  const latest = notes.toSorted((a, b) => (a.at < b.at ? 1 : -1));
  const own = latest.flatMap((note) => entriesOf(note, change.path));
  return (
    first(own, (one) => hidden(change, one)) ??
    refusal(change, refused) ??
    first(own, (one) => otherMode(change, one)) ??
    first(own, (one) => otherOld(change, one)) ??
    first(latest, (note) => uncovered(change.path, note)) ??
    first(own, (one) => otherNew(change, one)) ?? { kind: isSubmodule(change) ? "submodule" : "no-note" }
  );
}

type Spoken = { readonly receipt: string; readonly entry: NoteEntry };

function entriesOf({ receipt, entries }: Note, path: string): readonly Spoken[] {
  return entries.filter((entry) => entry.path === path).map((entry) => ({ receipt, entry }));
}

function first<T>(all: readonly T[], reason: (one: T) => WhyNot | undefined): WhyNot | undefined {
  for (const one of all) {
    const found = reason(one);
    if (found !== undefined) return found;
  }
  return undefined;
}

function hidden({ new: now }: PathChange, { receipt, entry }: Spoken): WhyNot | undefined {
  if (isWhole(entry) || blobOf(now) !== entry.new) return undefined;
  if (entry.redacted !== undefined) return { kind: "redacted", receipt, values: entry.redacted };
  return { kind: "shown-in-part", receipt };
}

function refusal({ path, new: now }: PathChange, refused: readonly RefusedNote[]): WhyNot | undefined {
  for (const one of refused) {
    if (!("note" in one)) continue;
    const speaks = one.note.entries.some((entry) => entry.path === path && entry.new === blobOf(now));
    if (speaks) return { kind: "note-refused", receipt: one.note.receipt, why: one.kind };
  }
  return undefined;
}

function otherMode({ old, new: now }: PathChange, { receipt, entry }: Spoken): WhyNot | undefined {
  const same = entry.old === blobOf(old) && entry.new === blobOf(now);
  return same && isWhole(entry) ? { kind: "other-mode", receipt } : undefined;
}

function otherOld({ new: now }: PathChange, { receipt, entry }: Spoken): WhyNot | undefined {
  const reaches = now !== null && entry.new === now.blob && isWhole(entry);
  return reaches ? { kind: "other-old-content", receipt, old: entry.old } : undefined;
}

/** A folder that was not covered holds all that is below it. */
function uncovered(path: string, { receipt, notCovered, leftOut }: Note): WhyNot | undefined {
  const holds = (listed: string) => path === listed || path.startsWith(`${listed}/`);
  const found = notCovered.find((one) => holds(one.path));
  if (found !== undefined) return { kind: "not-covered", receipt, why: found.why };
  return leftOut.some(holds) ? { kind: "left-out", receipt } : undefined;
}

function otherNew({ old }: PathChange, { receipt, entry }: Spoken): WhyNot | undefined {
  const begins = isWhole(entry) && isSameState(statesOf(entry).from, old);
  return begins ? { kind: "other-new-content", receipt, new: entry.new } : undefined;
}

function isSubmodule({ old, new: now }: PathChange): boolean {
  return [old, now].some((state) => state?.mode === GITLINK_MODE);
}

function blobOf(state: FileState): string | null {
  return state?.blob ?? null;
}
