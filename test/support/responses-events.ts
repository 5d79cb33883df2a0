import type { ServerResponse } from "node:http";

/** One thing that the model calls: a function with JSON arguments, or a custom tool with plain text. */
export type ToolCall =
  | { readonly kind: "function"; readonly name: string; readonly input: object }
  | { readonly kind: "custom"; readonly name: string; readonly input: string };

const USAGE = {
  input_tokens: 100,
  input_tokens_details: { cached_tokens: 10 },
  output_tokens: 20,
  output_tokens_details: { reasoning_tokens: 5 },
  total_tokens: 120,
};

/** Sends the response head and `response.created`: from here on the client waits for a stream. */
export function openStream(response: ServerResponse, id: string): void {
  response.writeHead(200, { "content-type": "text/event-stream", "cache-control": "no-cache" });
  sendEvent(response, { type: "response.created", response: { id } });
}

/** Sends one assistant message, in the order of events that the Responses API documents. */
export function sendMessage(response: ServerResponse, id: string, text: string): void {
  const item = {
    type: "message",
    role: "assistant",
    id: `msg_${id}`,
    content: [{ type: "output_text", text }],
  };
  startMessage(response, id, text);
  sendEvent(response, { type: "response.output_text.done", item_id: item.id, content_index: 0, text });
  sendEvent(response, { type: "response.output_item.done", output_index: 0, item });
}

/** Sends the beginning of a message and no end to it. */
export function startMessage(response: ServerResponse, id: string, text: string): void {
  const item = { type: "message", role: "assistant", id: `msg_${id}`, content: [] };
  sendEvent(response, { type: "response.output_item.added", output_index: 0, item });
  const part = { type: "output_text", text: "" };
  sendEvent(response, { type: "response.content_part.added", item_id: item.id, content_index: 0, part });
  sendEvent(response, {
    type: "response.output_text.delta",
    item_id: item.id,
    content_index: 0,
    delta: text,
  });
}

/** Sends tool calls; Codex runs them and asks again with their outputs. */
export function sendCalls(response: ServerResponse, id: string, calls: readonly ToolCall[]): void {
  for (const [index, call] of calls.entries()) {
    const item = callItem(call, `call_${id}_${index}`);
    sendEvent(response, { type: "response.output_item.added", output_index: index, item });
    sendEvent(response, { type: "response.output_item.done", output_index: index, item });
  }
}

/** Ends the stream as a finished response. */
export function completeStream(response: ServerResponse, id: string): void {
  sendEvent(response, { type: "response.completed", response: { id, usage: USAGE } });
  response.end();
}

/** Ends the stream as a response that the API itself gave up. */
export function failStream(
  response: ServerResponse,
  id: string,
  error: { code: string; message: string },
): void {
  sendEvent(response, { type: "response.failed", response: { id, status: "failed", error } });
  response.end();
}

function sendEvent(
  response: ServerResponse,
  event: { readonly type: string } & Record<string, unknown>,
): void {
  response.write(`event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`);
}

function callItem(call: ToolCall, callId: string): object {
  const common = { id: `item_${callId}`, call_id: callId, name: call.name };
  return call.kind === "function"
    ? { type: "function_call", ...common, arguments: JSON.stringify(call.input) }
    : { type: "custom_tool_call", ...common, input: call.input };
}
