import type { AppServer } from "#codex/connection/app-server.ts";
import { CodexFault } from "#codex/fault.ts";
import { Done } from "#codex/protocol.ts";

/** It takes milliseconds, and that of a turn that is over was never answered by 0.140. */
const INTERRUPT_MS = 1_000;

const INTERRUPT = "turn/interrupt";

/** The turn's id may never have reached anybody: "" is whichever runs. */
const STEPS: readonly (readonly [string, object])[] = [
  [INTERRUPT, { turnId: "" }],
  ["thread/backgroundTerminals/clean", {}],
];

const ARCHIVE = ["thread/archive", {}] as const;

/**
 * Ends a thread's turn and the commands that it started; and where that is wanted, the thread's place in
 * the user's list. Refused is as good as done: nothing runs there, no such thread is loaded, or it left
 * no record.
 *
 * @throws CodexFault where the server goes or does not answer, or `signal`'s reason.
 */
export async function bringToRest(
  server: AppServer,
  threadId: string,
  { archive }: { readonly archive: boolean },
  signal: AbortSignal,
): Promise<void> {
  for (const [method, params] of archive ? [...STEPS, ARCHIVE] : STEPS) {
    const limit = method === INTERRUPT ? AbortSignal.timeout(INTERRUPT_MS) : signal;
    const step = AbortSignal.any([signal, limit]);
    try {
      await server.request(method, { threadId, ...params }, Done, step);
    } catch (error) {
      const isRefused = error instanceof CodexFault && error.failure.kind === "protocol";
      if (!isRefused && !(limit.aborted && method === INTERRUPT)) throw error;
    }
  }
}
