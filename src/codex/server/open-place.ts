import type { AppServer } from "#codex/connection/app-server.ts";
import { connect } from "#codex/connection/connection.ts";
import { dial } from "#codex/connection/dial.ts";
import { webSocketTransport } from "#codex/connection/transport.ts";
import type { ServerPlace } from "./server-place.ts";
import { realSocket } from "./socket-path.ts";

/**
 * Returns a connection to the server that runs at a place, or `undefined` where none does. None is
 * started, and nothing says that this process uses it: it is for putting in order what others left.
 *
 * @throws CodexFault where it does not speak, or `signal`'s reason.
 */
export async function openPlace(
  place: ServerPlace,
  clientVersion: string,
  signal: AbortSignal,
): Promise<AppServer | undefined> {
  const path = realSocket(place.socket);
  const socket = path === undefined ? undefined : await dial(path, signal);
  if (socket === undefined) return undefined;
  const wire = {
    kind: "shared",
    transport: webSocketTransport(socket),
    obituary: () => "the shared server closed the connection",
    hold: () => undefined,
    release: () => Promise.resolve(),
  } as const;
  return await connect(wire, clientVersion, signal);
}
