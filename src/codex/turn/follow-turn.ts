import { setTimeout as delay } from "node:timers/promises";
import type { AppServer } from "#codex/connection/app-server.ts";
import { CodexFault } from "#codex/fault.ts";
import { Done, type Turn } from "#codex/protocol.ts";
import { turnFailure } from "./turn-failure.ts";
import type { TurnWatch } from "./turn-watch.ts";

/** To interrupt takes 5 ms. A server that needs longer is in trouble; whoever waits should know soon. */
export const STOP_MS = 3_000;

/** A turn that is about to be started, and who watches it. */
export type TurnToFollow = {
  readonly server: AppServer;
  readonly threadId: string;
  readonly watch: TurnWatch;
  /** Asks for the turn and returns its id. Its signal is not that of whoever waits. */
  readonly start: (signal: AbortSignal) => Promise<string>;
};

/**
 * Starts a turn and returns it, if and only if Codex says that it was completed. Anything else ends it
 * for good: the turn is interrupted, the commands that it started are killed (Codex keeps them running
 * otherwise), and only then is the reason thrown. The watch is stopped in any case.
 *
 * @throws CodexFault with what Codex or its provider said, `approval-asked`, `server-died`, or `signal`'s
 * reason.
 */
export async function followTurn(turn: TurnToFollow, signal: AbortSignal): Promise<Turn> {
  const { server, watch } = turn;
  const over = new AbortController();
  const started = startTurn(turn, over.signal);
  try {
    const end = started.then(() => watch.ended);
    return completed(await unlessAborted(end, AbortSignal.any([signal, server.lost, watch.trouble])));
  } catch (error) {
    await stopTurn(turn, started);
    throw error;
  } finally {
    watch.stop();
    over.abort();
  }
}

/**
 * Not ended by the caller's signal: a turn whose start was asked for starts, and could then not
 * be interrupted by someone who had stopped listening.
 */
async function startTurn({ start, watch }: TurnToFollow, signal: AbortSignal): Promise<void> {
  watch.name(await start(signal));
}

function completed(turn: Turn): Turn {
  if (turn.status === "interrupted") throw new CodexFault({ kind: "turn-interrupted" });
  if (turn.status !== "completed") {
    const error = turn.error ?? { message: `the turn ended as "${turn.status}"` };
    throw new CodexFault(turnFailure(error, Date.now()));
  }
  return turn;
}

/**
 * Ends what may still run. The reason why we are here matters more than what goes wrong now: a
 * turn that has just ended by itself refuses the interrupt, and 0.140 never answers it.
 */
async function stopTurn({ server, threadId, watch }: TurnToFollow, started: Promise<void>): Promise<void> {
  if (server.lost.aborted) return;
  const limit = AbortSignal.timeout(STOP_MS);
  const running = await settled(started, limit);
  const isOver = await Promise.race([watch.ended.then(() => true), delay(0, false)]);
  if (running && !isOver) {
    await settled(server.request("turn/interrupt", { threadId, turnId: "" }, Done, limit), limit);
    await settled(watch.ended, limit);
  }
  await settled(server.request("thread/backgroundTerminals/clean", { threadId }, Done, limit), limit);
}

/** Resolves to whether the work succeeded before the limit. */
function settled(work: Promise<unknown>, limit: AbortSignal): Promise<boolean> {
  return unlessAborted(work, limit).then(
    () => true,
    () => false,
  );
}

function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) reject(signal.reason);
    signal.addEventListener("abort", () => reject(signal.reason), { once: true });
    work.then(resolve, reject);
  });
}
