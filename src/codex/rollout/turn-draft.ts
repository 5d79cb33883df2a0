import { clip } from "#base/text.ts";
import type { RolloutTarget, Tokens } from "./line-shapes.ts";
import { timeOfId } from "./list-rollouts.ts";
import type { ThreadHead } from "./thread-head.ts";
import type { RolloutCommand, RolloutText, RolloutTokens, TurnEnd, TurnFacts } from "./turn-facts.ts";
import type { TurnSandbox } from "./turn-sandbox.ts";

/** What is known so far of a turn. One file can hold hundreds of thousands of lines: it is filled in place. */
export type TurnDraft = {
  /** Absent in a review of 0.140 until its end, which is the first line that names it. */
  id: string | undefined;
  startedAt: number | undefined;
  completedAt: number | undefined;
  firstAt: number | undefined;
  lastAt: number | undefined;
  cwd: string | undefined;
  model: string | undefined;
  effort: string | undefined;
  sandboxPolicy: string | undefined;
  sandbox: TurnSandbox;
  prompts: RolloutText[];
  /** What the agent said last, which is the answer only where the turn's end says no other. */
  said: RolloutText | undefined;
  answer: RolloutText | undefined;
  responseIds: string[];
  usage: RolloutTokens | undefined;
  /** For the texts of the whole file, in characters. */
  room: Room;
  /** Of the thread, before this turn (0.140). */
  usedBefore: RolloutTokens;
  commands: CommandDraft[];
  /** As the model called them: all that 0.140 has. Where there are items, those count. */
  called: CommandDraft[];
  /** Calls that are not answered, and commands that run on, by the names that outputs have for them. */
  open: Map<string, CommandDraft>;
  leftOut: number;
  toolCalls: number;
  review: { target: RolloutTarget | undefined } | undefined;
  childTurnIds: string[];
  end: TurnEnd;
};

export type Room = { left: number };

export type CommandDraft = {
  words: readonly string[];
  script: boolean;
  exitCode: number | undefined;
  late: boolean;
};

export const NO_TOKENS: RolloutTokens = { input: 0, cachedInput: 0, output: 0, reasoning: 0 };

/** What is longer stands in the rollout itself. */
const LONGEST_WORDS = 2_000;
/** For each turn and kind of list: no turn comes near it, and a file that was made to fill the memory does. */
const MOST = 2_000;
const ROOM = 16 * 1024 * 1024;
/** What an entry costs beside its text. */
const ENTRY = 100;
const LONGEST_COMMAND = 64 * 1024;
const LONGEST_ID = 200;

/** Returns the room that the texts of one file have together. */
export function newRoom(): Room {
  return { left: ROOM };
}

/** Returns a turn of which only the id is known. */
export function newDraft(id: string | undefined, usedBefore: RolloutTokens, room: Room): TurnDraft {
  return {
    id,
    room,
    startedAt: undefined,
    completedAt: undefined,
    firstAt: undefined,
    lastAt: undefined,
    cwd: undefined,
    model: undefined,
    effort: undefined,
    sandboxPolicy: undefined,
    sandbox: { kind: "unknown" },
    prompts: [],
    said: undefined,
    answer: undefined,
    responseIds: [],
    usage: undefined,
    usedBefore,
    commands: [],
    called: [],
    open: new Map(),
    leftOut: 0,
    toolCalls: 0,
    review: undefined,
    childTurnIds: [],
    end: { kind: "none" },
  };
}

/** Adds to a list of a turn what has this many characters. Returns whether there was room for it. */
export function keep<T>(draft: TurnDraft, list: T[], entry: T, length: number): boolean {
  const cost = length + ENTRY;
  if (list.length >= MOST || length > LONGEST_COMMAND || cost > draft.room.left) {
    draft.leftOut += 1;
    return false;
  }
  draft.room.left -= cost;
  list.push(entry);
  return true;
}

export function keepId(draft: TurnDraft, list: string[], id: string): void {
  keep(draft, list, id, id.length > LONGEST_ID ? Number.POSITIVE_INFINITY : id.length);
}

export function keepCommand(draft: TurnDraft, list: CommandDraft[], command: CommandDraft): boolean {
  const length = command.words.reduce((sum, word) => sum + word.length, 0);
  return keep(draft, list, command, length);
}

export function textOf(text: string, digest: string, whole: boolean): RolloutText {
  return { digest, words: clip(text, LONGEST_WORDS), whole: whole ? text : undefined };
}

export function tokensOf(tokens: Tokens): RolloutTokens {
  return {
    input: tokens.input_tokens,
    cachedInput: tokens.cached_input_tokens ?? 0,
    output: tokens.output_tokens,
    reasoning: tokens.reasoning_output_tokens ?? 0,
  };
}

export function sumOf(one: RolloutTokens, other: RolloutTokens, sign: 1 | -1 = 1): RolloutTokens {
  return {
    input: one.input + sign * other.input,
    cachedInput: one.cachedInput + sign * other.cachedInput,
    output: one.output + sign * other.output,
    reasoning: one.reasoning + sign * other.reasoning,
  };
}

/** Returns a turn as it is told: once the file was read to its end. */
export function factsOf(draft: TurnDraft, id: string, head: ThreadHead | undefined): TurnFacts {
  const { said, called, open: _open, usedBefore: _before, room: _room, commands, ...rest } = draft;
  const told: readonly RolloutCommand[] = commands.length > 0 ? commands : called;
  const answer = draft.answer ?? (draft.review === undefined ? undefined : said);
  return { ...rest, id, commands: told, answer, inherited: isInherited(draft, id, head) };
}

/** Ids are made in order of time. Where they are none, the seconds have to do. */
function isInherited(draft: TurnDraft, id: string, head: ThreadHead | undefined): boolean {
  if (head === undefined) return false;
  const [turn, thread] = [timeOfId(id), timeOfId(head.threadId)];
  if (turn !== undefined && thread !== undefined) return turn < thread;
  if (draft.startedAt === undefined || head.startedAt === undefined) return false;
  return draft.startedAt < Math.floor(head.startedAt / 1_000) * 1_000;
}
