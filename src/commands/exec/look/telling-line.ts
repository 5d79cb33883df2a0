import { clip } from "#base/text.ts";
import { lastWords } from "#codex/last-words.ts";

const LONGEST = 500;

/** How Node, Python, Java, compilers, git and Rust begin the line that names what went wrong. */
const NAMES_AN_ERROR =
  /^\s*(?:Uncaught )?(?:(?:[\w.$]*(?:Error|Exception)|error|fatal)(?: ?\[\w+\])?:|thread '.*' panicked)/i;

/**
 * Returns the line of a program's output that says most of why it failed, safe for a terminal and of a
 * bounded length: the last one that names an error, in front of those that are indented as parts of a
 * stack or of a cause are, else the last one that has words. Empty where there is none.
 */
export function tellingLine(said: string): string {
  const lines = said.split("\n").filter((line) => lastWords(line) !== "");
  const errors = lines.filter((line) => NAMES_AN_ERROR.test(line));
  const line = errors.findLast((error) => !/^\s/.test(error)) ?? errors.at(-1) ?? lines.at(-1) ?? "";
  return clip(lastWords(line), LONGEST);
}
