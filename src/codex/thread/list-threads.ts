import * as z from "zod/mini";
import type { AppServer } from "#codex/connection/app-server.ts";

/** A thread as Codex lists it. Times are epoch seconds there. */
const Listed = z.looseObject({
  id: z.string(),
  preview: z.nullish(z.string()),
  name: z.nullish(z.string()),
  cwd: z.nullish(z.string()),
  /** Since 0.169. */
  model: z.nullish(z.string()),
  path: z.nullish(z.string()),
  createdAt: z.number(),
  updatedAt: z.number(),
  status: z.nullish(z.looseObject({ type: z.string() })),
});
const Page = z.looseObject({ data: z.array(Listed), nextCursor: z.nullish(z.string()) });

export type ListedThread = {
  readonly id: string;
  readonly name: string | undefined;
  /** What it began with. */
  readonly preview: string;
  readonly cwd: string | undefined;
  readonly model: string | undefined;
  readonly rolloutPath: string | undefined;
  /** Epoch milliseconds. */
  readonly createdAt: number;
  readonly updatedAt: number;
  /** Whether a turn runs on it in this server. */
  readonly active: boolean;
  readonly archived: boolean;
};

const PAGE = 100;

/**
 * Yields the threads of a person's list, the latest first: those of clients such as we are and of the
 * terminal program, not those of `codex exec` or below other threads.
 *
 * @throws CodexFault, or `signal`'s reason.
 */
export async function* listThreads(
  server: AppServer,
  archived: boolean,
  signal: AbortSignal,
): AsyncGenerator<ListedThread> {
  let cursor: string | null = null;
  do {
    const params: object = { limit: PAGE, cursor, archived, sortKey: "updated_at" };
    const page: z.output<typeof Page> = await server.request("thread/list", params, Page, signal);
    for (const thread of page.data) yield listed(thread, archived);
    cursor = page.nextCursor ?? null;
  } while (cursor !== null);
}

function listed(thread: z.output<typeof Listed>, archived: boolean): ListedThread {
  return {
    id: thread.id,
    name: thread.name ?? undefined,
    preview: thread.preview ?? "",
    cwd: thread.cwd ?? undefined,
    model: thread.model ?? undefined,
    rolloutPath: thread.path ?? undefined,
    createdAt: thread.createdAt * 1_000,
    updatedAt: thread.updatedAt * 1_000,
    active: thread.status?.type === "active",
    archived,
  };
}
