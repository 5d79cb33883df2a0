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

/** Numbers that stand in something like a mark are passed over too: a reader's eye is less exact than ours. */
function firstAbsent(texts: readonly string[]): number {
  const present = new Set(texts.flatMap((text) => [text, plainer(text)]).flatMap(numbersIn));
  let number = 1;
  while (present.has(String(number))) number += 1;
  return number;
}

/** The look-ahead finds marks that share their signs with the next one too. */
function numbersIn(text: string): readonly (string | undefined)[] {
  return [...text.matchAll(/(?====\s*(\d+)\s*===)/g)].map(([, digits]) => digits?.replace(/^0+(?=\d)/, ""));
}

/** Full-width signs and the like become plain ones, and what nobody sees goes. */
function plainer(text: string): string {
  return text.normalize("NFKC").replace(/\p{Cf}/gu, "");
}
