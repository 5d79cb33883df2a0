import { readRolloutFacts } from "./rollout-facts.ts";
import type { ThreadHead } from "./thread-head.ts";
import type { TurnFacts } from "./turn-facts.ts";

/** A thread as its rollout tells of it. Absent fields were not told. */
export type RolloutOutline = ThreadHead & {
  readonly path: string;
  /** In the order in which they began; those that a fork only holds a copy of are marked `inherited`. */
  readonly turns: readonly TurnOutline[];
  readonly turnsLeftOut: number;
  /** Lines of which nothing could be made. */
  readonly unreadLines: number;
};

export type TurnOutline = Omit<TurnFacts, "commands" | "leftOut"> & { readonly commandCount: number };

/**
 * Returns what a rollout is about and which turns it has, or `undefined` where no line of it names a
 * thread. The whole file is read, as a stream.
 *
 * @throws Error with the system's code, such as ENOENT; `signal`'s reason.
 */
export async function rolloutOutline(path: string, signal: AbortSignal): Promise<RolloutOutline | undefined> {
  const { head, turns, turnsLeftOut, unread } = await readRolloutFacts(path, {}, signal);
  if (head === undefined) return undefined;
  return {
    ...head,
    path,
    turns: turns.map(outlineOf),
    turnsLeftOut,
    unreadLines: unread.reduce((sum, { lines }) => sum + lines, 0),
  };
}

function outlineOf({ commands, leftOut, ...turn }: TurnFacts): TurnOutline {
  return { ...turn, commandCount: commands.length + leftOut };
}
