import { digestOf } from "#base/digest.ts";
import type { ReviewFinding } from "#gate/verdict/finding.ts";
import { folded } from "#gate/verdict/quote.ts";

const ID_LENGTH = 12;

/**
 * Returns the id of a finding about these whole lines of its file. It survives moved lines, new
 * indentation, a reworded title and a quote of more or less of the same lines, and ends with the
 * lines themselves.
 */
export function findingId(
  { file, side }: Pick<ReviewFinding, "file" | "side">,
  lines: readonly string[],
): string {
  return digestOf([file, side, lines.map(folded)]).slice(0, ID_LENGTH);
}
