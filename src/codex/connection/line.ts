import {
  createMessageConnection,
  ErrorCodes,
  type MessageConnection,
  ResponseError,
} from "vscode-jsonrpc/node";
import * as z from "zod/mini";
import { errorText } from "#base/fault.ts";
import { JsonFault, parseShape } from "#base/json.ts";
import { oneLine } from "#base/text.ts";
import { type CodexFailure, CodexFault } from "#codex/fault.ts";
import type { Notification } from "./app-server.ts";
import { type OwnThreads, ownThreads } from "./own-threads.ts";
import { TransportReader, TransportWriter } from "./transport.ts";
import type { Wire } from "./wire.ts";

/** A wire with JSON-RPC on it: what is in flight, who listens, and whether it still stands. */
export type Line = {
  readonly wire: Wire;
  readonly messages: MessageConnection;
  /** Fires when the connection is lost; never when we close it. */
  readonly lost: AbortController;
  /** Fires in both cases: nothing more will be answered. */
  readonly over: AbortController;
  readonly listeners: Set<(notification: Notification) => void>;
  readonly threads: OwnThreads;
};

/** What a request of the server says about whom it asks. The older ones say `conversationId`. */
const Addressee = z.looseObject({
  threadId: z.optional(z.string()),
  conversationId: z.optional(z.string()),
});

const OF_THE_LIBRARY: ReadonlySet<number> = new Set([
  ErrorCodes.MessageWriteError,
  ErrorCodes.PendingResponseRejected,
  ErrorCodes.ConnectionInactive,
]);

/**
 * vscode-jsonrpc leaves pending requests unsettled when the peer goes; `over` settles them.
 * Whatever it would only log (an unreadable message, a listener that threw) means that something
 * may have been missed, so it ends the connection instead.
 */
export function openLine(wire: Wire): Line {
  const { transport } = wire;
  const fail = (text: string) =>
    lose(line, { kind: "protocol", method: "(connection)", detail: oneLine(text) });
  const messages = createMessageConnection(new TransportReader(transport), new TransportWriter(transport), {
    // A message that could not be sent was rejected to its sender, and the connection's end follows.
    error: (text) => (text.startsWith("Sending ") ? undefined : fail(text)),
    warn: fail,
    info: () => undefined,
    log: () => undefined,
  });
  const line: Line = {
    wire,
    messages,
    lost: new AbortController(),
    over: new AbortController(),
    listeners: new Set(),
    threads: ownThreads((threads) => wire.hold(threads)),
  };
  messages.onError(([error]) =>
    error instanceof JsonFault ? fail(errorText(error)) : lose(line, died(wire, errorText(error))),
  );
  messages.onClose(() => lose(line, died(wire, "")));
  messages.onNotification((method, params) => publish(line, { method, params }));
  messages.onRequest((method, params) => answer(line, { method, params }));
  messages.listen();
  return line;
}

function died(wire: Wire, cause: string): CodexFailure {
  return { kind: "server-died", detail: oneLine(`${cause} ${wire.obituary()}`) };
}

function publish(line: Line, notification: Notification): void {
  for (const listener of line.listeners) listener(notification);
}

/**
 * A request of the server about a thread of ours is shown to the listeners and refused, for an
 * unanswered one holds the turn for ever. One about another client's thread is that client's to
 * answer: a refusal from here would count as the answer.
 */
function answer(line: Line, asked: Notification): Promise<unknown> | ResponseError {
  const { data } = z.safeParse(Addressee, asked.params);
  const threadId = data?.threadId ?? data?.conversationId;
  const ours = line.wire.kind === "private" || (threadId !== undefined && line.threads.has(threadId));
  if (!ours) return new Promise(() => undefined);
  publish(line, asked);
  return new ResponseError(ErrorCodes.MethodNotFound, `countersign does not answer ${asked.method}`);
}

/** Sends one request over the line, see `AppServer.request`. */
export async function request<S extends z.ZodMiniType>(
  line: Line,
  method: string,
  params: object,
  result: S,
  signal: AbortSignal,
): Promise<z.output<S>> {
  const ends = AbortSignal.any([signal, line.over.signal]);
  ends.throwIfAborted();
  line.threads.asking(method, params);
  const reply = await new Promise<unknown>((resolve, reject) => {
    ends.addEventListener("abort", () => reject(ends.reason), { once: true });
    line.messages.sendRequest<unknown>(method, params).then(resolve, (error: unknown) => {
      const fault = refusal(method, error);
      if (fault === undefined) return;
      line.threads.refused(method, params);
      reject(fault);
    });
  });
  line.threads.answered(method, params, reply);
  try {
    return parseShape(reply, result);
  } catch (error) {
    throw new CodexFault({ kind: "protocol", method, detail: errorText(error) }, { cause: error });
  }
}

/**
 * Returns the fault of an error reply, or nothing for the library's own errors: those say that the
 * connection is over, and `over` carries the reason. Codex answers every refused request with
 * -32600; only the text tells a draining server.
 */
function refusal(method: string, error: unknown): CodexFault | undefined {
  if (!(error instanceof ResponseError) || OF_THE_LIBRARY.has(error.code)) return undefined;
  if (/server is draining/i.test(error.message)) {
    return new CodexFault({ kind: "server-draining" }, { cause: error });
  }
  return new CodexFault({ kind: "protocol", method, detail: oneLine(error.message) }, { cause: error });
}

function lose(line: Line, failure: CodexFailure): void {
  if (line.over.signal.aborted) return;
  const fault = new CodexFault(failure);
  line.over.abort(fault);
  line.lost.abort(fault);
  line.messages.dispose();
  line.wire.transport.end();
}

/** Ends the line and what stands behind its wire; harmless when called again. */
export async function close(line: Line): Promise<void> {
  if (!line.over.signal.aborted) {
    line.over.abort(new CodexFault({ kind: "server-died", detail: "this connection was closed by us" }));
    line.messages.dispose();
    line.wire.transport.end();
  }
  await line.wire.release();
}
