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
]);
export type NotCoveredReason = z.output<typeof NotCoveredReason>;

/** One path that the reviewer was given. The blobs are what a signature is about. */
export const CoveredFile = z.strictObject({
  path: z.string(),
  oldPath: z.nullable(z.string()),
  kind: z.enum(["added", "deleted", "modified", "renamed", "type-changed"]),
  oldBlob: z.nullable(ObjectId),
  newBlob: z.nullable(ObjectId),
  /** The old content is gone from the object store, so the file was shown whole, as if new. */
  baselineLost: z.boolean(),
});
export type CoveredFile = z.output<typeof CoveredFile>;

const PartlyCoveredFile = z.extend(CoveredFile, { hunks: z.int(), of: z.int() });

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
};

/** Returns whether a signature under this coverage leaves something of the change unsigned. */
export function isPartial(coverage: Coverage): boolean {
  return coverage.partly.length + coverage.notCovered.length > 0;
}

/** Returns the coverage as one line for people: `3 files shown, 2 not covered (1 binary, 1 too large)`. */
export function coverageLine(coverage: Coverage): string {
  const { shown, partly, notCovered, rules } = coverage;
  return [
    `${count(shown.length, "file")} shown`,
    ...(partly.length > 0 ? [`${partly.length} shown in part`] : []),
    ...(notCovered.length > 0 ? [`${notCovered.length} not covered (${tally(notCovered)})`] : []),
    ...(rules.length > 0 ? [`git's ${rules.join(", ")} rules changed, so edits may be out of sight`] : []),
  ].join(", ");
}

/** Returns one line for each path that was shown in part or not at all, at most 100 of them. */
export function coverageGaps(coverage: Coverage): readonly string[] {
  const lines = [
    ...coverage.partly.map((file) => `${pathLine(file.path)}: ${file.hunks} of ${file.of} hunks shown`),
    ...coverage.notCovered.map((file) => `${pathLine(file.path)}: not shown, ${WORDS[file.why]}`),
  ];
  if (lines.length <= LISTED) return lines;
  return [...lines.slice(0, LISTED), `and ${lines.length - LISTED} more`];
}

/** Returns a recorded reason in words; one that this version does not know stays as it is. */
export function notCoveredText(why: string): string {
  const known = NotCoveredReason.options.find((reason) => reason === why);
  return known === undefined ? oneLine(why) : WORDS[known];
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
