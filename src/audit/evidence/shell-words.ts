/**
 * Returns the words of a command line as a POSIX shell would split it, without expanding anything, or
 * `undefined` where a quote is not closed. Codex joins the words of a command in this form.
 */
export function shellWords(line: string): readonly string[] | undefined {
  const words: string[] = [];
  let word: string | undefined;
  let read = 0;
  for (const [all, blank, single, double, escaped, plain] of line.matchAll(PIECE)) {
    read += all.length;
    if (blank !== undefined) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else {
      // Exactly one of them is there.
      const text = [single, double?.replace(ESCAPED, "$1"), escaped, plain].join("");
      word = `${word ?? ""}${text}`;
    }
  }
  if (read < line.length) return undefined;
  return word === undefined ? words : [...words, word];
}

/** A piece that begins where the one before ends: white space, a quoted text, one escaped character, or what needs no quotes. */
const PIECE = /(\s+)|'([^']*)'|"((?:[^"\\]|\\.)*)"|\\(.)|([^\s'"\\]+)/gsy;
/** Within double quotes a backslash is one, but before these. */
const ESCAPED = /\\([$`"\\\n])/g;
