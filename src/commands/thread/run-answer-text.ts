import * as z from "zod/mini";
import { JsonFault, parseJson } from "#base/json.ts";
import { oneLine, plainText } from "#base/text.ts";
import type { ReviewRemark, RunBegun, RunEnded } from "#runs/records/run-record.ts";

/**
 * Returns what a run said, for standard output: its final message word for word, or of a challenge what it
 * found, with what became of it when it was held against the files. `undefined` where it said nothing.
 */
export function runAnswerText(
  kind: RunBegun["kind"],
  { answer, remarks }: Pick<RunEnded, "answer" | "remarks">,
): string | undefined {
  if (kind !== "adversarial-review" || remarks === null) return answer ?? undefined;
  return [...summaryOf(answer ?? ""), ...remarks.flatMap(remarkLines)].join("\n");
}

/** Returns one finding of a review with its check. */
export function remarkLines(remark: ReviewRemark): readonly string[] {
  const { title, body, file, lineStart, lineEnd, severity, check, detail } = remark;
  const lines = lineStart === lineEnd ? `${lineStart}` : `${lineStart}-${lineEnd}`;
  const place = file === null ? "" : ` (${oneLine(file)}:${lines})`;
  return [
    "",
    `[${severity ?? "no severity"}, ${CHECKS[check]}] ${oneLine(title)}${place}`,
    ...plainText(body)
      .split("\n")
      .map((line) => `    ${line}`),
    `    Checked: ${detail}.`,
  ];
}

const CHECKS = {
  stands: "stands",
  "does-not-stand": "DOES NOT STAND",
  unchecked: "not checked",
} as const;

const Summary = z.looseObject({ stance: z.string(), summary: z.string() });

function summaryOf(answer: string): readonly string[] {
  try {
    const { stance, summary } = parseJson(answer, Summary);
    return [`The approach is ${oneLine(stance)}. ${plainText(summary)}`];
  } catch (error) {
    if (error instanceof JsonFault) return [];
    throw error;
  }
}
