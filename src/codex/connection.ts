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
import type { AppServer, Notification } from "./app-server.ts";
import { type CodexFailure, CodexFault } from "./fault.ts";
import { type Transport, TransportReader, TransportWriter } from "./transport.ts";

/** One end of a wire to a server that has not been spoken to yet. */
export type Wire = {
  readonly kind: AppServer["kind"];
  readonly transport: Transport;
  /** Says in one line why the server went, as far as anything is known. */
  obituary(): string;
  /** Releases what stands behind the wire; harmless when called again. */
  release(): Promise<void>;
};

/** Streams of single words and bytes, which nobody here reads and which cost the most to parse. */
const DELTAS = [
  "item/agentMessage/delta",
  "item/plan/delta",
  "item/reasoning/textDelta",
  "item/reasoning/summaryTextDelta",
  "item/reasoning/summaryPartAdded",
  "item/commandExecution/outputDelta",
  "item/fileChange/outputDelta",
  "item/fileChange/patchUpdated",
  "item/mcpToolCall/progress",
  "thread/realtime/outputAudio/delta",
  "thread/realtime/transcript/delta",
];

const InitializeResult = z.looseObject({ userAgent: z.string(), codexHome: z.string() });
type InitializeResult = z.output<typeof InitializeResult>;

/** What `thread/start`, `thread/resume` and `thread/fork` answer: from then on the thread is ours. */
const ThreadAnswer = z.looseObject({ thread: z.looseObject({ id: z.string() }) });
/** What a request of the server says about whom it asks. The older ones say `conversationId`. */
const Addressee = z.looseObject({
  threadId: z.optional(z.string()),
  conversationId: z.optional(z.string()),
});

const OPENS_A_THREAD = /^thread\/(?:start|resume|fork)$/;
const OF_THE_LIBRARY: ReadonlySet<number> = new Set([
  ErrorCodes.MessageWriteError,
  ErrorCodes.PendingResponseRejected,
  ErrorCodes.ConnectionInactive,
]);

type Line = {
  readonly wire: Wire;
  readonly messages: MessageConnection;
  /** Fires when the connection is lost; never when we close it. */
  readonly lost: AbortController;
  /** Fires in both cases: nothing more will be answered. */
  readonly over: AbortController;
  readonly listeners: Set<(notification: Notification) => void>;
  readonly ownThreads: Set<string>;
};

/**
 * Speaks the handshake over a wire and returns the server, ready for requests.
 *
 * The name it gives itself is `countersign`; on a shared server the first client's name becomes
 * the originator of everybody's threads, so all our clients give the same.
 *
 * @throws CodexFault `protocol` or `server-died`, or `signal`'s reason; the wire is then released.
 */
export async function connect(wire: Wire, clientVersion: string, signal: AbortSignal): Promise<AppServer> {
  const line = openLine(wire);
  try {
    const greeting = await request(line, "initialize", handshake(clientVersion), InitializeResult, signal);
    await line.messages.sendNotification("initialized");
    return appServer(line, greeting);
  } catch (error) {
    await close(line);
    throw error;
  }
}

function handshake(clientVersion: string): object {
  return {
    clientInfo: { name: "countersign", title: "Countersign", version: clientVersion },
    capabilities: {
      experimentalApi: true,
      requestAttestation: false,
      optOutNotificationMethods: DELTAS,
    },
  };
}

function appServer(line: Line, greeting: InitializeResult): AppServer {
  return {
    kind: line.wire.kind,
    version: /^[^/]*\/(\S+)/.exec(greeting.userAgent)?.[1] ?? "",
    codexHome: greeting.codexHome,
    lost: line.lost.signal,
    request: (method, params, result, signal) => request(line, method, params, result, signal),
    listen: (listener) => {
      line.listeners.add(listener);
      return () => line.listeners.delete(listener);
    },
    close: () => close(line),
  };
}

/**
 * vscode-jsonrpc leaves pending requests unsettled when the peer goes; `over` settles them.
 * Whatever it would only log (an unreadable message, a listener that threw) means that something
 * may have been missed, so it ends the connection instead.
 */
function openLine(wire: Wire): Line {
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
    ownThreads: new Set(),
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
  const ours = line.wire.kind === "private" || (threadId !== undefined && line.ownThreads.has(threadId));
  if (!ours) return new Promise(() => undefined);
  publish(line, asked);
  return new ResponseError(ErrorCodes.MethodNotFound, `countersign does not answer ${asked.method}`);
}

async function request<S extends z.ZodMiniType>(
  line: Line,
  method: string,
  params: object,
  result: S,
  signal: AbortSignal,
): Promise<z.output<S>> {
  const ends = AbortSignal.any([signal, line.over.signal]);
  ends.throwIfAborted();
  const reply = await new Promise<unknown>((resolve, reject) => {
    ends.addEventListener("abort", () => reject(ends.reason), { once: true });
    line.messages.sendRequest<unknown>(method, params).then(resolve, (error: unknown) => {
      const fault = refusal(method, error);
      if (fault !== undefined) reject(fault);
    });
  });
  if (OPENS_A_THREAD.test(method)) {
    const { data } = z.safeParse(ThreadAnswer, reply);
    if (data !== undefined) line.ownThreads.add(data.thread.id);
  }
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

async function close(line: Line): Promise<void> {
  if (!line.over.signal.aborted) {
    line.over.abort(new CodexFault({ kind: "server-died", detail: "this connection was closed by us" }));
    line.messages.dispose();
    line.wire.transport.end();
  }
  await line.wire.release();
}
