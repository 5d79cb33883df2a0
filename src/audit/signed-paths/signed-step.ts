import type { FileState } from "./file-state.ts";
import type { Note, NoteEntry } from "./note.ts";

/** A note that was checked, with the key that signed it where that was checked too. */
export type TrustedNote = {
  readonly note: Note;
  /** `SHA256:...`, and the principal under which that key is allowed. */
  readonly key: string | null;
  readonly principal: string | null;
};

/** One path that was signed from one state to another. */
export type SignedStep = {
  readonly path: string;
  readonly from: FileState;
  readonly to: FileState;
  /** What of a renamed file was not shown: its content comes from here. */
  readonly source: { readonly path: string; readonly state: FileState } | undefined;
  /** The digest of the lines that were shown, of an edited text. */
  readonly patch: string | undefined;
  /** The same from contents before, to which signed steps lead. */
  readonly since: NonNullable<NoteEntry["since"]>;
  /** `patch`: the same lines were signed, between other contents. */
  readonly as: "content" | "patch";
  readonly by: TrustedNote;
  /** The notes of steps that it takes together. */
  readonly after: readonly TrustedNote[];
};

/** Of what was a plain file before and after, modes are not kept. */
const PLAIN = { old: "100644", new: "100644" } as const;

/** Returns what a note signs. What was shown in part, or with values replaced, is not signed. */
export function stepsOf(by: TrustedNote): readonly SignedStep[] {
  return by.note.entries.filter(isWhole).flatMap((entry): readonly SignedStep[] => {
    const { from, to } = statesOf(entry);
    const common = {
      source: undefined,
      patch: entry.patch,
      since: entry.since ?? [],
      as: "content",
      by,
      after: [],
    } as const;
    if (entry.from === undefined) return [{ ...common, path: entry.path, from, to }];
    const source = { path: entry.from, state: from };
    return [
      { ...common, path: entry.path, from: null, to, source },
      { ...common, path: entry.from, from, to: null },
    ];
  });
}

/** Returns whether all of the path was shown as it is. */
export function isWhole({ part, redacted }: NoteEntry): boolean {
  return part === undefined && redacted === undefined;
}

/** Returns the states that an entry leads from and to. */
export function statesOf({ old, new: blob, modes = PLAIN }: NoteEntry): {
  readonly from: FileState;
  readonly to: FileState;
} {
  return {
    from: old === null ? null : { mode: modes.old, blob: old },
    to: blob === null ? null : { mode: modes.new, blob },
  };
}
