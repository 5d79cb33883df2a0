import { absolutePath } from "#claude/real-path.ts";
import { editedPath, fileEdit } from "./file-edit.ts";
import { READ_ONLY_TOOLS } from "./read-only-tools.ts";
import type { ToolRecord } from "./tool-records.ts";
import { endOf, type ToolCall, type ToolResult, type ToolTrace } from "./tool-trace.ts";

const AGENT_TOOLS: readonly string[] = ["Agent", "Task"];

/**
 * Returns what the calls and hooks of a trace may have written at or after a moment, in no order.
 * `seen` are the calls that started a sub-agent whose own transcript was read.
 */
export function traceRecords(
  trace: ToolTrace,
  since: Date,
  seen: ReadonlySet<string>,
): readonly ToolRecord[] {
  const calls = [...trace.calls.values()].filter(({ id }) => !seen.has(id));
  const records = [
    ...calls.flatMap((call) => callRecord(trace, call)),
    ...orphans(trace, since),
    ...trace.hooks.map(
      ({ event, at, endedAt }) => ({ kind: "shell", tool: `hook:${event}`, at, endedAt }) as const,
    ),
  ];
  return records.filter(({ endedAt }) => endedAt === null || endedAt >= since);
}

/** Returns the calls for sub-agents that were made, and may have worked at or after a moment. */
export function agentCalls(trace: ToolTrace, since: Date): readonly string[] {
  return [...trace.calls.values()]
    .filter((call) => AGENT_TOOLS.includes(call.name) && !neverRan(call, trace.results.get(call.id)))
    .filter(({ id }) => (endOf(trace, id) ?? since) >= since)
    .map(({ id }) => id);
}

function callRecord(trace: ToolTrace, call: ToolCall): readonly ToolRecord[] {
  const { id, name: tool, at } = call;
  if (READ_ONLY_TOOLS.has(tool)) return [];
  const result = trace.results.get(id);
  if (neverRan(call, result)) return [];
  const named = editedPath(call);
  const path = named === undefined ? undefined : absolutePath(named, call.folder);
  if (result === undefined || path === undefined)
    return [{ kind: "shell", tool, at, endedAt: endOf(trace, id) }];
  if (leftFileAlone(result)) return [];
  return [{ kind: "edit", tool, path, edit: fileEdit(call, result), at, endedAt: result.at }];
}

/** A call from before what was read, of which only the result is there. */
function orphans({ calls, results }: ToolTrace, since: Date): readonly ToolRecord[] {
  return [...results]
    .filter(([id]) => !calls.has(id))
    .map(([, { at }]) => ({ kind: "shell", tool: "unknown", at: at < since ? at : since, endedAt: at }));
}

const ERROR = "<tool_use_error>";

/** What the host says, instead of running a tool: there is none of that name, or not with such input. */
const NOT_RUN = ["Error: No such tool available", "InputValidationError"];

/** Errors after which a tool may have been under way. All others come from the checks before it writes. */
const UNDER_WAY = ["Cancelled", "Error: Streaming fallback", "Error calling tool"];

function neverRan({ name }: ToolCall, result: ToolResult | undefined): boolean {
  if (result?.denial === "permission-rule" || result?.denial === "user-rejected") return true;
  const error = errorOf(result);
  if (error === undefined) return false;
  return AGENT_TOOLS.includes(name) ? isFromChecks(error) : NOT_RUN.some((start) => error.startsWith(start));
}

/** What edit tools say that look at a file once more, and then do not write it. */
const REFUSED = ["File content has changed since it was last read", "Refusing to write "];

function leftFileAlone(result: ToolResult): boolean {
  if (result.failed && REFUSED.some((start) => result.text.startsWith(start))) return true;
  const error = errorOf(result);
  return error !== undefined && result.denial === undefined && isFromChecks(error);
}

function isFromChecks(error: string): boolean {
  return !UNDER_WAY.some((start) => error.startsWith(start));
}

function errorOf(result: ToolResult | undefined): string | undefined {
  if (result === undefined || !result.failed || !result.text.startsWith(ERROR)) return undefined;
  return result.text.slice(ERROR.length);
}
