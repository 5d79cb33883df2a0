import { parseShape } from "#base/json.ts";
import type { AppServer, Notification } from "#codex/connection/app-server.ts";
import { CodexFault } from "#codex/fault.ts";

/** What a server answers to one method: a result, or a text with which it refuses. */
export type Reply = (params: object) => object | string;

export type ScriptedServer = {
  readonly server: AppServer;
  /** What was asked of it, in order. */
  readonly asked: readonly { readonly method: string; readonly params: object }[];
  say(method: string, params: object): void;
};

/** Returns a connection to a server that answers by a table; what is not in it is answered with nothing. */
export function scriptedServer(replies: Readonly<Record<string, Reply>>): ScriptedServer {
  const asked: { method: string; params: object }[] = [];
  const listeners = new Set<(notification: Notification) => void>();
  const server: AppServer = {
    kind: "private",
    version: "0.169.0",
    codexHome: "/nowhere",
    lost: new AbortController().signal,
    async request(method, params, shape, signal) {
      signal.throwIfAborted();
      asked.push({ method, params });
      const reply = replies[method]?.(params) ?? {};
      if (typeof reply === "string") throw new CodexFault({ kind: "protocol", method, detail: reply });
      return parseShape(reply, shape);
    },
    listen(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    close: () => Promise.resolve(),
  };
  return {
    server,
    asked,
    say(method, params) {
      for (const listener of listeners) listener({ method, params });
    },
  };
}
