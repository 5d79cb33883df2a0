import * as z from "zod/mini";
import { sha256 } from "#base/digest.ts";
import {
  type RolloutLine,
  type RolloutPayload,
  RolloutTarget,
  TaskComplete,
  TaskStarted,
  TokenCount,
  TurnAborted,
} from "./line-shapes.ts";
import type { ThreadHead } from "./thread-head.ts";
import {
  factsOf,
  keepId,
  NO_TOKENS,
  newDraft,
  newRoom,
  sumOf,
  type TurnDraft,
  textOf,
  tokensOf,
} from "./turn-draft.ts";
import type { TurnFacts } from "./turn-facts.ts";
import { addLine, type TextReading } from "./turn-lines.ts";
import { draftNamed, draftOf, MOST_TURNS, named, type TurnWalk } from "./turn-walk.ts";

export type TurnsOfLines = {
  readonly head: (head: ThreadHead) => void;
  readonly add: (line: RolloutLine) => void;
  readonly result: () => { readonly turns: readonly TurnFacts[]; readonly turnsLeftOut: number };
};

/** Takes the lines of one rollout in order, and returns its turns in the end. */
export function turnsOfLines(reading: TextReading): TurnsOfLines {
  const walk: TurnWalk = {
    ...reading,
    head: undefined,
    drafts: new Map(),
    elsewhere: new Set(),
    current: undefined,
    used: NO_TOKENS,
    leftOut: 0,
    room: newRoom(),
  };
  return {
    head(head) {
      walk.head ??= head;
    },
    add: (line) => take(walk, line),
    result() {
      const turns = [...walk.drafts].map(([id, draft]) => factsOf(draft, id, walk.head));
      return { turns, turnsLeftOut: walk.leftOut };
    },
  };
}

function take(walk: TurnWalk, line: RolloutLine): void {
  const { payload } = line;
  switch (line.type === "event_msg" ? payload.type : line.type) {
    case "task_started":
      start(walk, line);
      break;
    case "entered_review_mode":
      walk.current = newDraft(undefined, walk.used, walk.room);
      walk.current.review = { target: z.safeParse(RolloutTarget, payload).data?.target };
      stamp(walk.current, line);
      break;
    case "token_count":
      countTokens(walk, payload);
      break;
    case "task_complete":
      complete(walk, line);
      break;
    case "turn_aborted":
      abort(walk, line);
      break;
    default: {
      const draft = draftOf(walk, line);
      if (draft === undefined) return;
      addLine(draft, line, walk);
      stamp(draft, line);
    }
  }
}

function stamp(draft: TurnDraft, { timestamp }: RolloutLine): void {
  const at = Date.parse(timestamp ?? "");
  if (Number.isNaN(at)) return;
  draft.firstAt ??= at;
  draft.lastAt = at;
}

/** A turn that a turn of this thread has started is one of another thread, of which the review's begins here. */
function start(walk: TurnWalk, line: RolloutLine): void {
  const started = z.safeParse(TaskStarted, line.payload).data;
  if (started === undefined) return;
  const { turn_id: id, started_at: at } = started;
  const unnamed = walk.current?.id === undefined ? walk.current : undefined;
  const parent = walk.drafts.get(started.turn_attribution?.parent_turn_id ?? "") ?? unnamed;
  if (parent !== undefined) {
    if (walk.elsewhere.size < MOST_TURNS) walk.elsewhere.add(id);
    keepId(parent, parent.childTurnIds, id);
    return;
  }
  const draft = draftNamed(walk, id);
  if (draft === undefined && walk.drafts.size >= MOST_TURNS) walk.leftOut += 1;
  walk.current = draft;
  if (draft === undefined) return;
  stamp(draft, line);
  if (typeof at === "number") draft.startedAt ??= at * 1_000;
}

function complete(walk: TurnWalk, line: RolloutLine): void {
  const told = z.safeParse(TaskComplete, line.payload).data;
  if (told === undefined) return;
  const draft = named(walk, told.turn_id);
  if (draft === undefined) return;
  stamp(draft, line);
  const { last_agent_message: message, error } = told;
  if (typeof told.completed_at === "number") draft.completedAt = told.completed_at * 1_000;
  if (typeof message === "string") draft.answer = textOf(message, sha256(message), walk.only !== undefined);
  if (error) {
    draft.end = { kind: "failed", detail: error.message ?? "", reason: error.codex_error_info };
  } else if (typeof message === "string" || line.ordinal !== undefined || draft.review !== undefined) {
    draft.end = { kind: "completed" };
  } else draft.end = { kind: "completed-or-failed" };
  // What follows is the thread's, until its next turn begins.
  if (walk.current === draft) walk.current = undefined;
}

function abort(walk: TurnWalk, line: RolloutLine): void {
  const told = z.safeParse(TurnAborted, line.payload).data;
  if (told === undefined) return;
  const draft = typeof told.turn_id === "string" ? named(walk, told.turn_id) : walk.current;
  if (draft === undefined) return;
  stamp(draft, line);
  if (typeof told.completed_at === "number") draft.completedAt = told.completed_at * 1_000;
  draft.end = { kind: "interrupted", reason: told.reason ?? "" };
}

function countTokens(walk: TurnWalk, payload: RolloutPayload): void {
  const total = z.safeParse(TokenCount, payload).data?.info?.total_token_usage;
  if (!total) return;
  walk.used = tokensOf(total);
  const { current } = walk;
  // Since 0.169 each request has a record of its own.
  if (current === undefined || current.responseIds.length > 0) return;
  current.usage = sumOf(walk.used, current.usedBefore, -1);
}
