/** Puts foreign texts between two lines that none of them contains. */
export type Framer = {
  /** Ends both lines of every frame of a prompt. */
  readonly mark: string;
  frame(name: string, text: string): string;
};

/**
 * Returns the framer for a prompt that holds these foreign texts. Its mark is `=== N ===` with the
 * smallest N that stands in none of them, so that no text can close its own frame or open another.
 * It depends on the texts alone, the same prompt is the same bytes, and it stays short whatever they
 * hold: a run of signs, lengthened until absent, would let a file blow up the prompt.
 */
export function framerFor(texts: readonly string[]): Framer {
  const mark = `=== ${firstAbsent(texts)} ===`;
  return {
    mark,
    frame: (name, text) => `[begin ${name} ${mark}]\n${text}\n[end ${name} ${mark}]`,
  };
}

/** The look-ahead finds marks that share their signs with the next one too. */
function firstAbsent(texts: readonly string[]): number {
  const present = new Set(
    texts.flatMap((text) => [...text.matchAll(/(?==== (\d+) ===)/g)].map(([, n]) => n)),
  );
  let number = 1;
  while (present.has(String(number))) number += 1;
  return number;
}
