import { oneLine } from "#base/text.ts";

/**
 * Lines that a healthy program says too: Node's warnings about itself and where to read more about
 * them, and what Codex says at each start: that it uses its own sandbox, and makes no aliases for a home below /tmp.
 */
const SAID_ANYWAY =
  /^\(node:\d+\) |^\(Use `node --trace-[a-z]+ |could not find bubblewrap on PATH.*will use the bundled|^WARNING: proceeding, even though we could not create PATH aliases/i;

/** Returns what a program said of its own end, on one safe line, without what it says anyway. */
export function lastWords(said: string): string {
  return oneLine(
    said
      .split("\n")
      .filter((line) => !SAID_ANYWAY.test(line))
      .join("\n"),
  );
}
