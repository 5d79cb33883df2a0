import * as z from "zod/mini";

/**
 * The threads that one connection opened. Codex goes on with a thread's turn when the client is
 * gone, so whoever would have to end it for us must know of the thread before a turn can start.
 */
export type OwnThreads = {
  /** Returns whether the thread was ever opened here: requests of the server about it are ours to answer. */
  has(threadId: string): boolean;
  /** To be called before a request is sent, with what it answered, and where it was refused. */
  asking(method: string, params: object): void;
  answered(method: string, params: object, reply: unknown): void;
  refused(method: string, params: object): void;
};

const OPENS_A_THREAD = /^thread\/(?:start|resume|fork)$/;
const GIVES_IT_BACK = /^thread\/(?:archive|unsubscribe|delete)$/;

const Named = z.looseObject({ threadId: z.string() });
/** What `thread/start`, `thread/resume` and `thread/fork` answer: from then on the thread is ours. */
const Opened = z.looseObject({ thread: z.looseObject({ id: z.string() }) });

/** `hold` is called with all threads that are open each time when they have changed. */
export function ownThreads(hold: (threads: readonly string[]) => void): OwnThreads {
  const opened = new Set<string>();
  const open = new Set<string>();
  const take = (id: string | undefined): void => {
    if (id === undefined || open.has(id)) return;
    open.add(id);
    hold([...open]);
  };
  const giveBack = (id: string | undefined): void => {
    if (id !== undefined && open.delete(id)) hold([...open]);
  };
  return {
    has: (id) => opened.has(id),
    asking(method, params) {
      if (method === "thread/resume") take(named(params));
    },
    answered(method, params, reply) {
      if (GIVES_IT_BACK.test(method)) giveBack(named(params));
      const id = OPENS_A_THREAD.test(method) ? z.safeParse(Opened, reply).data?.thread.id : undefined;
      if (id === undefined) return;
      opened.add(id);
      take(id);
    },
    refused(method, params) {
      if (method === "thread/resume") giveBack(named(params));
    },
  };
}

function named(params: object): string | undefined {
  return z.safeParse(Named, params).data?.threadId;
}
