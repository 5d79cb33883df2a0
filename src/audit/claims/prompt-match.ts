import type { KnownPrompt } from "#claude/delegations/delegation.ts";

/** A piece that is shorter can stand in any prompt. */
const TELLING = 12;
/** How much of a prompt is compared: a rollout's is known by how it begins. */
const COMPARED = 1_500;

/**
 * Returns whether a prompt that was typed is one of those that Codex was given. Runs of white space count
 * as one blank; what was added behind it (piped input) does not matter; of a prompt that the shell put
 * together, the known pieces must stand in it.
 */
export function promptMatch(asked: KnownPrompt, given: readonly string[]): "same" | "other" | "unknown" {
  if (asked.kind !== "known" || given.length === 0) return "unknown";
  const texts = given.map(blank);
  if (asked.whole) {
    const wanted = blank(asked.pieces.join("")).slice(0, COMPARED);
    const isSame = texts.some((text) => text === wanted || text.startsWith(wanted) || within(text, wanted));
    return isSame ? "same" : "other";
  }
  const pieces = asked.pieces.map(blank).filter((piece) => piece.length >= TELLING);
  if (pieces.length === 0) return "unknown";
  if (texts.some((text) => pieces.every((piece) => text.includes(piece.slice(0, COMPARED))))) return "same";
  // What stands behind the part that is known of a long prompt is not seen.
  return texts.some((text) => text.length >= COMPARED) ? "unknown" : "other";
}

/** A wrapper may put words of its own around what it was given; a contract's goal stands in a frame. */
function within(text: string, wanted: string): boolean {
  return text.includes(wanted.length >= TELLING ? wanted : `===] ${wanted} [end goal ===`);
}

function blank(text: string): string {
  return text.replace(/\s+/g, " ").trim();
}
