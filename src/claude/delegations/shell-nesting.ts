/** Returns where a bracket, or a backtick, that stands at `from` is closed; the end of the text where it never is. */
export function closing(text: string, from: number): number {
  if (text[from] === "`") {
    const end = /[^\\]`/g;
    end.lastIndex = from;
    const found = end.exec(text);
    return found === null ? text.length : found.index + 1;
  }
  let depth = 0;
  for (let at = from; at < text.length; at += 1) {
    const character = text[at];
    if (character === "\\") at += 1;
    else if (character === "'" || character === '"') at = endOfQuote(text, at);
    else if (character === "(") depth += 1;
    else if (character === ")") {
      depth -= 1;
      if (depth === 0) return at;
    }
  }
  return text.length;
}

function endOfQuote(text: string, from: number): number {
  for (let at = from + 1; at < text.length; at += 1) {
    if (text[at] === "\\" && text[from] === '"') at += 1;
    else if (text[at] === text[from]) return at;
  }
  return text.length;
}

/** A here-document: what ends it, and whether tabs in front of its lines do not count. */
export type Heredoc = { readonly delimiter: string; readonly tabs: boolean };

/** Returns what stands between a position, at the start of a line, and the delimiter, and where it goes on. */
export function heredocBody(
  text: string,
  from: number,
  { delimiter, tabs }: Heredoc,
): { readonly body: string; readonly end: number } {
  const lines: string[] = [];
  let at = from;
  while (at < text.length) {
    const end = endOfLine(text, at);
    const line = text.slice(at, end);
    at = end + 1;
    if ((tabs ? line.trimStart() : line) === delimiter) break;
    lines.push(line);
  }
  return { body: lines.join("\n"), end: Math.min(at, text.length) };
}

/** Returns where the line ends that a position is in. */
export function endOfLine(text: string, from: number): number {
  const end = text.indexOf("\n", from);
  return end < 0 ? text.length : end;
}

/** Returns what a sticky expression finds at a position, if anything. */
export function match(expression: RegExp, text: string, at: number): string | undefined {
  expression.lastIndex = at;
  return expression.exec(text)?.[0];
}
