import { type Note, readNote, signedText } from "#audit/signed-paths/note.ts";
import type { RefusedNote } from "#audit/signed-paths/refused-note.ts";
import type { TrustedNote } from "#audit/signed-paths/signed-step.ts";
import type { ObjectId } from "#base/ids.ts";
import { UsageFault } from "#commands/command.ts";
import type { NotesPlace } from "#commands/notes/notes-place.ts";
import { seenNotes } from "#commands/notes/seen-notes.ts";
import { NAMESPACE } from "#commands/notes/sign-notes.ts";
import type { NoteLine } from "#git/notes/read-notes.ts";
import { checkSignature, SignatureFault } from "#git/ssh-signature.ts";

export type NotesQuestion = {
  /** Paths that changed: notes on others are not looked at further. */
  readonly paths: ReadonlySet<string>;
  /** The repository's first commits; none where they are not known here. */
  readonly roots: readonly ObjectId[];
  readonly signers: string | null;
};

export type NotesAnswer = {
  readonly trusted: readonly TrustedNote[];
  readonly refused: readonly RefusedNote[];
  /** What lies among the notes and is none. */
  readonly passedOver: readonly string[];
  /** How many notes there are in all, and in how many places they were looked for. */
  readonly notes: number;
  readonly places: number;
};

/**
 * Returns the notes on this machine that speak of the paths and can be believed, and those that were
 * refused. Every note must be what was written, in its place and of this repository; where signatures
 * are wanted, signed by an allowed key. No network is used.
 *
 * @throws GitFault, or UsageFault where there is no ssh-keygen.
 */
export async function trustedNotes(
  { notes: store, tree }: Pick<NotesPlace, "notes" | "tree">,
  question: NotesQuestion,
  signal: AbortSignal,
): Promise<NotesAnswer> {
  let number = 0;
  const { repository } = tree;
  const seen = await seenNotes(
    { notes: store, repository },
    (line) => {
      number += 1;
      return sorted(line, question.roots);
    },
    signal,
  );
  const whole = seen.kept.flatMap((one) => (one.kind === "note" ? [one.note] : []));
  const refused = seen.kept.flatMap((one) => (one.kind === "note" ? [] : [one]));
  const checked: (TrustedNote | RefusedNote)[] = [];
  for (const note of speakingOf(whole, question.paths)) {
    checked.push(await checkedNote(note, { signers: question.signers, scratch: store.scratch }, signal));
  }
  const trusted = checked.flatMap((one) => ("kind" in one ? [] : [one]));
  const unbelieved = checked.flatMap((one) => ("kind" in one && !isDoubled(one, trusted) ? [one] : []));
  return {
    trusted,
    refused: [...refused, ...unbelieved],
    passedOver: seen.passedOver,
    notes: number,
    places: seen.places,
  };
}

function sorted(
  { object, line }: NoteLine,
  roots: readonly ObjectId[],
): RefusedNote | { readonly kind: "note"; readonly note: Note } {
  const read = readNote(object, line);
  switch (read.kind) {
    case "newer":
      return { kind: "note-newer", object };
    case "unreadable":
      return { kind: "note-unreadable", object, detail: read.detail };
    case "edited":
      return { kind: "note-edited", object, note: read.note };
    case "moved":
      return { kind: "note-moved", object, note: read.note };
    case "note": {
      const isOurs = roots.length === 0 || read.note.repository.some((root) => roots.includes(root));
      return isOurs ? read : { kind: "note-foreign", object, note: read.note };
    }
  }
}

/** A renamed file leads to what was signed under its former name, so those notes speak of it too. */
function speakingOf(notes: readonly Note[], paths: ReadonlySet<string>): readonly Note[] {
  const wanted = new Set(paths);
  for (let before = -1; wanted.size > before; ) {
    before = wanted.size;
    for (const { path, from } of notes.flatMap(({ entries }) => entries)) {
      if (from !== undefined && wanted.has(path)) wanted.add(from);
    }
  }
  const listed = [...wanted];
  return notes.filter(({ entries, notCovered, leftOut }) => {
    if (entries.some(({ path, from }) => wanted.has(path) || wanted.has(from ?? path))) return true;
    const folders = [...notCovered.map(({ path }) => path), ...leftOut];
    return folders.some((folder) => listed.some((path) => path === folder || path.startsWith(`${folder}/`)));
  });
}

type Checking = { readonly signers: string | null; readonly scratch: string };

/** Without a list of keys a signature must still be about the note that it is on. */
async function checkedNote(
  note: Note,
  { signers, scratch }: Checking,
  signal: AbortSignal,
): Promise<TrustedNote | RefusedNote> {
  const object = note.snapshot;
  const { signature } = note;
  if (signature === undefined) {
    return signers === null ? { note, key: null, principal: null } : { kind: "note-unsigned", object, note };
  }
  const about = { text: signedText(note), namespace: NAMESPACE, scratch };
  try {
    const check = await checkSignature(about, { signature, signers: signers ?? undefined }, signal);
    switch (check.kind) {
      case "good":
        return { note, key: check.key, principal: check.principal };
      case "unknown-key":
        return { kind: "note-key-unknown", object, note, key: check.key };
      case "wrong":
        return { kind: "note-signature-wrong", object, note, detail: check.detail };
    }
  } catch (error) {
    if (!(error instanceof SignatureFault)) throw error;
    const text = `audit verify: a note's signature cannot be checked (${error.message}); install OpenSSH, and try again`;
    throw new UsageFault({ kind: "usage", text });
  }
}

/** A note that was pushed again with a signature says all that the one without said. */
function isDoubled(refused: RefusedNote, trusted: readonly TrustedNote[]): boolean {
  if (refused.kind !== "note-unsigned") return false;
  return trusted.some(({ note }) => note.receiptDigest === refused.note.receiptDigest);
}
