import type { FileEdit } from "./tool-records.ts";

type Replacement = Pick<Extract<FileEdit, { kind: "replace" }>, "old" | "new" | "all">;

const LONGEST = 64 * 1024 * 1024;

/**
 * Returns a text after a replacement, as Claude Code 2.1.330's Edit makes it, or `undefined` where
 * the replaced text is not there, is there more than once and one was meant, or would make a text that
 * no tool writes. A replacement by
 * nothing takes the line feed behind it along, wherever one such place has it.
 */
export function applyReplacement(text: string, replacement: Replacement): string | undefined {
  const { old, new: replaced, all } = replacement;
  if (old === "") return text === "" ? replaced : undefined;
  const places = text.split(old).length - 1;
  if (places === 0 || (places > 1 && !all)) return undefined;
  if (text.length + (all ? places : 1) * replaced.length > LONGEST) return undefined;
  const whole = replaced === "" && !old.endsWith("\n") && text.includes(`${old}\n`) ? `${old}\n` : old;
  return all ? text.replaceAll(whole, () => replaced) : text.replace(whole, () => replaced);
}
