import type { AppServer } from "#codex/connection/app-server.ts";
import { CodexFault } from "#codex/fault.ts";
import { ConfigReadResult, Done, ThreadResult } from "#codex/protocol.ts";
import { requireSignIn } from "#codex/sign-in/require-sign-in.ts";
import { ThreadFault } from "./fault.ts";
import { resumeThread } from "./resume-thread.ts";
import { threadConfig } from "./thread-config.ts";

export type ThreadOptions = {
  /** The real path of where it works. */
  readonly cwd: string;
  /** The thread that is continued. */
  readonly resume: string | undefined;
  /** `undefined` leaves the choice to the thread that is continued, or to Codex. */
  readonly model: string | undefined;
  readonly effort: string | undefined;
  readonly write: boolean;
  readonly mcpServers: readonly string[];
  /** The name that a fresh thread gets in the user's list. */
  readonly name: string | undefined;
  /** A variable in the server's environment holds a key for the provider. */
  readonly hasKey: boolean;
};

/** A thread that is ready for a turn, as Codex describes it. */
export type RunThread = {
  readonly id: string;
  readonly cwd: string;
  readonly model: string;
  readonly modelProvider: string;
  /** Where the rollout is, or will be after the first turn. */
  readonly rolloutPath: string | undefined;
};

const SANDBOXES = {
  "read-only": "readOnly",
  "workspace-write": "workspaceWrite",
} as const;

/**
 * Opens a thread for a run: a fresh one, or that which is to be continued. Approvals are never given, and
 * the sandbox is the one that was asked for, or nothing is opened; nor is it where a login is missing.
 *
 * @throws ThreadFault where the thread cannot be continued, CodexFault, or `signal`'s reason.
 */
export async function openThread(
  server: AppServer,
  options: ThreadOptions,
  signal: AbortSignal,
): Promise<RunThread> {
  const { params, baseUrl } = await threadParams(server, options, signal);
  const result =
    options.resume === undefined
      ? await server.request("thread/start", params, ThreadResult, signal)
      : await resumeThread(server, { ...params, threadId: options.resume }, signal);
  const { model, modelProvider } = result;
  const { id, path } = result.thread;
  if (result.sandbox.type !== SANDBOXES[params.sandbox]) {
    await server.request("thread/unsubscribe", { threadId: id }, Done, signal);
    const detail = `Codex gave the thread "${result.sandbox.type}" where "${params.sandbox}" was asked for`;
    throw new CodexFault({ kind: "sandbox-unusable", detail });
  }
  try {
    await requireSignIn(server, { modelProvider, baseUrl, hasKey: options.hasKey }, signal);
  } catch (error) {
    await server.request("thread/unsubscribe", { threadId: id }, Done, signal);
    throw error;
  }
  if (options.name !== undefined && options.resume === undefined) {
    await server.request("thread/name/set", { threadId: id, name: options.name }, Done, signal);
  }
  return { id, cwd: options.cwd, model, modelProvider, rolloutPath: path ?? undefined };
}

/**
 * Gives a thread back: the commands that it left running are killed, and the thread stays in the user's list.
 *
 * @throws CodexFault, or `signal`'s reason.
 */
export async function closeThread(server: AppServer, threadId: string, signal: AbortSignal): Promise<void> {
  await server.request("thread/backgroundTerminals/clean", { threadId }, Done, signal);
  await server.request("thread/unsubscribe", { threadId }, Done, signal);
}

async function threadParams(
  server: AppServer,
  { cwd, model, effort, write, mcpServers }: ThreadOptions,
  signal: AbortSignal,
) {
  const read = { cwd, includeLayers: false };
  const { config: effective } = await server.request("config/read", read, ConfigReadResult, signal);
  const known = Object.keys(effective.mcp_servers ?? {});
  const unknown = mcpServers.find((name) => !known.includes(name));
  if (unknown !== undefined) throw new ThreadFault({ kind: "mcp-server-unknown", name: unknown, known });
  const { version } = server;
  const params = {
    cwd,
    sandbox: write ? "workspace-write" : "read-only",
    approvalPolicy: "never",
    model: model ?? null,
    config: threadConfig({ effort, mcpServers, version, effective }),
  } as const;
  return { params, baseUrl: effective.openai_base_url };
}
