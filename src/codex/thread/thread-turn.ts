import * as z from "zod/mini";
import type { AppServer, Notification } from "#codex/connection/app-server.ts";
import { CodexFault } from "#codex/fault.ts";
import { ItemNotice, ThreadNotice, type Turn, TurnStartResult } from "#codex/protocol.ts";
import { followTurn } from "#codex/turn/follow-turn.ts";
import { RUN_PATIENCE } from "#codex/turn/patience.ts";
import type { TurnRecord } from "#codex/turn/turn-record.ts";
import { type TurnWatch, watchTurn } from "#codex/turn/turn-watch.ts";
import type { RunThread } from "./open-thread.ts";

/** What a review of Codex's own is about, in the wire's words. */
export type ReviewStartTarget =
  | { readonly type: "uncommittedChanges" }
  | { readonly type: "baseBranch"; readonly branch: string }
  | { readonly type: "commit"; readonly sha: string; readonly title: string | null }
  | { readonly type: "custom"; readonly instructions: string };

export type ThreadTask =
  | {
      readonly kind: "turn";
      readonly prompt: string;
      readonly effort: string | undefined;
      /** A JSON schema that the answer is asked to follow. Codex does not check it. */
      readonly schema: object | undefined;
    }
  | { readonly kind: "review"; readonly target: ReviewStartTarget };

/** What was seen of a turn, however it ended. */
export type TurnSeen = {
  /** That which was started, and of a review the turn in which it was done, as far as it was told. */
  readonly turnIds: readonly string[];
  readonly record: TurnRecord;
  /** Of a review: its text, once it was over. */
  readonly review: string | undefined;
  readonly end:
    | { readonly kind: "completed"; readonly turn: Turn }
    /** Why there is no completed turn. Nothing of it runs any more, as far as the server could be asked. */
    | { readonly kind: "broken"; readonly error: unknown };
};

const ReviewItem = z.looseObject({ type: z.literal("exitedReviewMode"), review: z.nullish(z.string()) });

type Seen = { readonly turnIds: string[]; review: string | undefined };

/**
 * Carries a task out as one turn of the thread. A deadline that comes while Codex waits for its provider is
 * the provider's failure.
 *
 * A review is told of under the id that it was started with, on both versions, though the work is done in
 * a turn of a thread of its own.
 */
export async function runOnThread(
  server: AppServer,
  { thread, task }: { readonly thread: RunThread; readonly task: ThreadTask },
  onNotice: (notice: Notification) => void,
  signal: AbortSignal,
): Promise<TurnSeen> {
  const seen: Seen = { turnIds: [], review: undefined };
  const watch = watchTurn(server, thread.id, {
    limits: RUN_PATIENCE,
    wholeThread: task.kind === "review",
    onNotice: (notice) => {
      take(seen, notice);
      onNotice(notice);
    },
  });
  const start = async (limit: AbortSignal) => {
    const id = await startTask(server, thread, task, limit);
    seen.turnIds.unshift(id);
    return id;
  };
  const end = await endOf({ server, threadId: thread.id, watch, start }, signal);
  return { turnIds: [...new Set(seen.turnIds)], record: watch.record(), review: seen.review, end };
}

async function endOf(turn: Parameters<typeof followTurn>[0], signal: AbortSignal): Promise<TurnSeen["end"]> {
  try {
    signal.throwIfAborted();
    return { kind: "completed", turn: await followTurn(turn, signal) };
  } catch (error) {
    turn.watch.stop();
    return { kind: "broken", error: ofProvider(error, turn.watch) ?? error };
  }
}

async function startTask(
  server: AppServer,
  { id: threadId }: RunThread,
  task: ThreadTask,
  signal: AbortSignal,
): Promise<string> {
  if (task.kind === "review") {
    const params = { threadId, target: task.target, delivery: "inline" };
    return (await server.request("review/start", params, TurnStartResult, signal)).turn.id;
  }
  const params = {
    threadId,
    // Half a character is no text as JSON has it: Codex drops such a request without a word.
    input: [{ type: "text", text: task.prompt.replace(/\p{Cs}/gu, "\ufffd") }],
    ...(task.effort === undefined ? {} : { effort: task.effort }),
    ...(task.schema === undefined ? {} : { outputSchema: task.schema }),
  };
  return (await server.request("turn/start", params, TurnStartResult, signal)).turn.id;
}

function take(seen: Seen, { method, params }: Notification): void {
  const turnId = z.safeParse(ThreadNotice, params).data?.turn?.id;
  if (method === "turn/started" && turnId !== undefined) seen.turnIds.push(turnId);
  if (method !== "item/completed") return;
  const item = z.safeParse(ItemNotice, params).data?.item;
  const review = z.safeParse(ReviewItem, item).data?.review;
  if (typeof review === "string") seen.review = review;
}

/** What Codex was waiting out when the time was over says more than that it was. */
function ofProvider(error: unknown, watch: TurnWatch): CodexFault | undefined {
  if (!(error instanceof CodexFault) || error.failure.kind !== "deadline") return undefined;
  const waited = watch.waitingOut();
  if (waited !== undefined) return new CodexFault(waited, { cause: error });
  if (watch.heard()) return undefined;
  const { seconds } = error.failure;
  return new CodexFault({ kind: "provider-silent", seconds, waitingFor: "its first word" }, { cause: error });
}
