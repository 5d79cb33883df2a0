import type { AppServer } from "#codex/connection/app-server.ts";
import { CodexFault } from "#codex/fault.ts";
import { PROFILE_NAME } from "#codex/permission-profile.ts";
import { ConfigReadResult, Done, type ThreadResult } from "#codex/protocol.ts";
import { type OpenedThread, resumeOrStart } from "./resume-or-start.ts";
import { type ReviewConfigOptions, type ReviewSandbox, reviewConfig } from "./review-config.ts";
import { probeSandbox, type SandboxProbe } from "./sandbox-probe.ts";

export type ReviewThreadOptions = {
  /** The real path of the repository's working tree: where commands run. */
  readonly root: string;
  /** The thread of the round before, where there was one. */
  readonly resume?: string | undefined;
  /** `undefined` leaves the choice to Codex. */
  readonly model?: string | undefined;
  readonly effort: string;
  readonly baseInstructions: string;
  readonly developerInstructions: string;
  /** What may not be read beyond the usual secrets, see `permissionProfile`. */
  readonly deniedReads: readonly string[];
  /** Why it is to have no shell; absent where it may have one. */
  readonly withoutShell?: string | undefined;
};

/** A Codex thread that is ready for a review turn, as Codex describes it. */
export type ReviewThread = {
  readonly id: string;
  readonly root: string;
  readonly resumed: boolean;
  /** Why the thread that was asked for could not be continued. */
  readonly notResumed: string | undefined;
  readonly model: string;
  readonly modelProvider: string;
  /** As asked; Codex does not check it. */
  readonly effort: string;
  readonly cliVersion: string;
  /** Files whose text reached the reviewer besides ours. */
  readonly instructionSources: readonly string[];
  /** Where the rollout will be after the first turn. */
  readonly rolloutPath: string | undefined;
  readonly sandbox: ReviewSandbox;
  readonly probe: SandboxProbe;
};

/**
 * Opens a thread that is isolated from what it will review (`reviewConfig`): the given one, or a
 * fresh one where that is gone or another process holds it.
 *
 * The shell, where there may be one, is given only behind a sandbox that was just seen to hold on
 * this server; otherwise, and where Codex answers with another sandbox than the one asked for, the
 * thread has none.
 *
 * @throws CodexFault, or `signal`'s reason.
 */
export async function openReviewThread(
  server: AppServer,
  options: ReviewThreadOptions,
  signal: AbortSignal,
): Promise<ReviewThread> {
  const [probe, { config: effective }] = await Promise.all([
    options.withoutShell === undefined
      ? probeSandbox(server, signal)
      : ({ kind: "not-asked", detail: options.withoutShell } as const),
    server.request("config/read", { cwd: options.root, includeLayers: false }, ConfigReadResult, signal),
  ]);
  const { root, effort, deniedReads } = options;
  const { codexHome, version } = server;
  const settings = { root, effort, deniedReads, effective, codexHome, version };
  const opening: Opening = { server, options, settings, probe };
  if (probe.kind === "holds") {
    const thread = await openWith(opening, "profile", signal);
    if (thread !== undefined) return thread;
  }
  const inline = await openWith(opening, "inline", signal);
  if (inline !== undefined) return inline;
  throw new CodexFault({ kind: "sandbox-unusable", detail: "the thread was not opened read-only" });
}

/**
 * Ends a round: what the reviewer left running is killed, and the thread is archived, so that it
 * is not in the user's list. With `keep` it stays there, and is only let go.
 *
 * @throws CodexFault, or `signal`'s reason.
 */
export async function closeReviewThread(
  server: AppServer,
  thread: ReviewThread,
  options: { readonly keep: boolean },
  signal: AbortSignal,
): Promise<void> {
  const params = { threadId: thread.id };
  await server.request("thread/backgroundTerminals/clean", params, Done, signal);
  await server.request(options.keep ? "thread/unsubscribe" : "thread/archive", params, Done, signal);
}

type Opening = {
  readonly server: AppServer;
  readonly options: ReviewThreadOptions;
  readonly settings: ReviewConfigOptions;
  readonly probe: SandboxProbe;
};

/** Returns nothing, and leaves no thread, where Codex did not give the sandbox that was asked for. */
async function openWith(
  opening: Opening,
  sandbox: ReviewSandbox,
  signal: AbortSignal,
): Promise<ReviewThread | undefined> {
  const params = threadParams(opening, sandbox);
  const opened = await resumeOrStart(opening.server, { params, resume: opening.options.resume }, signal);
  const thread = describe(opening, opened, sandbox);
  if (isSandboxed(opened.result, sandbox)) return thread;
  await closeReviewThread(opening.server, thread, { keep: false }, signal);
  return undefined;
}

/** `sandbox` and a permission profile exclude each other. */
function threadParams({ options, settings }: Opening, sandbox: ReviewSandbox): object {
  return {
    cwd: options.root,
    approvalPolicy: "never",
    model: options.model ?? null,
    baseInstructions: options.baseInstructions,
    developerInstructions: options.developerInstructions,
    config: reviewConfig(settings, sandbox),
    ...(sandbox === "inline" ? { sandbox: "read-only" } : {}),
  };
}

function isSandboxed(result: ThreadResult, sandbox: ReviewSandbox): boolean {
  if (result.sandbox.type !== "readOnly") return false;
  return sandbox === "inline" || result.activePermissionProfile?.id === PROFILE_NAME;
}

function describe({ options, probe }: Opening, opened: OpenedThread, sandbox: ReviewSandbox): ReviewThread {
  const { result, notResumed } = opened;
  return {
    id: result.thread.id,
    root: options.root,
    resumed: result.thread.id === options.resume,
    notResumed,
    model: result.model,
    modelProvider: result.modelProvider,
    effort: options.effort,
    cliVersion: result.thread.cliVersion,
    instructionSources: result.instructionSources ?? [],
    rolloutPath: result.thread.path ?? undefined,
    sandbox,
    probe,
  };
}
