import { existsSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import type { AppServer } from "#codex/connection/app-server.ts";
import { CodexFault } from "#codex/fault.ts";
import { Done, type Turn, TurnStartResult } from "#codex/protocol.ts";
import type { TurnCommand } from "#codex/turn/turn-command.ts";
import { turnFailure } from "#codex/turn/turn-failure.ts";
import type { TurnFileChange, TurnUsage } from "#codex/turn/turn-record.ts";
import { type TurnWatch, watchTurn } from "#codex/turn/turn-watch.ts";
import type { ReviewThread } from "./review-thread.ts";

export type TurnRequest = {
  readonly prompt: string;
  /** The JSON schema that the answer is asked to follow. Codex does not check it: the caller must. */
  readonly schema: object;
  readonly effort: string;
};

/** A turn that ran to its end. Whether its answer is one is for the caller to judge. */
export type CompletedTurn = {
  readonly id: string;
  /** The final answer; absent where the model gave none, which Codex calls completed too. */
  readonly message: string | undefined;
  /**
   * Every command that Codex reports, in order. 0.169 leaves out one that fails within 150 ms with
   * the words of a refusing sandbox ("Permission denied", "Read-only file system").
   */
  readonly commands: readonly TurnCommand[];
  /** Patches that the model had applied, or tried to; a refused one is not always reported. */
  readonly fileChanges: readonly TurnFileChange[];
  /** Tools outside of any sandbox that it called, as `server/tool`. */
  readonly foreignTools: readonly string[];
  readonly usage: TurnUsage;
  /** Epoch milliseconds. */
  readonly startedAt: number | undefined;
  readonly completedAt: number | undefined;
  /** Codex accepts a folder that is not there; such a reviewer saw nothing. */
  readonly rootExists: boolean;
};

/** To interrupt takes 5 ms. A server that needs longer is in trouble; whoever waits should know soon. */
export const STOP_MS = 3_000;

/**
 * Runs one turn and returns it, if and only if Codex says that it was completed. Anything else
 * ends it for good: the turn is interrupted, the commands that it started are killed (Codex keeps
 * them running otherwise), and only then is the reason thrown.
 *
 * @throws CodexFault with what Codex or its provider said, `approval-asked`, `server-died`,
 * `provider-silent` for a deadline before the first word, or `signal`'s reason.
 */
export async function runTurn(
  server: AppServer,
  thread: ReviewThread,
  request: TurnRequest,
  signal: AbortSignal,
): Promise<CompletedTurn> {
  signal.throwIfAborted();
  const watch = watchTurn(server, thread.id);
  const over = new AbortController();
  const started = startTurn({ server, thread, watch }, request, over.signal);
  try {
    const end = started.then(() => watch.ended);
    const turn = await unlessAborted(end, AbortSignal.any([signal, server.lost, watch.trouble]));
    return completed(turn, thread, watch);
  } catch (error) {
    await stopTurn({ server, thread, watch }, started);
    throw silence(error, watch) ?? error;
  } finally {
    watch.stop();
    over.abort();
  }
}

type Running = { readonly server: AppServer; readonly thread: ReviewThread; readonly watch: TurnWatch };

/**
 * Not ended by the caller's signal: a turn whose start was asked for starts, and could then not
 * be interrupted by someone who had stopped listening.
 */
async function startTurn(running: Running, request: TurnRequest, signal: AbortSignal): Promise<void> {
  const { server, thread, watch } = running;
  const params = {
    threadId: thread.id,
    // Half a character is no text as JSON has it: Codex drops such a request without a word.
    input: [{ type: "text", text: request.prompt.replace(/\p{Cs}/gu, "\ufffd") }],
    effort: request.effort,
    outputSchema: request.schema,
    // No environment, no commands: the second lock on a thread without a shell.
    ...(thread.sandbox === "inline" ? { environments: [] } : {}),
  };
  const { turn } = await server.request("turn/start", params, TurnStartResult, signal);
  watch.name(turn.id);
}

function completed(turn: Turn, thread: ReviewThread, watch: TurnWatch): CompletedTurn {
  if (turn.status === "interrupted") throw new CodexFault({ kind: "turn-interrupted" });
  if (turn.status !== "completed") {
    const error = turn.error ?? { message: `the turn ended as "${turn.status}"` };
    throw new CodexFault(turnFailure(error, Date.now()));
  }
  return {
    id: turn.id,
    ...watch.record(),
    startedAt: inMilliseconds(turn.startedAt),
    completedAt: inMilliseconds(turn.completedAt),
    rootExists: existsSync(thread.root),
  };
}

/** A deadline at which not a word had come says more of the provider than of the time. */
function silence(error: unknown, watch: TurnWatch): CodexFault | undefined {
  if (!(error instanceof CodexFault) || error.failure.kind !== "deadline" || watch.heard()) return undefined;
  const { seconds, detail } = error.failure;
  // Of one that was cut short it says nothing.
  if (detail !== undefined) return undefined;
  return new CodexFault({ kind: "provider-silent", seconds, waitingFor: "its first word" }, { cause: error });
}

function inMilliseconds(seconds: number | null | undefined): number | undefined {
  return typeof seconds === "number" ? seconds * 1_000 : undefined;
}

/**
 * Ends what may still run. The reason why we are here matters more than what goes wrong now: a
 * turn that has just ended by itself refuses the interrupt, and 0.140 never answers it.
 */
async function stopTurn({ server, thread, watch }: Running, started: Promise<void>): Promise<void> {
  if (server.lost.aborted) return;
  const limit = AbortSignal.timeout(STOP_MS);
  const running = await settled(started, limit);
  const isOver = await Promise.race([watch.ended.then(() => true), delay(0, false)]);
  if (running && !isOver) {
    await settled(server.request("turn/interrupt", { threadId: thread.id, turnId: "" }, Done, limit), limit);
    await settled(watch.ended, limit);
  }
  const clean = server.request("thread/backgroundTerminals/clean", { threadId: thread.id }, Done, limit);
  await settled(clean, limit);
}

/** Resolves to whether the work succeeded before the limit. */
function settled(work: Promise<unknown>, limit: AbortSignal): Promise<boolean> {
  return unlessAborted(work, limit).then(
    () => true,
    () => false,
  );
}

function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) reject(signal.reason);
    signal.addEventListener("abort", () => reject(signal.reason), { once: true });
    work.then(resolve, reject);
  });
}
