import * as z from "zod/mini";

const Block = z.looseObject({
  type: z.string(),
  text: z.optional(z.string()),
  name: z.optional(z.string()),
  input: z.optional(z.unknown()),
  tool_use_id: z.optional(z.string()),
  content: z.optional(z.unknown()),
  is_error: z.optional(z.boolean()),
});
const Content = z.union([z.string(), z.array(Block)]);

/**
 * What Claude Code 2.1.330 posts to /v1/messages, as far as a script needs it. Its messages
 * also carry the role `system`, for reminders and hook errors in the middle of a conversation.
 */
export const ModelRequest = z.looseObject({
  model: z.string(),
  messages: z.array(z.looseObject({ role: z.string(), content: Content })),
  system: z.optional(Content),
  tools: z.optional(z.array(z.looseObject({ name: z.optional(z.string()) }))),
  stream: z.optional(z.boolean()),
});
export type ModelRequest = z.output<typeof ModelRequest>;

export type ToolResult = { readonly id: string; readonly text: string; readonly failed: boolean };

const FEEDBACK = "Stop hook feedback:\n";
const REMINDER = /^\s*<system-reminder>/;

/** Returns whether the request belongs to no conversation: titles and other small questions come without tools. */
export function isSideRequest(request: ModelRequest): boolean {
  return (request.tools ?? []).length === 0;
}

/** Returns how often the model has answered in the conversation. */
export function answersSoFar(request: ModelRequest): number {
  return request.messages.filter(({ role }) => role === "assistant").length;
}

/** Returns what was last said to the model in the user's name, without reminders, tool results and stop feedback. */
export function lastUserText(request: ModelRequest): string {
  const texts = request.messages
    .filter((message) => message.role === "user")
    .flatMap((message) => textsOf(message.content))
    .filter((text) => !REMINDER.test(text) && !text.startsWith(FEEDBACK));
  return texts.at(-1) ?? "";
}

/** Returns the reasons with which Stop hooks blocked since the model last spoke, oldest first. */
export function stopFeedback(request: ModelRequest): readonly string[] {
  return newest(request)
    .filter((message) => message.role === "user")
    .flatMap((message) => textsOf(message.content))
    .filter((text) => text.startsWith(FEEDBACK))
    .map((text) => text.slice(FEEDBACK.length));
}

/** Returns the results of the tools that the model called last. */
export function toolResults(request: ModelRequest): readonly ToolResult[] {
  return newest(request).flatMap((message) => {
    if (typeof message.content === "string") return [];
    return message.content.filter((block) => block.type === "tool_result").map(toolResult);
  });
}

/** The messages that came after the model's own last word. */
function newest(request: ModelRequest): ModelRequest["messages"] {
  const last = request.messages.findLastIndex((message) => message.role === "assistant");
  return request.messages.slice(last + 1);
}

function textsOf(content: z.output<typeof Content>): readonly string[] {
  if (typeof content === "string") return [content];
  return content.flatMap((block) => (block.type === "text" && block.text !== undefined ? [block.text] : []));
}

function toolResult(block: z.output<typeof Block>): ToolResult {
  const content = Content.safeParse(block.content);
  return {
    id: block.tool_use_id ?? "",
    text: content.success ? textsOf(content.data).join("\n") : "",
    failed: block.is_error ?? false,
  };
}
