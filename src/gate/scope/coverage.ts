import * as z from "zod/mini";
import { ObjectId } from "#base/ids.ts";
import { clip, count, oneLine } from "#base/text.ts";

/** Why a path of the change was not shown to the reviewer. */
export const NotCoveredReason = z.enum([
  "binary",
  "too-large",
  "over-budget",
  "excluded",
  "secret-looking",
  "giant",
  "nested-repository",
  "submodule",
  "not-addable",
  "kept-elsewhere",
  "anothers",
]);
export type NotCoveredReason = z.output<typeof NotCoveredReason>;

/** One path that the reviewer was given. The blobs are what a signature is about. */
export const CoveredFile = z.strictObject({
  path: z.string(),
  oldPath: z.nullable(z.string()),
  kind: z.enum(["added", "deleted", "modified", "renamed", "type-changed"]),
  oldBlob: z.nullable(ObjectId),
  newBlob: z.nullable(ObjectId),
  /** Octal modes before and after, where it is or was anything but a plain file. */
  modes: z.optional(z.strictObject({ old: z.string(), new: z.string() })),
  /** The old content is gone from the object store, so the file was shown whole, as if new. */
  baselineLost: z.boolean(),
});
export type CoveredFile = z.output<typeof CoveredFile>;

/** Shown were the first `hunks` of its hunks, and so many lines of the next. */
const PartlyCoveredFile = z.extend(CoveredFile, { hunks: z.int(), of: z.int(), lines: z.int() });

export const NotCoveredFile = z.strictObject({
  path: z.string(),
  oldPath: z.nullable(z.string()),
  why: NotCoveredReason,
});
export type NotCoveredFile = z.output<typeof NotCoveredFile>;

/** What of a change a review was about: the same values go into the prompt, the messages and the receipt. */
export const Coverage = z.strictObject({
  shown: z.array(CoveredFile),
  partly: z.array(PartlyCoveredFile),
  notCovered: z.array(NotCoveredFile),
  /** Git's hiding rules that changed: edits may be out of sight. A note, for no path can be named. */
  rules: z.array(z.enum(["excludes", "attributes", "filters"])),
  /** Shown files in which so many values were replaced, for they look like secrets. */
  redacted: z.array(z.strictObject({ path: z.string(), values: z.int() })),
  /** Work that is provably another session's. It is theirs to have reviewed, so nothing is missing here. */
  leftOut: z.array(z.strictObject({ path: z.string(), by: z.string() })),
  /** Shown files that may hold work of another session. */
  uncertain: z.array(z.strictObject({ path: z.string(), why: z.string() })),
  /**
   * The baseline's tree is gone with the private object store: the change is counted from this commit,
   * or from nothing at all. What was undone back to it is out of sight, so no signature is whole.
   */
  countedFrom: z.optional(z.nullable(ObjectId)),
});
export type Coverage = z.output<typeof Coverage>;

const LISTED = 100;
const LONGEST_PATH = 300;

const WORDS: Record<NotCoveredReason, string> = {
  binary: "binary",
  "too-large": "too large",
  "over-budget": "over the size budget",
  excluded: "excluded by configuration",
  "secret-looking": "named like a secret",
  giant: "giant untracked file",
  "nested-repository": "nested repository",
  submodule: "submodule",
  "not-addable": "git could not read it",
  "kept-elsewhere": "kept by Git LFS",
  anothers: "another session's work",
};

/** Returns whether a signature under this coverage leaves something of the change unsigned. */
export function isPartial(coverage: Coverage): boolean {
  return coverage.partly.length + missing(coverage).length > 0 || coverage.countedFrom !== undefined;
}

/** Returns the paths that were cut or left out for their size: in the next change they come first. */
export function omittedForSize({ partly, notCovered }: Coverage): readonly string[] {
  const omitted = notCovered.filter(({ why }) => why === "over-budget" || why === "too-large");
  return [...partly, ...omitted].map(({ path }) => path);
}

/** Returns whether there is something to say beside the files that were shown and those that were not. */
export function hasNotes(coverage: Coverage): boolean {
  return notes(coverage).length > 0;
}

/** Returns from where the change was counted, where its baseline is gone, in words. */
export function countedFromText({ countedFrom }: Coverage): string | undefined {
  if (countedFrom === undefined) return undefined;
  const from = countedFrom === null ? "nothing" : `commit ${countedFrom.slice(0, 12)}`;
  return `counted from ${from}, for the private object store with its baseline was removed`;
}

/** Returns the coverage as one line for people: `3 files shown, 2 not covered (1 binary, 1 too large)`. */
export function coverageLine(coverage: Coverage): string {
  const gone = missing(coverage);
  return [
    `${count(coverage.shown.length, "file")} shown`,
    ...(coverage.partly.length > 0 ? [`${coverage.partly.length} shown in part`] : []),
    ...(gone.length > 0 ? [`${gone.length} not covered (${tally(gone)})`] : []),
    ...notes(coverage),
  ].join(", ");
}

/**
 * Returns one line for each path of which the reviewer was not given all: shown in part or not at
 * all, with values replaced, or mixed with the work of other sessions; at most 100 lines.
 */
export function coverageGaps(coverage: Coverage): readonly string[] {
  const lines = [
    ...coverage.partly.map((file) => `${pathLine(file.path)}: ${partText(file)}`),
    ...missing(coverage).map((file) => `${pathLine(file.path)}: not shown, ${WORDS[file.why]}`),
    ...coverage.redacted.map(({ path, values }) => `${pathLine(path)}: ${redactedText(values)}`),
    ...anothers(coverage).map(({ path, by }) => `${pathLine(path)}: left out, work of ${pathLine(by)}`),
    ...coverage.uncertain.map(
      ({ path, why }) => `${pathLine(path)}: may hold another session's work, ${pathLine(why)}`,
    ),
  ];
  if (lines.length <= LISTED) return lines;
  return [...lines.slice(0, LISTED), `and ${lines.length - LISTED} more`];
}

/** Returns a recorded reason in words; one that this version does not know stays as it is. */
export function notCoveredText(why: string): string {
  const known = NotCoveredReason.options.find((reason) => reason === why);
  return known === undefined ? oneLine(why) : WORDS[known];
}

/** Another's work is not missing: it is reviewed where it was done. */
function missing({ notCovered }: Coverage): readonly NotCoveredFile[] {
  return notCovered.filter(({ why }) => why !== "anothers");
}

function anothers({ notCovered, leftOut }: Coverage): Coverage["leftOut"] {
  const listed = new Set(leftOut.map(({ path }) => path));
  const rest = notCovered.filter(({ path, why }) => why === "anothers" && !listed.has(path));
  return [...leftOut, ...rest.map(({ path }) => ({ path, by: "another session" }))];
}

function notes(coverage: Coverage): readonly string[] {
  const { rules, redacted, uncertain } = coverage;
  const values = redacted.reduce((sum, file) => sum + file.values, 0);
  const others = anothers(coverage).length;
  const counted = countedFromText(coverage);
  return [
    ...(counted === undefined ? [] : [counted]),
    ...(values > 0 ? [redactedText(values)] : []),
    ...(others > 0 ? [`${count(others, "file")} left out as another session's`] : []),
    ...(uncertain.length > 0 ? [`${count(uncertain.length, "file")} may hold another session's work`] : []),
    ...(rules.length > 0 ? [`git's ${rules.join(", ")} rules changed, so edits may be out of sight`] : []),
  ];
}

function redactedText(values: number): string {
  return `${count(values, "secret-looking value")} redacted`;
}

function partText({ hunks, of, lines }: Coverage["partly"][number]): string {
  const shown = `${hunks} of ${of} hunks`;
  return lines === 0 ? `${shown} shown` : `${shown} and ${count(lines, "line")} of the next shown`;
}

function pathLine(path: string): string {
  return clip(oneLine(path), LONGEST_PATH);
}

function tally(files: readonly NotCoveredFile[]): string {
  return NotCoveredReason.options
    .map((why) => ({ why, number: files.filter((file) => file.why === why).length }))
    .filter(({ number }) => number > 0)
    .map(({ why, number }) => `${number} ${WORDS[why]}`)
    .join(", ");
}
