import * as z from "zod/mini";
import type { AppServer } from "#codex/connection/app-server.ts";
import { CodexFault } from "#codex/fault.ts";
import { Done, ThreadResult } from "#codex/protocol.ts";
import { ThreadFault } from "./fault.ts";

const LoadedThreads = z.looseObject({ data: z.array(z.string()) });

/**
 * Continues a thread with these parameters, from the archive too.
 *
 * A thread that a server has loaded keeps the settings under which it was loaded, whatever it is resumed
 * with (0.140, 0.169): one that could write would go on so. It is unloaded first, which only archiving does
 * at once.
 *
 * @throws ThreadFault where it cannot be continued, CodexFault, or `signal`'s reason.
 */
export async function resumeThread(
  server: AppServer,
  params: { readonly threadId: string },
  signal: AbortSignal,
): Promise<ThreadResult> {
  const { threadId } = params;
  const { data: loaded } = await server.request("thread/loaded/list", {}, LoadedThreads, signal);
  if (loaded.includes(threadId)) await unload(server, threadId, signal);
  await server.request("thread/unarchive", { threadId }, Done, signal).catch(unlessRefused);
  const request = { ...params, excludeTurns: true };
  const result = await server
    .request("thread/resume", request, ThreadResult, signal)
    .catch((error) => Promise.reject(resumeFault(threadId, error)));
  if (result.thread.status?.type !== "active") return result;
  await server.request("thread/unsubscribe", { threadId }, Done, signal);
  throw busy(threadId);
}

/** A turn that runs would be cut off by archiving. */
async function unload(server: AppServer, threadId: string, signal: AbortSignal): Promise<void> {
  const { thread } = await server.request(
    "thread/read",
    { threadId, includeTurns: false },
    ThreadRead,
    signal,
  );
  if (thread.status?.type === "active") throw busy(threadId);
  await server.request("thread/archive", { threadId }, Done, signal);
}

const ThreadRead = z.looseObject({
  thread: z.looseObject({ status: z.nullish(z.looseObject({ type: z.string() })) }),
});

/** One that is not in the archive is refused there, and that is well. */
function unlessRefused(error: unknown): void {
  if (!(error instanceof CodexFault) || error.failure.kind !== "protocol") throw error;
}

/** Codex refuses with one code for everything: its words tell which. */
function resumeFault(threadId: string, error: unknown): unknown {
  if (!(error instanceof CodexFault) || error.failure.kind !== "protocol") return error;
  const { detail } = error.failure;
  const why = /no rollout found|thread not found|invalid session id/i.test(detail)
    ? "unknown"
    : /active writer/i.test(detail)
      ? "held"
      : "refused";
  return new ThreadFault({ kind: "thread-unavailable", threadId, why, detail }, { cause: error });
}

function busy(threadId: string): ThreadFault {
  return new ThreadFault({
    kind: "thread-unavailable",
    threadId,
    why: "busy",
    detail: "Codex calls it active",
  });
}
