import { createConnection } from "node:net";
import { errorCode } from "#base/fault.ts";

/** How often a server is asked, and after how long without a word it counts as one that hangs. */
export type Pace = { readonly everyMs: number; readonly silentMs: number };

/** No living server was seen to need a tenth of that. */
export const CALM: Pace = { everyMs: 15_000, silentMs: 10_000 };

/** An app-server closes the connection at once where a request asks for no upgrade (0.169). */
const GREETING = "GET /readyz HTTP/1.1\r\nHost: localhost\r\n\r\n";

/**
 * Asks the server at a socket again and again until `over` fires, and returns whether it answered
 * when it was last asked. One that takes connections and says nothing costs every review a wait.
 */
export function watchPulse(socket: string, pace: Pace, over: AbortSignal): () => boolean {
  let answers = true;
  let asking = false;
  const ask = (): void => {
    if (asking) return;
    asking = true;
    const connection = createConnection(socket, () => connection.write(GREETING)).unref();
    const silence = setTimeout(() => {
      answers = false;
    }, pace.silentMs).unref();
    const settle = (answered: boolean): void => {
      clearTimeout(silence);
      connection.destroy();
      answers = answered;
      asking = false;
    };
    connection.once("data", () => settle(true));
    connection.once("end", () => settle(true));
    connection.once("error", (error) => settle(["ECONNRESET", "EPIPE"].includes(errorCode(error) ?? "")));
  };
  const timer = setInterval(ask, pace.everyMs).unref();
  over.addEventListener("abort", () => clearInterval(timer), { once: true });
  return () => answers;
}
