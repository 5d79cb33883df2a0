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
 * for good: the turn is interrupted, and only then is the reason thrown. The commands that it started are
 * killed in any case (Codex keeps them running otherwise), and the watch is stopped.
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
    const ended = completed(await unlessAborted(end, AbortSignal.any([signal, server.lost, watch.trouble])));
    await endLeftRunning(turn, signal);
    return ended;
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
 * Ends what a completed turn left running, and waits until its end is told: Codex has it on record then, and
 * writes no more of this turn. What was answered is not lost with it.
 */
async function endLeftRunning({ server, threadId, watch }: TurnToFollow, signal: AbortSignal): Promise<void> {
  if (watch.record().leftRunning.every(({ gone }) => gone)) return;
  const limit = AbortSignal.any([signal, server.lost, AbortSignal.timeout(STOP_MS)]);
  await settled(server.request("thread/backgroundTerminals/clean", { threadId }, Done, limit), limit);
  await settled(watch.atRest, limit);
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
