/**
 * Returns the name that is closest to a mistyped one by edit distance, or `undefined` where
 * nothing is close enough to be worth naming (more than half of its letters differ).
 */
export function nearest(word: string, names: readonly string[]): string | undefined {
  let best: { readonly name: string; readonly distance: number } | undefined;
  for (const name of names) {
    // As many letters at least must be put in or left out, and to compare a very long word takes long.
    if (Math.abs(word.length - name.length) * 2 > Math.max(word.length, name.length)) continue;
    const distance = editDistance(word.toLowerCase(), name.toLowerCase());
    if (distance * 2 <= Math.max(word.length, name.length) && distance < (best?.distance ?? Infinity)) {
      best = { name, distance };
    }
  }
  return best?.name;
}

/** Levenshtein's distance: how many letters must be put in, left out or exchanged. */
function editDistance(from: string, to: string): number {
  let above = Array.from({ length: to.length + 1 }, (_, column) => column);
  for (const [row, letter] of [...from].entries()) {
    const line = [row + 1];
    for (const [column, other] of [...to].entries()) {
      const exchanged = cell(above, column) + (letter === other ? 0 : 1);
      line.push(Math.min(exchanged, cell(above, column + 1) + 1, cell(line, column) + 1));
    }
    above = line;
  }
  return cell(above, to.length);
}

function cell(line: readonly number[], index: number): number {
  return line[index] ?? Infinity;
}
