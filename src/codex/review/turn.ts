import { existsSync } from "node:fs";
import type { AppServer } from "#codex/connection/app-server.ts";
import { CodexFault } from "#codex/fault.ts";
import { TurnStartResult } from "#codex/protocol.ts";
import { followTurn } from "#codex/turn/follow-turn.ts";
import type { TurnCommand } from "#codex/turn/turn-command.ts";
import type { LeftRunning, TurnFileChange, TurnUsage } from "#codex/turn/turn-record.ts";
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
  /** What it began and did not wait for. It was ended with the turn. */
  readonly leftRunning: readonly LeftRunning[];
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

/**
 * Runs one turn and returns it, if and only if Codex says that it was completed. Anything else
 * ends it for good, as `followTurn` says.
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
  const start = (limit: AbortSignal) => startTurn(server, thread, request, limit);
  try {
    const turn = await followTurn({ server, threadId: thread.id, watch, start }, signal);
    return {
      id: turn.id,
      ...watch.record(),
      startedAt: inMilliseconds(turn.startedAt),
      completedAt: inMilliseconds(turn.completedAt),
      rootExists: existsSync(thread.root),
    };
  } catch (error) {
    throw silence(error, watch) ?? error;
  }
}

async function startTurn(
  server: AppServer,
  thread: ReviewThread,
  request: TurnRequest,
  signal: AbortSignal,
): Promise<string> {
  const params = {
    threadId: thread.id,
    // Half a character is no text as JSON has it: Codex drops such a request without a word.
    input: [{ type: "text", text: request.prompt.replace(/\p{Cs}/gu, "\ufffd") }],
    effort: request.effort,
    outputSchema: request.schema,
    // No environment, no commands: the second lock on a thread without a shell.
    ...(thread.sandbox === "inline" ? { environments: [] } : {}),
  };
  return (await server.request("turn/start", params, TurnStartResult, signal)).turn.id;
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
