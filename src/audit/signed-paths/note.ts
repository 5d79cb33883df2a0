import * as z from "zod/mini";
import { digestOf } from "#base/digest.ts";
import { ObjectId } from "#base/ids.ts";
import { canonicalJson } from "#base/json.ts";
import { atLeast } from "#base/lengths.ts";
import { Moment } from "#runs/sessions/session.ts";

const Sha256 = z.string().check(z.regex(/^[0-9a-f]{64}$/));
const Mode = z.string().check(z.regex(/^[0-7]{6}$/));

/** One path that was shown to the reviewer, from one content to another. A blob is null where there is no file. */
const NoteEntry = z.strictObject({
  path: z.string(),
  /** Where it was, for a file that was shown as renamed. */
  from: z.optional(z.string()),
  old: z.nullable(ObjectId),
  new: z.nullable(ObjectId),
  /** File modes before and after; absent for a plain file. */
  modes: z.optional(z.strictObject({ old: Mode, new: Mode })),
  /** The digest of its changed lines with their surroundings, without line numbers. Only of edited texts. */
  patch: z.optional(Sha256),
  /** Contents from which signed steps lead to `old`, each with the digest of the lines from it to `new`. */
  since: z.optional(z.array(z.strictObject({ old: ObjectId, patch: Sha256 }))),
  /** Only a part of it was shown. */
  part: z.optional(z.literal(true)),
  /** So many values in it were replaced before it was shown. */
  redacted: z.optional(z.int().check(z.positive())),
});
export type NoteEntry = z.output<typeof NoteEntry>;

/**
 * What leaves the machine of one signature: one line of JSON. It holds paths and contents' names, and
 * neither contents nor findings, prompts, folders of the machine, or names of people.
 */
const Note = z.strictObject({
  schema: z.literal("countersign/note/1"),
  /** The repository's first commits, which all its clones share. */
  repository: z.array(ObjectId).check(atLeast(1)),
  receipt: z.string(),
  n: z.int().check(z.positive()),
  previous: z.nullable(z.string()),
  /** The digest of the receipt, so that whoever has it can tell that the note is about that one. */
  receiptDigest: Sha256,
  at: Moment,
  outcome: z.enum(["allowed", "allowed(partial)"]),
  model: z.nullable(z.string()),
  effort: z.nullable(z.string()),
  cliVersion: z.nullable(z.string()),
  version: z.string(),
  promptDigest: z.nullable(z.string()),
  patchDigest: z.nullable(z.string()),
  /** The tree of the snapshot that was signed. The note hangs on it. */
  snapshot: ObjectId,
  entries: z.array(NoteEntry),
  notCovered: z.array(z.strictObject({ path: z.string(), why: z.string() })),
  /** Paths that were left out as another session's work. */
  leftOut: z.array(z.string()),
  /** The digest of all the rest but the signature. */
  digest: Sha256,
  /** OpenSSH's signature of all the rest, in base64 without its frame. */
  signature: z.optional(z.string().check(z.regex(/^[A-Za-z0-9+/]+={0,2}$/))),
});
export type Note = z.output<typeof Note>;
export type NoteBody = Omit<Note, "digest" | "signature">;

/** What a line hangs on says, or why nothing is taken from it. */
export type NoteReading =
  | { readonly kind: "note"; readonly note: Note }
  /** Written by a later version of Countersign. */
  | { readonly kind: "newer" }
  | { readonly kind: "unreadable"; readonly detail: string }
  /** It is no longer what was written: its digest does not fit, or its text has another form. */
  | { readonly kind: "edited"; readonly note: Note }
  /** It hangs on another object than it says. */
  | { readonly kind: "moved"; readonly note: Note };

const LONGEST_DETAIL = 200;
const NAMED = z.looseObject({ schema: z.string().check(z.regex(/^countersign\/note\/\d+$/)) });

/** Returns a note with its digest. */
export function sealNote(body: NoteBody): Note {
  return { ...body, digest: digestOf(body) };
}

/** Returns what a signature of the note is about. */
export function signedText(note: Note): string {
  const { signature: _without, ...rest } = note;
  return canonicalJson(rest);
}

/** Returns the note as the one line that it is kept as. */
export function noteLine(note: Note): string {
  return canonicalJson(note);
}

/**
 * Reads one line that hangs on the object. Only the very text that `noteLine` writes is a note: one value
 * has one text, so that nothing can be changed in it without notice.
 */
export function readNote(object: string, line: string): NoteReading {
  const value = decoded(line);
  const read = z.safeParse(Note, value);
  if (!read.success) {
    const named = z.safeParse(NAMED, value);
    if (named.success && named.data.schema !== "countersign/note/1") return { kind: "newer" };
    const [issue] = read.error.issues;
    const where = issue?.path.join(".") || "the whole";
    return { kind: "unreadable", detail: `${where}: ${issue?.message}`.slice(0, LONGEST_DETAIL) };
  }
  const note = read.data;
  const { digest, signature: _without, ...body } = note;
  if (noteLine(note) !== line || digestOf(body) !== digest || !isPlainBase64(note.signature)) {
    return { kind: "edited", note };
  }
  return note.snapshot === object ? { kind: "note", note } : { kind: "moved", note };
}

function decoded(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

/** The last letter can hold bits that mean nothing: one signature would have several texts. */
function isPlainBase64(text: string | undefined): boolean {
  return text === undefined || Buffer.from(text, "base64").toString("base64") === text;
}
