import { clip } from "#base/text.ts";
import { isClaim } from "./prose-sentence.ts";

const MOST = 5;
const LONGEST = 1_000;
/** A message that is longer is a document. */
const LONGEST_TEXT = 200_000;

/**
 * Returns the sentences of an answer that say that Codex did something, each shortened to 1,000
 * characters and at most five. What is no statement of the agent's own is passed over: code, quotations, questions,
 * plans, conditions, negations, what somebody else said, and what is true of Codex in general.
 *
 * It goes by English words: it misses what is said in another language or in a roundabout way, and it can
 * take a remark for a claim. So a claim of this kind is never more than a reason to look for the run.
 */
export function proseClaims(text: string): readonly string[] {
  if (!/codex/i.test(text)) return [];
  return sentences(text.slice(0, LONGEST_TEXT))
    .filter((sentence) => /codex/i.test(sentence) && isClaim(sentence))
    .slice(0, MOST)
    .map((sentence) => clip(sentence, LONGEST));
}

/** Code blocks, quoted lines and commands are not the agent's own words. */
function sentences(text: string): readonly string[] {
  return outsideOfCode(text.split("\n"))
    .filter((line) => !/^\s*(?:>|\$ |<\w)/.test(line))
    .flatMap((line) => plainLine(line).split(/(?<=[.!?…])(?<!\b\d\.)\s+(?=\S)|\s*[;•]\s+|\s[—–]\s/))
    .map((sentence) => sentence.trim())
    .filter((sentence) => sentence !== "");
}

function outsideOfCode(lines: readonly string[]): readonly string[] {
  let fence: string | undefined;
  return lines.filter((line) => {
    const mark = /^\s*(```|~~~)/.exec(line)?.[1];
    const inside = fence !== undefined || mark !== undefined;
    if (fence === undefined) fence = mark;
    else if (mark === fence) fence = undefined;
    return !inside;
  });
}

function plainLine(line: string): string {
  return (
    line
      // Marks of lists, headings, tables and emphasis.
      .replace(/^\s*(?:[-*+]|\d+[.)]|#{1,6}|\|)\s+/, "")
      .replace(/^\[[ xX]\]\s+/, "")
      .replace(/\*\*|__|(?<=^|\s)[*_](?=\S)|(?<=\S)[*_](?=\s|$)/g, "")
      .replace(/`([^`]*)`/g, "$1")
      .replace(/\[([^\]]*)\]\([^)]*\)/g, "$1")
      .replace(/\s*\|\s*/g, ": ")
      // What somebody is quoted to have said; a claim around it stays.
      .replace(/"[^"]*"|“[^”]*”|«[^»]*»/g, " … ")
      .replace(/’/g, "'")
  );
}
