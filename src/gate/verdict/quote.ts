/** One line of a file as the reviewer could see it, by its number in the file. */
export type NumberedLine = { readonly number: number; readonly text: string };

/** Where a quote stands: the whole lines that hold it, in order. */
export type Match<L extends NumberedLine> = readonly [L, ...L[]];

/** A part of a line identifies it only when it is at least this long; a shorter quote must be the whole line. */
const SHORTEST_PART = 8;
/** More lines than this are no quotation; the rest would only be compared in vain. */
const LONGEST_QUOTE = 200;

/** Returns whether a quote says anything: one without a letter or digit (`}`) stands everywhere. */
export function isTelling(quote: string): boolean {
  return /[\p{L}\p{N}]/u.test(quote);
}

/**
 * Returns the match that begins nearest to `near` among those that begin within the numbers `from`
 * to `to`, or `undefined`.
 *
 * White space is folded and blank lines are passed over, for models re-indent. The first and the
 * last line of a quote may be parts of theirs. A quote copied with its `+` and `-` marks is
 * tried without them when it stands nowhere as it is; then without the signs that nobody sees, for a
 * reviewer that copies what it reads drops them, and no line gets out of reach by holding some.
 */
export function findQuote<L extends NumberedLine>(
  quote: string,
  lines: readonly L[],
  span: { readonly from: number; readonly to: number; readonly near: number },
): Match<L> | undefined {
  const near = lines.filter(({ number }) => number >= span.from && number <= span.to + LONGEST_QUOTE);
  const inSpan = findQuotes(quote, near).filter(([first]) => first.number <= span.to);
  return inSpan.toSorted((a, b) => Math.abs(a[0].number - span.near) - Math.abs(b[0].number - span.near))[0];
}

/** Returns every place at which the quote stands in all of these lines, in their order. */
export function findQuotes<L extends NumberedLine>(quote: string, lines: readonly L[]): readonly Match<L>[] {
  const wanted = quotedLines(quote);
  const unmarked = withoutMarks(wanted);
  for (const asked of [wanted, unmarked]) {
    const matches = matchesOf(asked, lines, foldedLine);
    if (matches.length > 0) return matches;
  }
  // What a reader takes for the end of a line is none to git.
  for (const asked of [wanted, unmarked, [wanted.join(" ")]]) {
    const matches = matchesOf(asked.map(seen), lines, seenLine);
    if (matches.length > 0) return matches;
  }
  return [];
}

/** Signs without a shape (Unicode, Default_Ignorable_Code_Point), and control characters that are no blanks. */
const UNSEEN = /[\p{DI}\p{Cf}]|(?!\s)\p{Cc}/gu;
const NEXT_LINE = "\u0085";
const PLAIN = /^[\t -~]*$/;

/** Returns a text as it looks: composed, in the usual forms of its signs, and without those that have no shape. */
export function seen(text: string): string {
  return PLAIN.test(text)
    ? text
    : folded(text.normalize("NFKC").replace(UNSEEN, (sign) => (sign === NEXT_LINE ? " " : "")));
}

/** Returns a line with every run of white space folded into one blank. */
export function folded(line: string): string {
  return line.replace(/\s+/g, " ").trim();
}

/** A line of megabytes is compared with two hundred quotes, but folded once: nothing can interrupt us meanwhile. */
const foldedLines = new WeakMap<NumberedLine, string>();

function foldedLine(line: NumberedLine): string {
  const text = foldedLines.get(line) ?? folded(line.text);
  foldedLines.set(line, text);
  return text;
}

const seenLines = new WeakMap<NumberedLine, string>();

function seenLine(line: NumberedLine): string {
  const text = seenLines.get(line) ?? seen(foldedLine(line));
  seenLines.set(line, text);
  return text;
}

function quotedLines(quote: string): readonly string[] {
  return quote
    .split("\n")
    .filter((line) => !isBlank(line))
    .map(folded);
}

function withoutMarks(wanted: readonly string[]): readonly string[] {
  return wanted.every((line) => /^[+-]/.test(line)) ? wanted.map((line) => line.slice(1).trim()) : [];
}

function matchesOf<L extends NumberedLine>(
  wanted: readonly string[],
  lines: readonly L[],
  textOf: (line: NumberedLine) => string,
): readonly Match<L>[] {
  if (wanted.length === 0 || wanted.length > LONGEST_QUOTE) return [];
  const known = lines.flatMap((line, index) => (textOf(line) === "" ? [] : [{ line, index }]));
  const texts = known.map(({ line }) => textOf(line));
  return known.flatMap(({ line, index }, start) => {
    const stands = wanted.every((part, offset) => {
      const text = texts[start + offset];
      return (
        text !== undefined && holds(text, part, { first: offset === 0, last: offset === wanted.length - 1 })
      );
    });
    if (!stands) return [];
    const others = known.slice(start + 1, start + wanted.length).map((one) => one.line);
    const match: Match<L> = [line, ...others];
    return isUnbroken(match, lines, index) ? [match] : [];
  });
}

/** Between two hunks there are lines that nobody showed: a quote cannot run across the gap. */
function isUnbroken<L extends NumberedLine>(match: Match<L>, lines: readonly L[], start: number): boolean {
  const [first] = match;
  const last = Math.max(...match.map(({ number }) => number));
  const between = lines.slice(start, start + last - first.number + 1);
  return between.every((line, offset) => line.number === first.number + offset);
}

function holds(text: string, part: string, at: { readonly first: boolean; readonly last: boolean }): boolean {
  if (text === part) return true;
  if (part.length < SHORTEST_PART) return false;
  if (at.first && at.last) return text.includes(part);
  return (at.first && text.endsWith(part)) || (at.last && text.startsWith(part));
}

function isBlank(text: string): boolean {
  return text.trim() === "";
}
