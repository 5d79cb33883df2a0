import type { AppServer } from "#codex/connection/app-server.ts";
import { CodexFault } from "#codex/fault.ts";
import { Done, ThreadResult } from "#codex/protocol.ts";

export type OpenedThread = {
  readonly result: ThreadResult;
  /** Why the thread that was asked for is not the one; absent where it is, or none was asked for. */
  readonly notResumed: string | undefined;
};

/**
 * Opens a thread with these parameters: the given one, or a fresh one where that is gone, held by
 * another process, or busy.
 *
 * @throws CodexFault, or `signal`'s reason.
 */
export async function resumeOrStart(
  server: AppServer,
  { params, resume }: { readonly params: object; readonly resume: string | undefined },
  signal: AbortSignal,
): Promise<OpenedThread> {
  const resumed =
    resume === undefined
      ? { notResumed: undefined }
      : await resumeIdle(server, { ...params, threadId: resume }, signal);
  if ("result" in resumed) return resumed;
  return { result: await server.request("thread/start", params, ThreadResult, signal), ...resumed };
}

/**
 * Returns the thread, or why it cannot be continued. One on which a turn still runs, that of a
 * process which was killed, would take a new prompt for a part of that turn.
 */
async function resumeIdle(
  server: AppServer,
  params: { readonly threadId: string },
  signal: AbortSignal,
): Promise<OpenedThread | { readonly notResumed: string }> {
  const { threadId } = params;
  try {
    const result = await unarchiveAndResume(server, params, signal);
    if (result.thread.status?.type !== "active") return { result, notResumed: undefined };
    await server.request("thread/unsubscribe", { threadId }, Done, signal);
    return { notResumed: "a turn still runs on it" };
  } catch (error) {
    const why = refusal(error);
    if (why === undefined) throw error;
    return { notResumed: why };
  }
}

/** A round ends with archiving, and an archived thread cannot be resumed; one that was kept is not archived. */
async function unarchiveAndResume(
  server: AppServer,
  params: { readonly threadId: string },
  signal: AbortSignal,
): Promise<ThreadResult> {
  const { threadId } = params;
  try {
    await server.request("thread/unarchive", { threadId }, Done, signal);
  } catch (error) {
    if (refusal(error) === undefined) throw error;
  }
  return await server.request("thread/resume", { ...params, excludeTurns: true }, ThreadResult, signal);
}

/** Codex refuses with one code for everything; a thread that is gone or locked is not told apart. */
function refusal(error: unknown): string | undefined {
  return error instanceof CodexFault && error.failure.kind === "protocol" ? error.failure.detail : undefined;
}
