import { createConnection } from "node:net";
import { WebSocket } from "ws";
import { errorCode, errorText } from "#base/fault.ts";
import { CodexFault } from "#codex/fault.ts";

/** Nobody listens, or more clients wait than the system keeps. */
const NOBODY_YET = ["ECONNREFUSED", "ENOENT", "EAGAIN"];

/**
 * Returns an open WebSocket to whoever listens at the socket, or `undefined` where nobody does.
 *
 * @throws CodexFault `server-start-failed` where something else is there, or `signal`'s reason.
 */
export function dial(path: string, signal: AbortSignal): Promise<WebSocket | undefined> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket("ws://localhost/", {
      createConnection: () => createConnection(path),
      perMessageDeflate: false,
    });
    const stop = () => {
      socket.terminate();
      reject(signal.reason);
    };
    signal.addEventListener("abort", stop, { once: true });
    socket.once("open", () => {
      signal.removeEventListener("abort", stop);
      resolve(socket);
    });
    socket.once("error", (error) => {
      signal.removeEventListener("abort", stop);
      if (NOBODY_YET.includes(errorCode(error) ?? "")) resolve(undefined);
      else reject(new CodexFault({ kind: "server-start-failed", detail: errorText(error) }));
    });
  });
}
