import { join } from "node:path";
import { LockFault, withLock } from "#base/lock.ts";
import { hasKeyIn } from "#codex/account.ts";
import type { AppServer, Notification } from "#codex/connection/app-server.ts";
import { openAppServer } from "#codex/connection/open-app-server.ts";
import { CodexFault } from "#codex/fault.ts";
import type { ServerOptions } from "#codex/server-options.ts";
import { ThreadFault } from "#codex/thread/fault.ts";
import { closeThread, openThread, type RunThread } from "#codex/thread/open-thread.ts";
import { runOnThread, type ThreadTask, type TurnSeen } from "#codex/thread/thread-turn.ts";
import type { Locations } from "#runs/locations.ts";
import type { ThreadRequest } from "./thread-request.ts";

/** The thread and the connection are given back within this, also where the run was ended from outside. */
const CLOSE_MS = 3_000;

export type Carrying = {
  readonly locations: Locations;
  readonly options: ServerOptions;
  readonly request: ThreadRequest;
  readonly task: ThreadTask;
};

/** Who looks on. */
export type Onlooker = {
  readonly opened: (thread: RunThread) => void;
  readonly notice: (notice: Notification) => void;
};

/** How far it came. */
export type CarriedOut = {
  readonly server: Pick<AppServer, "kind" | "notShared"> | undefined;
  readonly thread: RunThread | undefined;
  readonly seen: TurnSeen | undefined;
  /** Why there is no completed turn. */
  readonly error: unknown;
};

/**
 * Carries a request out on the shared server, or on a private one where there can be none. Nothing of it
 * runs any more when this returns, and nothing is thrown: how it failed is a part of the record.
 */
export async function carryOut(
  carrying: Carrying,
  onlooker: Onlooker,
  signal: AbortSignal,
): Promise<CarriedOut> {
  try {
    const { locations, request } = carrying;
    const work = () => connectAndRun(carrying, onlooker, signal);
    return request.resumes === null ? await work() : await alone(locations, request.resumes, work);
  } catch (error) {
    return { server: undefined, thread: undefined, seen: undefined, error };
  }
}

/**
 * A prompt to a thread on which a turn runs would become a part of that turn, or on another server (0.140)
 * be written into the same file: one run at a time has a thread.
 */
async function alone<T>(locations: Locations, threadId: string, work: () => Promise<T>): Promise<T> {
  try {
    return await withLock(join(locations.root, "threads", `${threadId}.lock`), work, AbortSignal.abort());
  } catch (error) {
    if (!(error instanceof LockFault)) throw error;
    const detail = `process ${error.failure.by ?? "of somebody"} has it`;
    throw new ThreadFault({ kind: "thread-unavailable", threadId, why: "busy", detail }, { cause: error });
  }
}

/**
 * A server that goes away before a turn has begun is tried once more: nothing is done twice. One that shuts
 * down takes nothing new until the turns of others have ended: a private one is started then.
 */
async function connectAndRun(
  carrying: Carrying,
  onlooker: Onlooker,
  signal: AbortSignal,
): Promise<CarriedOut> {
  const first = await runOnce(carrying, onlooker, signal);
  if (first.seen !== undefined || !(first.error instanceof CodexFault)) return first;
  const { kind } = first.error.failure;
  if (kind === "server-died") return await runOnce(carrying, onlooker, signal);
  if (kind !== "server-draining") return first;
  const alone = { ...carrying, options: { ...carrying.options, shared: false } };
  const { server, ...rest } = await runOnce(alone, onlooker, signal);
  return {
    ...rest,
    server: server === undefined ? server : { ...server, notShared: "the shared server is shutting down" },
  };
}

async function runOnce(
  { locations, options, request, task }: Carrying,
  { opened, notice }: Onlooker,
  signal: AbortSignal,
): Promise<CarriedOut> {
  let server: AppServer | undefined;
  let thread: RunThread | undefined;
  try {
    server = await openAppServer(options, signal);
    thread = await openThread(server, threadOptions(request, options), signal);
    opened(thread);
    const turn = runOnThread.bind(undefined, server, { thread, task }, notice, signal);
    const seen = request.resumes === null ? await alone(locations, thread.id, turn) : await turn();
    return { server, thread, seen, error: seen.end.kind === "broken" ? seen.end.error : undefined };
  } catch (error) {
    return { server, thread, seen: undefined, error };
  } finally {
    if (server !== undefined) await giveBack(server, thread);
  }
}

function threadOptions(
  { cwd, resumes, model, effort, write, mcpServers, name }: ThreadRequest,
  { environment }: ServerOptions,
) {
  return {
    cwd,
    write,
    mcpServers,
    resume: resumes ?? undefined,
    model: model ?? undefined,
    effort: effort ?? undefined,
    name: name ?? undefined,
    hasKey: hasKeyIn(environment),
  };
}

/** What is lost here is tidiness: the keeper ends what is left. */
async function giveBack(server: AppServer, thread: RunThread | undefined): Promise<void> {
  try {
    if (thread !== undefined) await closeThread(server, thread.id, AbortSignal.timeout(CLOSE_MS));
  } catch {
    // The server is gone, or too slow to be waited for.
  } finally {
    await server.close();
  }
}
