import * as z from "zod/mini";
import type { AppServer } from "#codex/connection/app-server.ts";
import { CodexFault } from "#codex/fault.ts";
import { Turn } from "#codex/protocol.ts";

/** Which turn is meant, on which thread. */
export type TurnName = { readonly threadId: string; readonly turnId: string };

/** Asks what became of a turn whose answer is there and whose end is not told. */
export type RecordWatch = {
  /** Something was heard of the turn: its end may still come by itself. */
  postpone(): void;
  stop(): void;
};

/** An end follows its answer within milliseconds. To ask costs one of them. */
export const QUIET_MS = 5_000;

const ENDED = ["completed", "failed", "interrupted"];
const ThreadRead = z.looseObject({ thread: z.looseObject({ turns: z.array(z.unknown()) }) });
const NamedTurn = z.looseObject({ id: z.string() });

/**
 * Asks the server again and again, each time when nothing was heard for 5 s, and calls `ended` with
 * the turn once it has ended by the server's own record. The last notifications of a turn can be
 * lost: a server that is told to end does so after its turns, with half of them untold (0.169).
 */
export function watchRecord(server: AppServer, name: TurnName, ended: (turn: Turn) => void): RecordWatch {
  const over = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const postpone = (): void => {
    clearTimeout(timer);
    if (!over.signal.aborted) timer = setTimeout(() => void look(), QUIET_MS);
  };
  async function look(): Promise<void> {
    const turn = await turnOnRecord(
      server,
      name,
      AbortSignal.any([over.signal, AbortSignal.timeout(QUIET_MS)]),
    );
    if (turn === undefined) postpone();
    else ended(turn);
  }
  return {
    postpone,
    stop() {
      over.abort();
      clearTimeout(timer);
    },
  };
}

/** A server that does not say is asked again; whoever waits for the turn has a deadline of their own. */
async function turnOnRecord(
  server: AppServer,
  { threadId, turnId }: TurnName,
  signal: AbortSignal,
): Promise<Turn | undefined> {
  try {
    const { thread } = await server.request(
      "thread/read",
      { threadId, includeTurns: true },
      ThreadRead,
      signal,
    );
    const found = thread.turns.find((turn) => z.safeParse(NamedTurn, turn).data?.id === turnId);
    const turn = z.safeParse(Turn, found).data;
    return turn !== undefined && ENDED.includes(turn.status) ? turn : undefined;
  } catch (error) {
    if (signal.aborted || error instanceof CodexFault) return undefined;
    throw error;
  }
}
