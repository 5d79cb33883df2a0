import type { IncomingHttpHeaders } from "node:http";
import * as z from "zod/mini";
import { parseJson } from "#base/json.ts";

/** One request that Codex made of the model, with the parts that a script or a test looks at. */
export type ReviewerRequest = {
  /** Counted from 1, over all threads. */
  readonly number: number;
  readonly headers: IncomingHttpHeaders;
  readonly model: string;
  readonly effort: string | undefined;
  /** The base instructions, where the model's kind of request carries them apart. */
  readonly instructions: string;
  /** Every text of every input item, in order. */
  readonly texts: readonly InputText[];
  /** The last text of the last user message: what `turn/start` was given. */
  readonly prompt: string;
  /** The outputs of earlier tool calls, oldest first. */
  readonly outputs: readonly string[];
  readonly tools: readonly string[];
  /** The output schema that was asked for, or `undefined`. */
  readonly schema: unknown;
  /** The whole body as text, for "this appears nowhere" assertions. */
  readonly body: string;
};

type InputText = { readonly role: string; readonly text: string };

const Part = z.looseObject({ text: z.optional(z.string()) });
const Item = z.looseObject({
  type: z.optional(z.string()),
  role: z.optional(z.string()),
  content: z.optional(z.union([z.string(), z.array(Part)])),
  output: z.optional(z.unknown()),
  tools: z.optional(z.array(z.unknown())),
});
const NamedTool = z.looseObject({ type: z.string(), name: z.optional(z.string()) });
/** A namespace has tools of its own. */
const Tool = z.looseObject({
  type: z.string(),
  name: z.optional(z.string()),
  tools: z.optional(z.array(NamedTool)),
});
const Body = z.looseObject({
  model: z.string(),
  instructions: z.optional(z.string()),
  input: z.array(Item),
  tools: z.optional(z.array(Tool)),
  reasoning: z.nullish(z.looseObject({ effort: z.nullish(z.string()) })),
  text: z.nullish(z.looseObject({ format: z.nullish(z.looseObject({ schema: z.unknown() })) })),
});

/** Parses the body of one `POST /responses`. */
export function parseRequest(number: number, headers: IncomingHttpHeaders, body: string): ReviewerRequest {
  const parsed = parseJson(body, Body);
  const texts = parsed.input.flatMap(textsOf);
  return {
    number,
    headers,
    model: parsed.model,
    effort: parsed.reasoning?.effort ?? undefined,
    instructions: parsed.instructions ?? "",
    texts,
    prompt: texts.findLast((entry) => entry.role === "user")?.text ?? "",
    outputs: parsed.input.filter(isOutput).map((item) => outputText(item.output)),
    tools: [...(parsed.tools ?? []), ...parsed.input.flatMap(additionalTools)].flatMap(toolNames),
    schema: parsed.text?.format?.schema,
    body,
  };
}

function textsOf(item: z.output<typeof Item>): readonly InputText[] {
  const role = item.role ?? item.type ?? "";
  if (item.content === undefined) return [];
  if (typeof item.content === "string") return [{ role, text: item.content }];
  return item.content.flatMap((part) => (part.text === undefined ? [] : [{ role, text: part.text }]));
}

/** Models that write JavaScript get their tools as an input item instead of in the request. */
function additionalTools(item: z.output<typeof Item>): readonly z.output<typeof Tool>[] {
  return item.type === "additional_tools" ? z.parse(z.array(Tool), item.tools) : [];
}

function toolNames(tool: z.output<typeof Tool>): readonly string[] {
  return [tool, ...(tool.tools ?? [])].map(({ name, type }) => name ?? type);
}

function isOutput(item: z.output<typeof Item>): boolean {
  return item.type === "function_call_output" || item.type === "custom_tool_call_output";
}

function outputText(output: unknown): string {
  return typeof output === "string" ? output : JSON.stringify(output);
}
