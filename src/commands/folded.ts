import { stripVTControlCharacters } from "node:util";
import { wrapped } from "./audit-plugins/report/wrapped.ts";
import type { Output } from "./command.ts";

/** What a line begins with that its further lines stand right of: columns of labels, a number, a dash. */
const BEGINS = /^\s*(?:\S+(?: \S+)? {2,})*(?:\d+\. |- )?/;
/** Labels that take more than half of a narrow terminal are not stood clear of. */
const LITTLE = "  ";

/**
 * Returns lines as this output shows them best: on a terminal one that is too long breaks between words and
 * goes on below its beginning, right of its label. Elsewhere every line stays whole, for other programs.
 */
export function folded(output: Output, text: string): string {
  const width = output.columns?.();
  if (!output.isTerminal || width === undefined) return text;
  return text
    .split("\n")
    .flatMap((line) => foldedLine(line, width))
    .join("\n");
}

function foldedLine(line: string, width: number): readonly string[] {
  const plain = stripVTControlCharacters(line);
  if (plain.length <= width) return [line];
  const first = BEGINS.exec(plain)?.[0] ?? "";
  const rest = first.length * 2 > width ? LITTLE : " ".repeat(first.length);
  const [top = "", ...below] = wrapped(plain.slice(first.length), { first, rest, width });
  // A label may be coloured; what follows it never is.
  const label = line.slice(0, line.length - plain.length + first.length);
  return [`${label}${top.slice(first.length)}`, ...below];
}
