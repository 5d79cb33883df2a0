import type { AppServer } from "#codex/connection/app-server.ts";
import { openAppServer } from "#codex/connection/open-app-server.ts";
import { CodexFault } from "#codex/fault.ts";
import { openReviewThread, type ReviewThread } from "#codex/review/review-thread.ts";
import type { ServerOptions } from "#codex/server-options.ts";
import { FAILURE_POLICIES } from "#gate/failure/failure-policy.ts";
import { BASE_INSTRUCTIONS, DEVELOPER_INSTRUCTIONS } from "#gate/prompt/instructions.ts";
import type { DeniedReads } from "./denied-reads.ts";
import type { ReviewTask } from "./review-task.ts";

/** A reviewer that is ready for its turn. */
export type Reviewer = {
  readonly options: ServerOptions;
  readonly server: AppServer;
  readonly thread: ReviewThread;
};

export type ReviewerAsked = {
  readonly options: ServerOptions;
  /** The thread of the round before, where there was one. */
  readonly resume: string | undefined;
  /** What its shell must not read beyond the usual secrets, or why it has none. */
  readonly denied: DeniedReads;
};

/**
 * Connects to Codex and opens the review thread: that of the round before where `resume` names it
 * and it is still there. A server that goes away under our hands is tried
 * once more: no turn has begun, so nothing is paid or done twice. One that shuts down takes nothing
 * new until the turns of others have ended, however long they take: a private one is started then.
 *
 * @throws CodexFault, or `signal`'s reason.
 */
export async function openReviewer(
  task: ReviewTask,
  asked: ReviewerAsked,
  signal: AbortSignal,
): Promise<Reviewer> {
  try {
    return await openOnce(task, asked, signal);
  } catch (error) {
    if (!(error instanceof CodexFault)) throw error;
    if (FAILURE_POLICIES[error.failure.kind].retry !== "connection") throw error;
    if (error.failure.kind !== "server-draining") return await openOnce(task, asked, signal);
    const alone = { ...asked, options: { ...asked.options, shared: false } };
    const { server, ...reviewer } = await openOnce(task, alone, signal);
    return { ...reviewer, server: { ...server, notShared: "the shared server is shutting down" } };
  }
}

async function openOnce(
  { config, tree }: ReviewTask,
  { resume, options, denied }: ReviewerAsked,
  signal: AbortSignal,
): Promise<Reviewer> {
  const server = await openAppServer(options, signal);
  try {
    const thread = await openReviewThread(
      server,
      {
        root: tree.repository.root,
        resume,
        model: config.model,
        effort: config.effort,
        baseInstructions: BASE_INSTRUCTIONS,
        developerInstructions: DEVELOPER_INSTRUCTIONS,
        ...(denied.kind === "paths"
          ? { deniedReads: denied.paths }
          : { deniedReads: [], withoutShell: denied.detail }),
      },
      signal,
    );
    return { options, server, thread };
  } catch (error) {
    await server.close();
    throw error;
  }
}
