import { connect } from "#codex/connection/connection.ts";
import { dial } from "#codex/connection/dial.ts";
import { webSocketTransport } from "#codex/connection/transport.ts";
import { type CodexFailure, CodexFault } from "#codex/fault.ts";
import type { ServerPlace } from "#codex/server/server-place.ts";
import { realSocket } from "#codex/server/socket-path.ts";
import { packageVersion } from "#commands/installation.ts";

/** What a shared server says of itself. */
export type ServerAnswer =
  | { readonly kind: "answers"; readonly version: string }
  | { readonly kind: "absent" }
  | { readonly kind: "refused"; readonly failure: CodexFailure };

const PATIENCE_MS = 3_000;

/**
 * Asks a running server for its version, and starts none. It leaves no mark of a client: a server
 * that is about to end may do so.
 */
export async function askServer(place: ServerPlace, signal: AbortSignal): Promise<ServerAnswer> {
  const patience = AbortSignal.timeout(PATIENCE_MS);
  const limit = AbortSignal.any([signal, patience]);
  try {
    const path = realSocket(place.socket);
    const socket = path === undefined ? undefined : await dial(path, limit);
    if (socket === undefined) return { kind: "absent" };
    const server = await connect(
      {
        kind: "shared",
        transport: webSocketTransport(socket),
        obituary: () => "the shared server closed the connection",
        hold: () => undefined,
        release: async () => undefined,
      },
      packageVersion(),
      limit,
    );
    await server.close();
    return { kind: "answers", version: server.version };
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof CodexFault) return { kind: "refused", failure: error.failure };
    if (!patience.aborted) throw error;
    const detail = `it accepts and says nothing for ${PATIENCE_MS / 1_000} s`;
    return { kind: "refused", failure: { kind: "server-start-failed", detail } };
  }
}
