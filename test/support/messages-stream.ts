import { randomUUID } from "node:crypto";
import type { ServerResponse } from "node:http";

type ToolCall = { readonly name: string; readonly input: Readonly<Record<string, unknown>> };

/** What the played model does with one request. */
export type Action =
  | { readonly kind: "say"; readonly text: string }
  | { readonly kind: "call"; readonly tools: readonly ToolCall[]; readonly text?: string }
  | { readonly kind: "error"; readonly status: number; readonly type: string; readonly message: string }
  | { readonly kind: "hang" }
  /** Nothing is sent before the promise is settled, and then this. */
  | { readonly kind: "hold"; readonly until: Promise<Action> };

type Piece =
  | { readonly type: "text"; readonly text: string }
  | {
      readonly type: "tool_use";
      readonly id: string;
      readonly name: string;
      readonly input: ToolCall["input"];
    };

const USAGE = {
  input_tokens: 10,
  output_tokens: 1,
  cache_creation_input_tokens: 0,
  cache_read_input_tokens: 0,
};

/** Returns the action that writes a file through Claude's own Write tool. */
export function writeFile(path: string, content: string): Action {
  return { kind: "call", tools: [{ name: "Write", input: { file_path: path, content } }] };
}

/** Returns the action that replaces a text in a file through Claude's own Edit tool. */
export function editFile(path: string, before: string, after: string): Action {
  const input = { file_path: path, old_string: before, new_string: after };
  return { kind: "call", tools: [{ name: "Edit", input }] };
}

/** Returns the action that runs a command through Claude's own Bash tool. */
export function runBash(command: string): Action {
  return { kind: "call", tools: [{ name: "Bash", input: { command, description: "run a command" } }] };
}

/** Returns the action that calls one of Claude's tools. */
export function callTool(name: string, input: Readonly<Record<string, unknown>>): Action {
  return { kind: "call", tools: [{ name, input }] };
}

/** Returns what takes this action once the promise is settled. */
export function after(until: Promise<unknown>, action: Action): Action {
  return { kind: "hold", until: until.then(() => action) };
}

/** Returns the action that says this and ends the turn. */
export function say(text: string): Action {
  return { kind: "say", text };
}

/**
 * Takes a response that is to be streamed and returns what ends it. Nothing is sent before the
 * action is known, because an error has its own status; a hanging request hangs without headers.
 */
export function startAnswer(response: ServerResponse, model: string): (action: Action) => void {
  return (action) => {
    if (action.kind === "hang" || action.kind === "hold") return;
    if (action.kind === "error") return sendError(response, action);
    response.writeHead(200, { "content-type": "text/event-stream", "cache-control": "no-cache" });
    for (const event of eventsOf(model, action)) {
      response.write(`event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`);
    }
    response.end();
  };
}

/** Returns the whole message at once, for a request that did not ask for a stream. */
export function answerWhole(model: string, action: Action): unknown {
  return { ...envelope(model), content: piecesOf(action), stop_reason: stopReason(action) };
}

function sendError(response: ServerResponse, action: Extract<Action, { kind: "error" }>): void {
  response.writeHead(action.status, { "content-type": "application/json" });
  response.end(JSON.stringify({ type: "error", error: { type: action.type, message: action.message } }));
}

type StreamEvent = { readonly type: string; readonly [key: string]: unknown };

function eventsOf(model: string, action: Action): readonly StreamEvent[] {
  return [
    { type: "message_start", message: { ...envelope(model), content: [], stop_reason: null } },
    ...piecesOf(action).flatMap(blockEvents),
    {
      type: "message_delta",
      delta: { stop_reason: stopReason(action), stop_sequence: null },
      usage: { output_tokens: 5 },
    },
    { type: "message_stop" },
  ];
}

function blockEvents(piece: Piece, index: number): readonly StreamEvent[] {
  const [empty, delta] =
    piece.type === "text"
      ? [
          { ...piece, text: "" },
          { type: "text_delta", text: piece.text },
        ]
      : [
          { ...piece, input: {} },
          { type: "input_json_delta", partial_json: JSON.stringify(piece.input) },
        ];
  return [
    { type: "content_block_start", index, content_block: empty },
    { type: "content_block_delta", index, delta },
    { type: "content_block_stop", index },
  ];
}

function piecesOf(action: Action): readonly Piece[] {
  switch (action.kind) {
    case "say":
      return [{ type: "text", text: action.text }];
    case "call":
      return [
        ...(action.text === undefined ? [] : [{ type: "text", text: action.text } as const]),
        ...action.tools.map((tool) => ({ type: "tool_use", id: `toolu_${randomUUID()}`, ...tool }) as const),
      ];
    case "error":
    case "hang":
    case "hold":
      return [];
  }
}

function stopReason(action: Action): string {
  return action.kind === "call" ? "tool_use" : "end_turn";
}

function envelope(model: string): Record<string, unknown> {
  return {
    id: `msg_${randomUUID()}`,
    type: "message",
    role: "assistant",
    model,
    stop_sequence: null,
    usage: USAGE,
  };
}
