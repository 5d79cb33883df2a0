import * as z from "zod/mini";
import { JsonFault, parseJson } from "#base/json.ts";
import { isSandboxFailure } from "#codex/turn/turn-command.ts";

/** Tokens of all requests of a run. `cachedInput` is part of `input`, `reasoning` of `output`. */
export type ExecUsage = {
  readonly input: number;
  readonly cachedInput: number;
  readonly output: number;
  readonly reasoning: number;
};

/** One thing that Codex did, said or called. `state` is Codex's own word for how it stands. */
export type ExecItem =
  | { readonly kind: "message"; readonly text: string }
  | {
      readonly kind: "command";
      readonly id: string;
      readonly command: string;
      /** Absent while it runs, and where it never ran to an end. */
      readonly exitCode: number | undefined;
      readonly state: string;
      /** The sandbox itself failed, so that the command did nothing. */
      readonly sandboxFailed: boolean;
    }
  | {
      readonly kind: "edit";
      readonly id: string;
      readonly paths: readonly string[];
      readonly state: string;
    }
  /** `mcp:<server>`, `web`, or a kind that is not known here, by Codex's name. */
  | { readonly kind: "tool"; readonly id: string; readonly name: string; readonly state: string }
  | { readonly kind: "warning"; readonly text: string };

/** One line of `codex exec --json`, as far as it is understood. */
export type ExecEvent =
  | { readonly kind: "thread"; readonly threadId: string }
  | { readonly kind: "turn-started" }
  | { readonly kind: "turn-completed"; readonly usage: ExecUsage | undefined }
  | { readonly kind: "turn-failed"; readonly message: string }
  | { readonly kind: "error"; readonly message: string }
  | { readonly kind: "item"; readonly over: boolean; readonly item: ExecItem };

const Line = z.looseObject({ type: z.string() });
const Thread = z.looseObject({ thread_id: z.string().check(z.regex(/^[A-Za-z0-9_-]{1,128}$/)) });
const Completed = z.looseObject({
  usage: z.nullish(
    z.looseObject({
      input_tokens: z.number(),
      cached_input_tokens: z.nullish(z.number()),
      output_tokens: z.number(),
      reasoning_output_tokens: z.nullish(z.number()),
    }),
  ),
});
const Failed = z.looseObject({ error: z.looseObject({ message: z.string() }) });
const Message = z.looseObject({ message: z.string() });
const Item = z.looseObject({
  item: z.looseObject({
    id: z._default(z.string(), ""),
    type: z.string(),
    status: z._default(z.string(), ""),
  }),
});

const Said = z.looseObject({ text: z.string() });
const Command = z.looseObject({
  command: z.string(),
  exit_code: z.nullish(z.number()),
  aggregated_output: z.nullish(z.string()),
});
const Edit = z.looseObject({ changes: z.array(z.looseObject({ path: z.string() })) });
const McpCall = z.looseObject({ server: z.string() });

/** What shows a run on its way and is no use of a tool. */
const NO_TOOLS = ["reasoning", "todo_list", "plan_update"];

/**
 * Returns what one line tells, or `undefined` for what is not understood: every release adds kinds, and
 * a line that says nothing to us is no reason to lose a run. Seen on 0.140 and 0.169.
 */
export function execEvent(line: string): ExecEvent | undefined {
  const raw = parsed(line);
  switch (raw?.type) {
    case "thread.started": {
      const threadId = z.safeParse(Thread, raw).data?.thread_id;
      return threadId === undefined ? undefined : { kind: "thread", threadId };
    }
    case "turn.started":
      return { kind: "turn-started" };
    case "turn.completed":
      return { kind: "turn-completed", usage: usageOf(raw) };
    case "turn.failed":
      return { kind: "turn-failed", message: z.safeParse(Failed, raw).data?.error.message ?? "" };
    case "error":
      return { kind: "error", message: z.safeParse(Message, raw).data?.message ?? "" };
    case "item.started":
    case "item.completed": {
      const item = itemOf(raw);
      return item && { kind: "item", over: raw.type === "item.completed", item };
    }
    default:
      return undefined;
  }
}

function parsed(line: string): z.output<typeof Line> | undefined {
  try {
    return parseJson(line, Line);
  } catch (error) {
    if (error instanceof JsonFault) return undefined;
    throw error;
  }
}

function usageOf(raw: unknown): ExecUsage | undefined {
  const usage = z.safeParse(Completed, raw).data?.usage;
  if (!usage) return undefined;
  return {
    input: usage.input_tokens,
    cachedInput: usage.cached_input_tokens ?? 0,
    output: usage.output_tokens,
    reasoning: usage.reasoning_output_tokens ?? 0,
  };
}

function itemOf(raw: unknown): ExecItem | undefined {
  const item = z.safeParse(Item, raw).data?.item;
  if (item === undefined || NO_TOOLS.includes(item.type)) return undefined;
  const { id, status: state } = item;
  switch (item.type) {
    case "agent_message":
      return { kind: "message", text: z.safeParse(Said, item).data?.text ?? "" };
    case "error":
      return { kind: "warning", text: z.safeParse(Message, item).data?.message ?? "" };
    case "command_execution":
      return commandOf(id, state, item);
    case "file_change": {
      const changes = z.safeParse(Edit, item).data?.changes ?? [];
      return { kind: "edit", id, paths: changes.map(({ path }) => path), state };
    }
    case "mcp_tool_call":
      return { kind: "tool", id, name: `mcp:${z.safeParse(McpCall, item).data?.server ?? ""}`, state };
    case "web_search":
      return { kind: "tool", id, name: "web", state };
    default:
      return { kind: "tool", id, name: item.type, state };
  }
}

function commandOf(id: string, state: string, item: unknown): ExecItem | undefined {
  const ran = z.safeParse(Command, item).data;
  if (ran === undefined) return undefined;
  return {
    kind: "command",
    id,
    command: ran.command,
    exitCode: ran.exit_code ?? undefined,
    state,
    sandboxFailed: state === "failed" && isSandboxFailure(ran.aggregated_output ?? ""),
  };
}
