import * as z from "zod/mini";
import type { AppServer } from "./app-server.ts";
import { close, type Line, openLine, request } from "./line.ts";
import type { Wire } from "./wire.ts";

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
