/** Outside of quotes these make a line more than one plain command; a `#` only at the start of a word. */
const SPECIAL = /[;&|<>()$`*?[\]{}~!\n]/;
/** Within double quotes these do. */
const SPECIAL_IN_DOUBLE = /[$`\\!]/;
const TOKEN = /'([^']*)'|"([^"]*)"|\\([^\n])|([^\s'"\\]+)|([ \t]+)/gy;

/**
 * Returns the words of a shell line that is one plain command (POSIX quoting), and `undefined` for
 * every line that a shell would expand, redirect or run as more than one. (`shellWords` of the floor below
 * splits any line: there somebody else has run it already.)
 */
export function plainWords(line: string): readonly string[] | undefined {
  const words: string[] = [];
  let word: string | undefined;
  let end = 0;
  const text = line.trim();
  for (const match of text.matchAll(TOKEN)) {
    const [whole, single, double, escaped, bare] = match;
    end = match.index + whole.length;
    if (bare !== undefined && (SPECIAL.test(bare) || (word === undefined && bare.startsWith("#"))))
      return undefined;
    if (double !== undefined && SPECIAL_IN_DOUBLE.test(double)) return undefined;
    const part = single ?? double ?? escaped ?? bare;
    if (part !== undefined) {
      word = (word ?? "") + part;
    } else if (word !== undefined) {
      words.push(word);
      word = undefined;
    }
  }
  if (end < text.length) return undefined;
  return word === undefined ? words : [...words, word];
}
