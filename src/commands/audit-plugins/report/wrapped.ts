/** What stands before the first and before each further line, and how long a line may be. */
export type Margins = { readonly first: string; readonly rest: string; readonly width: number };

/** Returns a text in lines that break between words. A word that is longer than a line stays whole: it may be a path. */
export function wrapped(text: string, { first, rest, width }: Margins): readonly string[] {
  const lines: string[] = [];
  let line = first;
  let empty = true;
  for (const word of text.split(" ")) {
    if (!empty && line.length + 1 + word.length > width) {
      lines.push(line);
      line = rest;
      empty = true;
    }
    line = empty ? `${line}${word}` : `${line} ${word}`;
    empty = false;
  }
  return [...lines, line];
}
