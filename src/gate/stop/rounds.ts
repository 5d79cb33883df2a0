import * as z from "zod/mini";
import type { Outcome } from "./outcome.ts";

/**
 * How often the work of one prompt was held back. The count is ours: the host's own cap starts
 * anew whenever the agent calls a tool, and its `stop_hook_active` is a single bit.
 */
export const PromptRounds = z.strictObject({
  /** `null` where the host does not name its prompts. */
  promptId: z.nullable(z.string()),
  blocks: z.int(),
  /** Epoch milliseconds. */
  firstBlockAt: z.nullable(z.number()),
  /** The rounds are used up: no further review in this prompt. */
  capped: z.boolean(),
  /** The last stop was held back, so the next one belongs to the same work. */
  held: z.boolean(),
});
export type PromptRounds = z.output<typeof PromptRounds>;

/** What a Stop says about the prompt that it ends. */
export type PromptSign = { readonly promptId: string | undefined; readonly stopHookActive: boolean };

/**
 * Returns the rounds that hold for this stop: those on record where the prompt is the same, else
 * none yet.
 *
 * Without a prompt id `stop_hook_active` tells a new prompt from a continued one. It is known to
 * be false on some repeats, so a stop that follows one held back is a continuation whatever it
 * says: a flag that lies can then shorten the rounds of a new prompt, never add rounds to an old one.
 */
export function roundsFor(recorded: PromptRounds | undefined, stop: PromptSign): PromptRounds {
  const promptId = stop.promptId ?? null;
  const fresh = { promptId, blocks: 0, firstBlockAt: null, capped: false, held: false };
  if (recorded === undefined) return fresh;
  if (promptId !== null) return recorded.promptId === promptId ? recorded : fresh;
  return stop.stopHookActive || recorded.held ? { ...recorded, promptId } : fresh;
}

/**
 * Returns the rounds after a stop ended with this outcome. `now` is epoch milliseconds. A second
 * hook of the same stop changes nothing: what the first one decided stands.
 */
export function roundsAfter(rounds: PromptRounds, outcome: Outcome, now: number): PromptRounds {
  if (outcome.kind === "joined") return rounds;
  if (outcome.kind === "blocked" || (outcome.kind === "failed" && outcome.blocked)) {
    return { ...rounds, blocks: rounds.blocks + 1, firstBlockAt: rounds.firstBlockAt ?? now, held: true };
  }
  return { ...rounds, capped: rounds.capped || outcome.kind === "capped", held: false };
}
