import type { WordPart } from "./shell-tokens.ts";

/** A word as far as it is known: `pieces` are its known parts in order, and `whole` says that they are all of it. */
export type ShellWord = { readonly pieces: readonly string[]; readonly whole: boolean };

/** Variables that hold themselves twice grow without an end. */
const LONGEST_WORD = 100_000;
const MOST_PIECES = 100;

/** Returns a word with the variables in it that are known. */
export function expanded(parts: readonly WordPart[], variables: ReadonlyMap<string, ShellWord>): ShellWord {
  const words = parts.map((part): ShellWord => {
    if (part.kind === "text") return { pieces: [part.text], whole: true };
    const value = part.kind === "variable" ? variables.get(part.name) : undefined;
    if (value !== undefined) return value;
    const otherwise = part.kind === "variable" ? part.otherwise : undefined;
    return otherwise === undefined ? { pieces: [], whole: false } : { pieces: [otherwise], whole: true };
  });
  const pieces = words.flatMap((word) => word.pieces);
  const isWhole = words.every((word) => word.whole);
  const length = pieces.reduce((sum, piece) => sum + piece.length, 0);
  if (length > LONGEST_WORD)
    return { pieces: pieces.slice(0, 1).map((one) => one.slice(0, LONGEST_WORD)), whole: false };
  return isWhole
    ? { pieces: [pieces.join("")], whole: true }
    : { pieces: pieces.slice(0, MOST_PIECES), whole: false };
}

/** Returns the known parts of a word as one text. */
export function textOf(word: ShellWord | undefined): string {
  return word?.pieces.join("") ?? "";
}
