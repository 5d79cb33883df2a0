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
