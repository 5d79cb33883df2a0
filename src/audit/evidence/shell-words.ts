/**
 * Returns the words of a command line as a POSIX shell would split it, without expanding anything, or
 * `undefined` where a quote is not closed. Codex joins the words of a command in this form.
 */
export function shellWords(line: string): readonly string[] | undefined {
  const words: string[] = [];
  let word: string | undefined;
  let rest = line;
  while (rest !== "") {
    const piece = PIECE.exec(rest)?.groups;
    if (piece === undefined) return undefined;
    const { blank, single, double, escaped, plain } = piece;
    if (blank !== undefined) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else {
      const inner = double?.replace(ESCAPED, "$1");
      word = (word ?? "") + (single ?? inner ?? escaped ?? plain ?? "");
    }
    rest = rest.slice(piece["all"]?.length ?? rest.length);
  }
  return word === undefined ? words : [...words, word];
}

/** The next piece: white space, a quoted text, one escaped character, or what needs no quotes. */
const PIECE =
  /^(?<all>(?<blank>\s+)|'(?<single>[^']*)'|"(?<double>(?:[^"\\]|\\.)*)"|\\(?<escaped>.)|(?<plain>[^\s'"\\]+))/s;
/** Within double quotes a backslash is one, but before these. */
const ESCAPED = /\\([$`"\\\n])/g;
