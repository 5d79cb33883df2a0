import { once } from "node:events";
import { createServer } from "node:http";
import { type WebSocket, WebSocketServer } from "ws";
import * as z from "zod/mini";
import { parseJson } from "#base/json.ts";

const Incoming = z.looseObject({
  id: z.optional(z.union([z.string(), z.number()])),
  method: z.optional(z.string()),
});
export type Incoming = z.output<typeof Incoming>;

/** A WebSocket server on a Unix socket that answers the handshake and otherwise does what the test says. */
export type FakeAppServer = {
  /** Everything that came in, in order. */
  readonly received: readonly Incoming[];
  send(message: object | string): void;
  /** Drops every connection without a closing handshake, as a killed process does. */
  drop(): void;
  close(): Promise<void>;
};

/** `reply` returns what to answer to a request: a result, `{ error }`, or `undefined` for silence. */
export async function startFakeAppServer(
  path: string,
  reply: (request: Incoming) => object | undefined = () => ({ result: {} }),
): Promise<FakeAppServer> {
  const http = createServer();
  const server = new WebSocketServer({ server: http });
  const received: Incoming[] = [];
  server.on("connection", (socket) => {
    socket.on("message", (bytes) => {
      const message = parseJson(bytes.toString(), Incoming);
      received.push(message);
      answer(socket, message, reply);
    });
  });
  http.listen(path);
  await once(http, "listening");
  return {
    received,
    send: (message) => {
      const text = typeof message === "string" ? message : JSON.stringify(message);
      for (const client of server.clients) client.send(text);
    },
    drop: () => {
      for (const client of server.clients) client.terminate();
    },
    close: async () => {
      for (const client of server.clients) client.terminate();
      server.close();
      http.close();
      await once(http, "close");
    },
  };
}

function answer(
  socket: WebSocket,
  message: Incoming,
  reply: (request: Incoming) => object | undefined,
): void {
  if (message.id === undefined || message.method === undefined) return;
  const said =
    message.method === "initialize"
      ? { result: { userAgent: "countersign/0.169.0 (Test)", codexHome: "/home/test/.codex" } }
      : reply(message);
  if (said !== undefined) socket.send(JSON.stringify({ id: message.id, ...said }));
}
