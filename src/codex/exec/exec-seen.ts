import type { ExecEvent, ExecItem, ExecUsage } from "./exec-event.ts";

/** A command that Codex started. `over` is false where its end was never told. */
export type ExecCommand = Omit<Extract<ExecItem, { kind: "command" }>, "kind"> & { readonly over: boolean };

/** A patch of files. What Codex says of it, no more: what is on the disk is looked at elsewhere. */
type ExecEdit = Omit<Extract<ExecItem, { kind: "edit" }>, "kind"> & { readonly over: boolean };

/** Any other tool: of MCP, of the web. */
type ExecTool = Omit<Extract<ExecItem, { kind: "tool" }>, "kind"> & { readonly over: boolean };

/** What the events of a run have told so far. */
export type ExecSeen = {
  readonly threadId: string | undefined;
  /** As Codex says; `none` where it did not say. */
  readonly turn: "none" | "started" | "completed" | { readonly failed: string };
  /** The last message; comments on the way are messages too, and the last one holds. */
  readonly message: string | undefined;
  readonly usage: ExecUsage | undefined;
  readonly commands: readonly ExecCommand[];
  readonly edits: readonly ExecEdit[];
  readonly tools: readonly ExecTool[];
  readonly warnings: readonly string[];
  /** The last error that stood in the stream. */
  readonly error: string | undefined;
};

export const NOTHING_SEEN: ExecSeen = {
  threadId: undefined,
  turn: "none",
  message: undefined,
  usage: undefined,
  commands: [],
  edits: [],
  tools: [],
  warnings: [],
  error: undefined,
};

/** Returns what is known with one more event. */
export function seenWith(seen: ExecSeen, event: ExecEvent): ExecSeen {
  switch (event.kind) {
    case "thread":
      return { ...seen, threadId: seen.threadId ?? event.threadId };
    case "turn-started":
      return { ...seen, turn: "started" };
    case "turn-completed":
      return { ...seen, turn: "completed", usage: event.usage };
    case "turn-failed":
      return { ...seen, turn: { failed: event.message } };
    case "error":
      return { ...seen, error: event.message };
    case "item":
      return withItem(seen, event.item, event.over);
  }
}

function withItem(seen: ExecSeen, item: ExecItem, over: boolean): ExecSeen {
  switch (item.kind) {
    case "message":
      return over ? { ...seen, message: item.text } : seen;
    case "warning":
      return { ...seen, warnings: [...seen.warnings, item.text] };
    case "command": {
      const { kind: _, ...command } = item;
      return { ...seen, commands: placed(seen.commands, { ...command, over }) };
    }
    case "edit": {
      const { kind: _, ...edit } = item;
      return { ...seen, edits: placed(seen.edits, { ...edit, over }) };
    }
    case "tool": {
      const { kind: _, ...tool } = item;
      return { ...seen, tools: placed(seen.tools, { ...tool, over }) };
    }
  }
}

/** What was started stands where it began, and is told anew at its end. */
function placed<T extends { readonly id: string }>(known: readonly T[], one: T): readonly T[] {
  const at = one.id === "" ? -1 : known.findLastIndex(({ id }) => id === one.id);
  return at < 0 ? [...known, one] : known.with(at, one);
}
