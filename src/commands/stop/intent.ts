import { personPrompts } from "#claude/transcript/person-prompts.ts";
import type { DueReview, StopCase } from "./stop-case.ts";

/**
 * Returns what a person asked for since the last signature: the work that is reviewed. Where that
 * was nothing (the agent was woken and went on), it is what was asked last. `undefined` where no
 * transcript tells.
 */
export async function intentOf(
  { input }: StopCase,
  { baseline }: DueReview["look"],
  signal: AbortSignal,
): Promise<string | undefined> {
  if (input.transcript_path === undefined) return undefined;
  const prompts = await personPrompts(input.transcript_path, signal);
  const since = prompts.filter(({ at }) => at >= new Date(baseline.takenAt));
  const asked = since.length > 0 ? since : prompts.slice(-1);
  return asked.length === 0 ? undefined : asked.map(({ text }) => text).join("\n\n---\n\n");
}
