/** Below this every character that is printed takes one cell: ASCII, Latin-1 and the Latin extensions. */
const ALWAYS_NARROW = 0x300;

/**
 * Returns how many cells of a terminal a line takes at most. Everything beyond Latin counts as two:
 * which characters are wide depends on the terminal and its font, and a line that is held to be too
 * long is only cut earlier, while one that wraps can never be written over.
 */
export function cellsOf(text: string): number {
  let cells = 0;
  for (const character of text) cells += cellsOfOne(character);
  return cells;
}

/** Returns the text, or its beginning and an ellipsis where it could take more cells than that. */
export function fitted(text: string, cells: number): string {
  if (cellsOf(text) <= cells) return text;
  let taken = "";
  // The ellipsis is beyond Latin too.
  let left = cells - cellsOfOne("…");
  for (const character of text) {
    left -= cellsOfOne(character);
    if (left < 0) break;
    taken += character;
  }
  return cells < cellsOfOne("…") ? "" : `${taken.trimEnd()}…`;
}

function cellsOfOne(character: string): number {
  return (character.codePointAt(0) ?? 0) < ALWAYS_NARROW ? 1 : 2;
}
