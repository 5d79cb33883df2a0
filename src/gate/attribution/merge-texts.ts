import { diff3MergeRegions } from "node-diff3";

/** How a text ends its lines; `none` where it has but one. */
export type LineEnds = "none" | "lf" | "crlf" | "mixed";

/** Comparing costs the product of the lines that differ: beyond this it would be felt at a stop. */
const MAX_COMPARISONS = 25_000_000;

/** Returns how the text ends its lines. */
export function lineEndsOf(text: string): LineEnds {
  const all = text.split("\n").length - 1;
  if (all === 0) return "none";
  const carriage = text.split("\r\n").length - 1;
  if (carriage === 0) return "lf";
  return carriage === all ? "crlf" : "mixed";
}

/** Returns the text with every line ended the given way. */
export function withLineEnds(text: string, ends: "lf" | "crlf"): string {
  const plain = text.replaceAll("\r\n", "\n");
  return ends === "lf" ? plain : plain.replaceAll("\n", "\r\n");
}

/**
 * Returns `ours` with what `theirs` did to `base`, or `undefined` where both changed the same or
 * touching lines in different ways, where the result would end its lines now this way and now
 * that, or where the texts are too long to be compared.
 */
export function mergeTexts(base: string, ours: string, theirs: string): string | undefined {
  if (theirs === base || theirs === ours) return ours;
  if (ours === base) return theirs;
  const merged = mergeLines(base.split("\n"), ours.split("\n"), theirs.split("\n"))?.join("\n");
  const isMixed = (text: string) => lineEndsOf(text) === "mixed";
  if (merged === undefined || (isMixed(merged) && ![ours, theirs].some(isMixed))) return undefined;
  return merged;
}

function mergeLines(
  base: readonly string[],
  ours: readonly string[],
  theirs: readonly string[],
): readonly string[] | undefined {
  const [head, tail] = commonEnds([base, ours, theirs]);
  const middle = (lines: readonly string[]) => lines.slice(head, lines.length - tail);
  const [o, a, b] = [middle(base), middle(ours), middle(theirs)];
  if (o.length * Math.max(a.length, b.length) > MAX_COMPARISONS) return undefined;
  const merged: string[][] = [[...base.slice(0, head)]];
  for (const region of diff3MergeRegions(a, o, b)) {
    const [one, other] = region.stable
      ? [region.bufferContent, region.bufferContent]
      : [region.aContent, region.bContent];
    if (one.length !== other.length || one.some((line: string, at: number) => line !== other[at])) {
      return undefined;
    }
    merged.push(one);
  }
  return [...merged.flat(), ...base.slice(base.length - tail)];
}

/** How many lines at the start and at the end all of the texts share. */
function commonEnds(texts: readonly (readonly string[])[]): readonly [number, number] {
  const [first = []] = texts;
  const shortest = Math.min(...texts.map((lines) => lines.length));
  let head = 0;
  while (head < shortest && texts.every((lines) => lines[head] === first[head])) head += 1;
  let tail = 0;
  const last = (lines: readonly string[]) => lines[lines.length - 1 - tail];
  while (tail < shortest - head && texts.every((lines) => last(lines) === last(first))) tail += 1;
  return [head, tail];
}
