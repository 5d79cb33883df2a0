import * as z from "zod/mini";
import { JsonFault, parseJson } from "#base/json.ts";
import { count, oneLine } from "#base/text.ts";

/** What a review answers in: its findings are shown once they were checked. */
const Findings = z.looseObject({ findings: z.array(z.unknown()) });

/** Returns a message on one line that is safe for a terminal; of a review's answer how much it found. */
export function messageWords(text: string): string {
  const found = findingsIn(text);
  return found === undefined ? oneLine(text) : count(found, "finding");
}

function findingsIn(text: string): number | undefined {
  if (!text.trimStart().startsWith("{")) return undefined;
  try {
    return parseJson(text, Findings).findings.length;
  } catch (error) {
    if (error instanceof JsonFault) return undefined;
    throw error;
  }
}
