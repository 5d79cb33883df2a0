import { stripVTControlCharacters } from "node:util";

/**
 * Control characters but tab and line feed, line separators, what turns the reading direction, and
 * halves of a surrogate pair, which no other program can be handed as UTF-8.
 */
const UNSAFE = /[^\P{Cc}\t\n]|\p{Cs}|[\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069]/gu;

/**
 * Returns foreign text made safe for a terminal: escape sequences and control characters
 * are gone, line breaks and tabs stay. What a model or a file says must not move a cursor.
 */
export function plainText(text: string): string {
  return stripVTControlCharacters(text).replace(UNSAFE, "");
}

/** Returns foreign text as one safe line, every run of white space folded into one blank. */
export function oneLine(text: string): string {
  return plainText(text).replace(/\s+/g, " ").trim();
}

/** Returns the text, or its first `length - 1` characters and an ellipsis where it is longer. */
export function clip(text: string, length: number): string {
  if (text.length <= length) return text;
  // Half of a surrogate pair is no character.
  return `${text.slice(0, Math.max(0, length - 1)).replace(/[\ud800-\udbff]$/, "")}…`;
}

/** Returns `1 file`, `2 files`: a count with its noun. */
export function count(number: number, noun: string, plural = `${noun}s`): string {
  return `${number} ${number === 1 ? noun : plural}`;
}
