import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { text } from "node:stream/consumers";
import {
  completeStream,
  failStream,
  openStream,
  sendCalls,
  sendMessage,
  startMessage,
} from "./responses-events.ts";
import { parseRequest, type ReviewerRequest } from "./responses-request.ts";
import type { Action } from "./reviewer-action.ts";

/** Decides what the stand-in does with a request. It sees the whole conversation in it. */
export type Script = (request: ReviewerRequest) => Action | Promise<Action>;

/** A stand-in of the Responses API on loopback, which plays any reviewer. */
export type ResponsesApi = {
  /** What `base_url` of a model provider is set to. */
  readonly url: string;
  /** Every request for a response so far, oldest first. */
  readonly requests: readonly ReviewerRequest[];
  /** Method and path of whatever else was asked for. */
  readonly others: readonly string[];
  /** How many requests have begun and are not ended, aborted ones left out. */
  readonly open: () => number;
  /** Replaces the script for the requests to come. */
  play(script: Script): void;
  /** Resolves once there have been `count` requests for a response. */
  requested(count: number): Promise<void>;
  /** Resolves once no request is open. */
  idle(): Promise<void>;
  close(): Promise<void>;
};

type Waiter = { readonly holds: () => boolean; readonly resolve: () => void };

/** Starts the stand-in on a free port of 127.0.0.1. An error of the script answers 599 with its text. */
export async function startResponsesApi(script: Script): Promise<ResponsesApi> {
  const requests: ReviewerRequest[] = [];
  const others: string[] = [];
  const open = new Set<ServerResponse>();
  let current = script;
  let waiters: readonly Waiter[] = [];

  function wake(): void {
    const ready = waiters.filter((waiter) => waiter.holds());
    waiters = waiters.filter((waiter) => !ready.includes(waiter));
    for (const waiter of ready) waiter.resolve();
  }
  function until(holds: () => boolean): Promise<void> {
    return new Promise((resolve) => {
      waiters = [...waiters, { holds, resolve }];
      wake();
    });
  }
  async function receive(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = request.url ?? "/";
    if (request.method !== "POST" || !path.endsWith("/responses")) {
      others.push(`${request.method} ${path}`);
      response.writeHead(404, { "content-type": "application/json" }).end("{}");
      return;
    }
    open.add(response);
    response.once("close", () => {
      open.delete(response);
      wake();
    });
    const body = await text(request);
    // Counted once it was read: of two that come at the same time each has a number of its own.
    const parsed = parseRequest(requests.length + 1, request.headers, body);
    requests.push(parsed);
    wake();
    await act(response, parsed.number, await current(parsed));
  }

  const server = createServer((request, response) => {
    receive(request, response).catch((error: unknown) => {
      if (!response.headersSent) response.writeHead(599);
      response.end(String(error));
    });
  });
  return {
    url: `${await listen(server)}/v1`,
    requests,
    others,
    open: () => open.size,
    play(next) {
      current = next;
    },
    requested: (count) => until(() => requests.length >= count),
    idle: () => until(() => open.size === 0),
    close: () => shut(server),
  };
}

async function act(response: ServerResponse, number: number, action: Action): Promise<void> {
  const id = `resp_${number}`;
  switch (action.kind) {
    case "silent":
      return;
    case "refuse": {
      const body = typeof action.body === "string" ? action.body : JSON.stringify(action.body);
      response.writeHead(action.status, { "content-type": "application/json", ...action.headers }).end(body);
      return;
    }
    default:
      openStream(response, id);
      await stream(response, id, action);
  }
}

async function stream(response: ServerResponse, id: string, action: Action): Promise<void> {
  switch (action.kind) {
    case "hold":
      await stream(response, id, await action.until);
      return;
    case "answer":
      sendMessage(response, id, action.text);
      completeStream(response, id);
      return;
    case "call":
      sendCalls(response, id, action.calls);
      completeStream(response, id);
      return;
    case "empty":
      completeStream(response, id);
      return;
    case "fail":
      failStream(response, id, action);
      return;
    case "cut":
      startMessage(response, id, action.text);
      response.socket?.end();
      return;
    case "silent":
      return;
    case "refuse":
      throw new Error("a stream that has begun cannot be refused");
  }
}

function listen(server: Server): Promise<string> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      if (address === null || typeof address === "string") reject(new Error("no port"));
      else resolve(`http://127.0.0.1:${address.port}`);
    });
  });
}

/** Harmless when called again: a test may take the model away before its end. */
function shut(server: Server): Promise<void> {
  if (!server.listening) return Promise.resolve();
  return new Promise((resolve, reject) => {
    server.close((error) => (error === undefined ? resolve() : reject(error)));
    server.closeAllConnections();
  });
}
