import { oneLine } from "#base/text.ts";
import type { Surroundings } from "#commands/command.ts";

/** One line on a terminal that tells how far it is. */
export type Progress = {
  /** Writes over what was said before. */
  readonly say: (text: string) => void;
  /** Takes the line away. Harmless again. */
  readonly clear: () => void;
};

/** Below the width of a narrow terminal: a line that wraps cannot be written over. */
const WIDTH = 78;

/**
 * Returns a line on standard error, or one that says nothing where that is no terminal. It is
 * written over with blanks, without an escape sequence, so that NO_COLOR and a dumb terminal are fine.
 */
export function progressOn({ stderr }: Pick<Surroundings, "stderr">): Progress {
  let width = 0;
  const rewrite = (text: string): void => {
    if (!stderr.isTerminal) return;
    stderr.write(`\r${text.padEnd(width)}${text === "" ? "\r" : ""}`);
    width = text.length;
  };
  return {
    say: (text) => rewrite(shortened(oneLine(text))),
    clear: () => {
      if (width > 0) rewrite("");
    },
  };
}

function shortened(text: string): string {
  return text.length <= WIDTH ? text : `${text.slice(0, WIDTH - 3)}...`;
}
