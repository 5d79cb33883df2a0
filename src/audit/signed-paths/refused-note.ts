import type { Weight } from "#audit/verdict.ts";
import type { Note } from "./note.ts";

/** A note from which nothing was taken, and why. `object` is what it hangs on. */
export type RefusedNote =
  | { readonly kind: "note-unreadable"; readonly object: string; readonly detail: string }
  | { readonly kind: "note-newer"; readonly object: string }
  | { readonly kind: "note-edited"; readonly object: string; readonly note: Note }
  | { readonly kind: "note-moved"; readonly object: string; readonly note: Note }
  | { readonly kind: "note-foreign"; readonly object: string; readonly note: Note }
  | {
      readonly kind: "note-signature-wrong";
      readonly object: string;
      readonly note: Note;
      readonly detail: string;
    }
  | { readonly kind: "note-key-unknown"; readonly object: string; readonly note: Note; readonly key: string }
  | { readonly kind: "note-unsigned"; readonly object: string; readonly note: Note };

export type RefusedNoteKind = RefusedNote["kind"];

type RefusedNoteText = {
  readonly weight: Weight;
  readonly title: string;
  readonly meaning: string;
  readonly remedy: string;
};

/** Every reason in plain words, and how much it weighs. */
export const REFUSED_NOTES: { readonly [K in RefusedNoteKind]: RefusedNoteText } = {
  "note-unreadable": {
    weight: "finding",
    title: "a note cannot be read",
    meaning: "It is no line that Countersign writes: somebody else wrote to the ref, or it was damaged.",
    remedy: "See who pushed to refs/notes/countersign: its history is kept like that of a branch.",
  },
  "note-newer": {
    weight: "unchecked",
    title: "a note was written by a later version",
    meaning: "This version cannot read it, so nothing was taken from it.",
    remedy: "Update Countersign where you verify.",
  },
  "note-edited": {
    weight: "finding",
    title: "a note was changed after it was written",
    meaning: "Its digest is not that of what it says.",
    remedy: "See who pushed to refs/notes/countersign, and have the author push his notes again.",
  },
  "note-moved": {
    weight: "finding",
    title: "a note hangs on another object than it was written for",
    meaning: "Somebody copied it to another place.",
    remedy: "See who pushed to refs/notes/countersign. The original still counts where it stands.",
  },
  "note-foreign": {
    weight: "finding",
    title: "a note is about another repository",
    meaning: "None of the first commits that it names is one of this repository.",
    remedy:
      "See who pushed it. A history that was rewritten from its first commit on needs reviews of its own.",
  },
  "note-signature-wrong": {
    weight: "finding",
    title: "a note's signature is not about what it says",
    meaning: "It was taken from another note, or made for another purpose.",
    remedy: "Take nothing from this note, and ask whose key it names.",
  },
  "note-key-unknown": {
    weight: "finding",
    title: "a note was signed with a key that is not allowed",
    meaning: "The file of allowed signers does not name this key, or no longer.",
    remedy: "Where the key is a colleague's, add it to that file; else take nothing from this note.",
  },
  "note-unsigned": {
    weight: "note",
    title: "a note has no signature, and only signed ones count here",
    meaning: "Anybody who may push to the ref could have written it.",
    remedy: "Its author can push it again with `countersign notes push --sign`.",
  },
};
