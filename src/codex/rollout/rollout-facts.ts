import { sha256 } from "#base/digest.ts";
import { JsonFault, parseJson } from "#base/json.ts";
import { eachLine, type FileLine, type FileRead } from "./each-line.ts";
import { RolloutLine } from "./line-shapes.ts";
import { type ThreadHead, threadHead } from "./thread-head.ts";
import type { TurnFacts } from "./turn-facts.ts";
import { turnsOfLines } from "./turns-of-lines.ts";

/** What a rollout says, or a part of it that was sealed. */
export type RolloutFacts = {
  readonly path: string;
  /** What was read: what is said here stands in exactly these bytes. */
  readonly read: FileRead;
  /** By its first line about a session; absent where there is none. */
  readonly head: ThreadHead | undefined;
  /** Further threads of which it has a first line: a fork of 0.140 holds a copy of all that was before it. */
  readonly otherHeads: readonly string[];
  /** The thread's own turns, in the order in which they began. */
  readonly turns: readonly TurnFacts[];
  /** How many more turns there are than are held. */
  readonly turnsLeftOut: number;
  /** Lines of which nothing could be made, by why, and where the first of them begins, in bytes. */
  readonly unread: readonly UnreadLines[];
};

type UnreadLines = {
  /** `out-of-order`: it was read, and lines before it are missing, or it stands there twice (0.169 numbers them). */
  readonly why: "not-json" | "binary" | "too-long" | "torn" | "another-shape" | "out-of-order";
  readonly lines: number;
  readonly firstAt: number;
};

export type RolloutReading = {
  /** Only the first so many bytes: the sealed part, so that what was added later cannot speak for it. */
  readonly bytes?: number | undefined;
  /** Only these turns; all by default. */
  readonly turnIds?: readonly string[] | undefined;
  /** What a prompt's digest is taken with; SHA-256 of its text by default. */
  readonly digestOfPrompt?: ((prompt: string) => string) | undefined;
};

/**
 * Returns what a rollout of Codex says: 0.140 to 0.169 as measured. It is read as a stream; whatever
 * is no line of a rollout is counted and passed over, for every release adds kinds.
 *
 * @throws Error with the system's code, such as ENOENT; `signal`'s reason.
 */
export async function readRolloutFacts(
  path: string,
  reading: RolloutReading,
  signal: AbortSignal,
): Promise<RolloutFacts> {
  const { bytes = Number.POSITIVE_INFINITY, turnIds, digestOfPrompt = sha256 } = reading;
  const turns = turnsOfLines({ only: turnIds, digestOfPrompt });
  const unread = unreadLines();
  const heads: ThreadHead[] = [];
  function takeMeta(payload: unknown, at: number): void {
    const head = threadHead(payload);
    if (head === undefined) {
      unread.add("another-shape", at);
      return;
    }
    turns.head(head);
    const known = heads.some(({ threadId }) => threadId === head.threadId);
    if (!known && heads.length < MOST_HEADS) heads.push(head);
  }
  let last: number | undefined;
  function take(line: FileLine): void {
    const parsed = line.kind === "text" ? parsedLine(line.text) : line.kind;
    if (typeof parsed === "string") {
      unread.add(parsed, line.at);
      return;
    }
    const { ordinal } = parsed;
    if (last !== undefined && ordinal !== undefined && ordinal !== last + 1)
      unread.add("out-of-order", line.at);
    last = ordinal ?? last;
    if (parsed.type === "session_meta") takeMeta(parsed.payload, line.at);
    else turns.add(parsed);
  }
  const read = await eachLine(path, bytes, take, signal);
  const [head, ...others] = heads;
  return {
    path,
    read,
    head,
    otherHeads: others.map(({ threadId }) => threadId),
    ...turns.result(),
    unread: unread.list(),
  };
}

const MOST_HEADS = 100;

function parsedLine(text: string): RolloutLine | "not-json" | "another-shape" {
  try {
    return parseJson(text, RolloutLine);
  } catch (error) {
    if (error instanceof JsonFault) {
      return error.failure.kind === "not-json" ? "not-json" : "another-shape";
    }
    throw error;
  }
}

type UnreadCount = {
  readonly add: (why: UnreadLines["why"], at: number) => void;
  readonly list: () => readonly UnreadLines[];
};

function unreadLines(): UnreadCount {
  const found = new Map<UnreadLines["why"], UnreadLines>();
  return {
    add(why, at) {
      const before = found.get(why);
      found.set(why, { why, lines: (before?.lines ?? 0) + 1, firstAt: before?.firstAt ?? at });
    },
    list: () => [...found.values()],
  };
}
