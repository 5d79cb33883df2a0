import { closing, endOfLine, type Heredoc, heredocBody, match } from "./shell-nesting.ts";

/** A piece of a word: text as it stands, or what only the shell that runs it can know. */
export type WordPart =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "variable"; readonly name: string; readonly otherwise: string | undefined }
  | { readonly kind: "unknown" };

export type ShellToken =
  | { readonly kind: "word"; readonly parts: readonly WordPart[]; readonly quoted: boolean }
  /** `;`, `&`, `|`, `&&`, `||`, `(`, `)`; a line's end is a `;`. */
  | { readonly kind: "operator"; readonly text: string }
  /** The word that follows is its file, or for `<<<` its text. */
  | { readonly kind: "redirect"; readonly text: string }
  | { readonly kind: "heredoc"; readonly body: string }
  /** The script of `$(...)`, of backticks or of `<(...)`: it runs before the command that it stands in. */
  | { readonly kind: "nested"; readonly script: string };

type Reading = {
  readonly text: string;
  at: number;
  readonly tokens: ShellToken[];
  readonly heredocs: (Heredoc & { readonly place: number })[];
  parts: WordPart[] | undefined;
  quoted: boolean;
};

/**
 * Returns the tokens of a shell script (POSIX, and what of bash is common in one). Unlike `plainWords`,
 * which refuses whatever is more than one plain command, it never fails: an agent's shell ran the script,
 * and the question is only which programs stand in it. What it cannot follow becomes `unknown`.
 */
export function shellTokens(text: string): readonly ShellToken[] {
  const reading: Reading = { text, at: 0, tokens: [], heredocs: [], parts: undefined, quoted: false };
  while (reading.at < text.length) step(reading);
  endWord(reading);
  return reading.tokens;
}

const OPERATOR = /&&|\|\||;;|\|&|[;&|()\n]/y;
const REDIRECT = /&>>?|\d*(?:<<<|<<-?|<>|>>|>\||<&|>&|<|>)/y;

function step(reading: Reading): void {
  const { text, at } = reading;
  const character = text[at] ?? "";
  if (character === " " || character === "\t" || character === "\r") {
    endWord(reading);
    reading.at += 1;
  } else if (character === "#" && reading.parts === undefined) reading.at = endOfLine(text, at);
  else if (!takeRedirect(reading) && !takeOperator(reading)) takePart(reading, character);
}

function takeRedirect(reading: Reading): boolean {
  const { text, at } = reading;
  if (text.startsWith("<(", at) || text.startsWith(">(", at)) {
    takeNested(reading, at + 1);
    return true;
  }
  const found = match(REDIRECT, text, at);
  // Digits within a word are no descriptor.
  if (found === undefined || (/^\d/.test(found) && reading.parts !== undefined)) return false;
  endWord(reading);
  reading.at += found.length;
  if (/^\d*<<-?$/.test(found)) takeHeredoc(reading, found.endsWith("-"));
  else reading.tokens.push({ kind: "redirect", text: found.replace(/^\d+/, (fd) => (fd === "1" ? "" : fd)) });
  return true;
}

function takeOperator(reading: Reading): boolean {
  const found = match(OPERATOR, reading.text, reading.at);
  if (found === undefined) return false;
  endWord(reading);
  reading.tokens.push({ kind: "operator", text: found === "\n" ? ";" : found });
  reading.at += found.length;
  if (found === "\n") takeBodies(reading);
  return true;
}

/** Its body begins on the next line. */
function takeHeredoc(reading: Reading, tabs: boolean): void {
  const found = match(/[ \t]*(?:'[^'\n]*'|"[^"\n]*"|\\?[^\s;&|<>()]+)/y, reading.text, reading.at) ?? "";
  reading.at += found.length;
  const delimiter = found.trim().replace(/['"\\]/g, "");
  reading.heredocs.push({ delimiter, tabs, place: reading.tokens.length });
  reading.tokens.push({ kind: "heredoc", body: "" });
}

function takeBodies(reading: Reading): void {
  for (const { place, ...heredoc } of reading.heredocs.splice(0)) {
    const { body, end } = heredocBody(reading.text, reading.at, heredoc);
    reading.tokens[place] = { kind: "heredoc", body };
    reading.at = end;
  }
}

function takePart(reading: Reading, character: string): void {
  switch (character) {
    case "'":
      takeSingle(reading);
      return;
    case '"':
      takeDouble(reading);
      return;
    case "\\":
      if (reading.text[reading.at + 1] !== "\n") add(reading, reading.text[reading.at + 1] ?? "");
      reading.at += 2;
      return;
    case "$":
    case "`":
      takeExpansion(reading);
      return;
    default:
      add(reading, character);
      reading.at += 1;
  }
}

function takeSingle(reading: Reading): void {
  const end = reading.text.indexOf("'", reading.at + 1);
  const to = end < 0 ? reading.text.length : end;
  reading.quoted = true;
  add(reading, reading.text.slice(reading.at + 1, to));
  reading.at = to + 1;
}

function takeDouble(reading: Reading): void {
  const { text } = reading;
  reading.quoted = true;
  add(reading, "");
  reading.at += 1;
  while (reading.at < text.length && text[reading.at] !== '"') {
    const character = text[reading.at] ?? "";
    if (character === "\\" && /[$`"\\\n]/.test(text[reading.at + 1] ?? "")) {
      if (text[reading.at + 1] !== "\n") add(reading, text[reading.at + 1] ?? "");
      reading.at += 2;
    } else if (character === "$" || character === "`") takeExpansion(reading);
    else {
      add(reading, character);
      reading.at += 1;
    }
  }
  reading.at += 1;
}

/** `${NAME:-otherwise}` too, for a program is often named so. */
const VARIABLE = /\$(?:([A-Za-z_]\w*)|\{([A-Za-z_]\w*)(?::?[-=]([^${}`]*))?\})/y;

function takeExpansion(reading: Reading): void {
  const { text, at } = reading;
  if (text[at] === "`" || text.startsWith("$(", at)) {
    takeNested(reading, text[at] === "`" ? at : at + 1);
    return;
  }
  VARIABLE.lastIndex = at;
  const found = VARIABLE.exec(text);
  const name = found?.[1] ?? found?.[2];
  if (found !== null && name !== undefined) {
    part(reading, { kind: "variable", name, otherwise: found[3]?.replace(/^["']|["']$/g, "") });
    reading.at += found[0].length;
  } else if (text[at + 1] === "{") {
    part(reading, { kind: "unknown" });
    const end = text.indexOf("}", at);
    reading.at = end < 0 ? text.length : end + 1;
  } else if (text[at + 1] === "'") reading.at += 1;
  else {
    const special = /[\d?!#@*$-]/.test(text[at + 1] ?? "");
    part(reading, special ? { kind: "unknown" } : { kind: "text", text: "$" });
    reading.at += special ? 2 : 1;
  }
}

/** `from` is where the bracket or the backtick stands. */
function takeNested(reading: Reading, from: number): void {
  const end = closing(reading.text, from);
  const script = reading.text.slice(from + 1, end);
  reading.tokens.push({ kind: "nested", script: script.replace(/^\(|\\(?=`)/g, "") });
  part(reading, { kind: "unknown" });
  reading.at = end + 1;
}

function add(reading: Reading, text: string): void {
  const last = reading.parts?.at(-1);
  if (reading.parts !== undefined && last?.kind === "text")
    reading.parts[reading.parts.length - 1] = { kind: "text", text: last.text + text };
  else part(reading, { kind: "text", text });
}

function part(reading: Reading, one: WordPart): void {
  reading.parts = [...(reading.parts ?? []), one];
}

function endWord(reading: Reading): void {
  const { parts, quoted } = reading;
  if (parts !== undefined) reading.tokens.push({ kind: "word", parts, quoted });
  reading.parts = undefined;
  reading.quoted = false;
}
