import * as z from "zod/mini";
import type { ToolTrace } from "./tool-trace.ts";
import type { TranscriptEntry } from "./transcript.ts";

/** A block of a message that is a call of a tool, or the result of one. */
export type ToolBlock = {
  readonly entry: TranscriptEntry;
  readonly block: { readonly type: string };
  readonly at: Date;
};

const ToolUse = z.looseObject({
  id: z.string(),
  name: z.string(),
  input: z.record(z.string(), z.unknown()),
});
const ToolResultBlock = z.looseObject({
  tool_use_id: z.string(),
  is_error: z.catch(z.optional(z.boolean()), undefined),
  content: z.optional(z.unknown()),
});
const TextBlocks = z.array(z.looseObject({ text: z.catch(z.optional(z.string()), undefined) }));
const Detail = z.record(z.string(), z.unknown());

/** Much more than what tells a failure or a background task, and much less than what a tool can print. */
const TEXT_KEPT = 500;

/**
 * Adds a call to the trace and returns its id, or `undefined` where it is of another shape. Lines
 * that a session took over from another, or wrote twice, count once.
 */
export function takeCall({ calls }: ToolTrace, { entry, block, at }: ToolBlock): string | undefined {
  const call = z.safeParse(ToolUse, block);
  if (!call.success) return undefined;
  const { id, name, input } = call.data;
  const folder = entry["cwd"];
  if (!calls.has(id))
    calls.set(id, { id, name, input, at, folder: typeof folder === "string" ? folder : undefined });
  return id;
}

/** Adds a result to the trace and returns the id of its call, or `undefined` where it is of another shape. */
export function takeResult(trace: ToolTrace, { entry, block, at }: ToolBlock): string | undefined {
  const result = z.safeParse(ToolResultBlock, block);
  if (!result.success) return undefined;
  const { tool_use_id: id, is_error: failed = false, content } = result.data;
  if (trace.results.has(id)) return id;
  const detail = z.safeParse(Detail, entry.toolUseResult);
  const denial = entry["toolDenialKind"];
  trace.results.set(id, {
    at,
    failed,
    denial: typeof denial === "string" ? denial : undefined,
    text: textOf(content).slice(0, TEXT_KEPT),
    detail: detail.success ? detail.data : undefined,
  });
  takeStop(trace, id);
  return id;
}

/** Stopping a task ends it without a notice. */
function takeStop({ calls, results, ends }: ToolTrace, id: string): void {
  const call = calls.get(id);
  const result = results.get(id);
  if (result === undefined || result.failed) return;
  if (call === undefined || !["TaskStop", "KillShell"].includes(call.name)) return;
  const task = result.detail?.["task_id"] ?? call.input["task_id"] ?? call.input["shell_id"];
  if (typeof task === "string" && !ends.has(task)) ends.set(task, result.at);
}

function textOf(content: unknown): string {
  if (typeof content === "string") return content;
  const blocks = z.safeParse(TextBlocks, content);
  return blocks.success ? blocks.data.map(({ text }) => text ?? "").join("\n") : "";
}
