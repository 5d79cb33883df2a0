import type { Evidence, EvidenceFile, EvidenceLine } from "#gate/verdict/evidence.ts";
import type { ReviewFinding } from "#gate/verdict/finding.ts";
import { findQuotes, type Match } from "#gate/verdict/quote.ts";
import { findingId } from "./finding-id.ts";

/** A finding that was raised before: its id names the lines that its quote stood in. */
export type KnownFinding = { readonly id: string; readonly finding: ReviewFinding };

/** A finding with the whole lines that hold its quote now. */
export type PlacedFinding = { readonly finding: ReviewFinding; readonly match: Match<EvidenceLine> };

/** Of two quotes of one defect the shorter lies mostly within the longer. */
const LEAST_COMMON_PART = 0.5;
const LEAST_COMMON_WORDS = 0.6;
const SHORTEST_WORD = 3;

/** Every finding of an answer asks for the same places. */
const PLACES = new WeakMap<Evidence, Map<KnownFinding, readonly Match<EvidenceLine>[]>>();

/** Returns every place at which the very lines of a known finding stand now: none once they have changed. */
export function placesOf(known: KnownFinding, evidence: Evidence): readonly Match<EvidenceLine>[] {
  const places = PLACES.get(evidence) ?? new Map();
  PLACES.set(evidence, places);
  const found = places.get(known) ?? findPlaces(known, evidence);
  places.set(known, found);
  return found;
}

function findPlaces(known: KnownFinding, evidence: Evidence): readonly Match<EvidenceLine>[] {
  const { id, finding } = known;
  const file = fileOf(finding.file, evidence);
  if (file === undefined) return [];
  return findQuotes(finding.quote, linesOn(finding.side, file)).filter(
    (match) => findingId(finding, textsOf(match)) === id && (finding.side === "new" || isRemoved(match)),
  );
}

/**
 * Returns the known finding that is raised again here with a quote of more or fewer lines, or
 * `undefined`. Its own lines must all stand, so that nothing outlives them, and share most of the
 * shorter quote with the new one; and it must be called something similar.
 */
export function raisedBefore(
  { finding, match }: PlacedFinding,
  known: readonly KnownFinding[],
  evidence: Evidence,
): KnownFinding | undefined {
  const file = fileOf(finding.file, evidence);
  return known.find(
    (one) =>
      one.finding.side === finding.side &&
      fileOf(one.finding.file, evidence) === file &&
      isAlike(one.finding.title, finding.title) &&
      placesOf(one, evidence).some((place) => overlaps(place, match)),
  );
}

/** Returns whether two titles say about the same: most words of the shorter stand in the other. */
export function isAlike(one: string, other: string): boolean {
  const [few, many] = [wordsOf(one), wordsOf(other)].sort((a, b) => a.size - b.size);
  if (few === undefined || many === undefined || few.size === 0) return one.trim() === other.trim();
  const common = [...few].filter((word) => many.has(word)).length;
  return common / few.size >= LEAST_COMMON_WORDS;
}

/** Returns whether a match of the old side holds a line that the change removes. */
export function isRemoved(match: Match<EvidenceLine>): boolean {
  return match.some(({ kept }) => !kept);
}

/** Returns the lines of one side of a file, as far as they were shown. */
export function linesOn(side: ReviewFinding["side"], file: EvidenceFile): readonly EvidenceLine[] {
  return side === "new" ? file.newLines : file.oldLines;
}

/** Returns the texts of the lines that hold a quote. */
export function textsOf(match: Match<EvidenceLine>): readonly string[] {
  return match.map(({ text }) => text);
}

/** A file that was renamed meanwhile is the same file. */
function fileOf(path: string, { files }: Evidence): EvidenceFile | undefined {
  return files.find((file) => file.path === path) ?? files.find((file) => file.oldPath === path);
}

function overlaps(one: Match<EvidenceLine>, other: Match<EvidenceLine>): boolean {
  const numbers = new Set(one.map(({ number }) => number));
  const common = other.filter(({ number }) => numbers.has(number)).length;
  return common / Math.min(one.length, other.length) >= LEAST_COMMON_PART;
}

function wordsOf(title: string): ReadonlySet<string> {
  const words = title.toLowerCase().match(/[\p{L}\p{N}_]+/gu) ?? [];
  return new Set(words.filter((word) => word.length >= SHORTEST_WORD && word !== "the"));
}
