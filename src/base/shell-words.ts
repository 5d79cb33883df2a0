export type ShellWords = {
  readonly words: readonly string[];
  /** Whether every quote is closed. One that is not is passed over. */
  readonly whole: boolean;
};

/** A piece of a line: white space, a quoted text, one escaped character, or what needs no quotes. */
const PIECE = /(\s+)|'([^']*)'|"((?:[^"\\]|\\.)*)"|\\(.)|([^\s'"\\]+)/gs;
/** Within double quotes a backslash is one, but before these. */
const ESCAPED = /\\([$`"\\\n])/g;

/**
 * Returns the words of a command line as a POSIX shell would split it, without expanding anything. Codex
 * reports and keeps the words of a command in this form.
 */
export function shellWords(line: string): ShellWords {
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
  return { words: word === undefined ? words : [...words, word], whole: read === line.length };
}

/** Returns a line that a shell, and `shellWords`, takes apart into these words: in single quotes what is more than a word. */
export function shellLine(words: readonly string[]): string {
  return words.map(quoted).join(" ");
}

function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'"'"'`)}'`;
}
