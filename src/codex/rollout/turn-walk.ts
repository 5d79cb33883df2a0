import * as z from "zod/mini";
import { Passthrough, type RolloutLine } from "./line-shapes.ts";
import type { ThreadHead } from "./thread-head.ts";
import { newDraft, type Room, type TurnDraft } from "./turn-draft.ts";
import type { RolloutTokens } from "./turn-facts.ts";
import type { TextReading } from "./turn-lines.ts";

/** No thread comes near it, and a file that was made to fill the memory does. */
export const MOST_TURNS = 5_000;

/** What is remembered from line to line of one rollout. */
export type TurnWalk = TextReading & {
  head: ThreadHead | undefined;
  /** In the order in which they began. */
  readonly drafts: Map<string, TurnDraft>;
  /** Turns of other threads that are told of here: a review is done in a thread of its own. */
  readonly elsewhere: Set<string>;
  /** The turn to which a line belongs that names none, as most do in 0.140. */
  current: TurnDraft | undefined;
  /** Tokens of the thread so far (0.140). */
  used: RolloutTokens;
  readonly room: Room;
  leftOut: number;
};

/** Returns the turn that a line is about: the one that it names, or the one that is under way. */
export function draftOf(walk: TurnWalk, { payload }: RolloutLine): TurnDraft | undefined {
  const { thread_id: thread } = payload;
  if (typeof thread === "string" && walk.head !== undefined && thread !== walk.head.threadId)
    return undefined;
  const passed = z.safeParse(Passthrough, payload).data?.internal_chat_message_metadata_passthrough.turn_id;
  const id = payload.turn_id ?? passed;
  return typeof id === "string" ? draftNamed(walk, id) : walk.current;
}

/** Returns the turn of that id whose end is told: the end of a review of 0.140 is the first line that names it. */
export function named(walk: TurnWalk, id: string): TurnDraft | undefined {
  const { current } = walk;
  if (current?.id !== undefined || current === undefined || walk.drafts.has(id)) return draftNamed(walk, id);
  walk.current = undefined;
  if (walk.only !== undefined && !walk.only.includes(id)) return undefined;
  if (walk.drafts.size >= MOST_TURNS) return undefined;
  current.id = id;
  walk.drafts.set(id, current);
  return current;
}

/** Returns the turn of that id, a new one where it is the first to be heard of; nothing where it is not to be kept. */
export function draftNamed(walk: TurnWalk, id: string): TurnDraft | undefined {
  const known = walk.drafts.get(id);
  if (known !== undefined) return known;
  if (walk.elsewhere.has(id) || walk.drafts.size >= MOST_TURNS) return undefined;
  if (walk.only !== undefined && !walk.only.includes(id)) return undefined;
  const draft = newDraft(id, walk.used, walk.room);
  walk.drafts.set(id, draft);
  return draft;
}
