import type { AppServer } from "#codex/connection/app-server.ts";
import { connect } from "#codex/connection/connection.ts";
import { dial } from "#codex/connection/dial.ts";
import { webSocketTransport } from "#codex/connection/transport.ts";
import { CodexFault } from "#codex/fault.ts";
import { Done } from "#codex/protocol.ts";
import { orphansIn } from "./orphans.ts";
import { removeMark } from "./process-mark.ts";
import { serverPlace } from "./server-place.ts";
import { realSocket } from "./socket-path.ts";

/** Each takes milliseconds; an interrupt of a turn that is over was never answered by 0.140. */
const STEP_MS = 1_000;

/** What brings a thread to rest. The turn's id may never have reached anybody: "" is whichever runs. */
const STEPS: readonly (readonly [string, object])[] = [
  ["turn/interrupt", { turnId: "" }],
  ["thread/backgroundTerminals/clean", {}],
  ["thread/archive", {}],
];

/**
 * Ends what dead clients left running on the server of this directory: their turns, the commands of
 * those, and the threads' place in the user's list. A thread that a living client has opened since
 * is left to that one for now.
 *
 * @throws CodexFault where the server does not answer, or `signal`'s reason: then the marks stay.
 */
export async function endOrphanTurns(
  directory: string,
  clientVersion: string,
  signal: AbortSignal,
): Promise<void> {
  const place = serverPlace(directory);
  if (orphansIn(place.clients).length === 0) return;
  const path = realSocket(place.socket);
  const socket = path === undefined ? undefined : await dial(path, signal);
  if (socket === undefined) throw new CodexFault({ kind: "server-start-failed", detail: "nobody listens" });
  const wire = {
    kind: "shared",
    transport: webSocketTransport(socket),
    obituary: () => "the shared server closed the connection",
    hold: () => undefined,
    release: () => Promise.resolve(),
  } as const;
  const server = await connect(wire, clientVersion, signal);
  try {
    // Looked at anew: another client may have opened one of the threads meanwhile.
    for (const { path: mark, threads } of orphansIn(place.clients)) {
      for (const threadId of threads) await bringToRest(server, threadId, signal);
      removeMark(mark);
    }
  } finally {
    await server.close();
  }
}

/** Refused is as good as done: nothing runs there, no such thread is loaded, or it left no record. */
async function bringToRest(server: AppServer, threadId: string, signal: AbortSignal): Promise<void> {
  for (const [method, params] of STEPS) {
    const limit = AbortSignal.timeout(STEP_MS);
    const step = AbortSignal.any([signal, limit]);
    try {
      await server.request(method, { threadId, ...params }, Done, step);
    } catch (error) {
      const isRefused = error instanceof CodexFault && error.failure.kind === "protocol";
      if (!isRefused && !(limit.aborted && method === "turn/interrupt")) throw error;
    }
  }
}
