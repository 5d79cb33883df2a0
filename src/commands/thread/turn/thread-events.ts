import * as z from "zod/mini";
import type { Notification } from "#codex/connection/app-server.ts";
import {
  AgentMessageItem,
  CommandItem,
  ErrorNotice,
  FileChangeItem,
  McpToolCallItem,
  ThreadNotice,
  TokenUsageNotice,
} from "#codex/protocol.ts";
import { turnCommand } from "#codex/turn/turn-command.ts";
import type { RunEvent } from "#runs/records/run-event.ts";

const Item = z.looseObject({ item: z.looseObject({ id: z.nullish(z.string()), type: z.string() }) });
type Item = z.output<typeof Item>["item"];

/** Words of an event without its moment, which is given to it where it is put on record. */
export type Seen = { [K in RunEvent["kind"]]: Omit<Extract<RunEvent, { kind: K }>, "at"> }[RunEvent["kind"]];

type Tokens = Omit<Extract<Seen, { kind: "tokens" }>, "kind">;

/**
 * Returns a function that says what a notification of a run's turn tells somebody who looks on. Tokens are
 * summed up over the run. What is not understood tells nothing: an event is no evidence.
 */
export function eventsOfNotices(): (notice: Notification) => readonly Seen[] {
  let tokens: Tokens = { input: 0, cachedInput: 0, output: 0, reasoning: 0 };
  return ({ method, params }) => {
    switch (method) {
      case "turn/started": {
        const turnId = z.safeParse(ThreadNotice, params).data?.turn?.id ?? null;
        return [{ kind: "turn", turnId, state: "started" }];
      }
      case "item/started":
        return startedItem(z.safeParse(Item, params).data?.item);
      case "item/completed":
        return completedItem(z.safeParse(Item, params).data?.item);
      case "error":
        return errorOf(params);
      case "thread/tokenUsage/updated": {
        const last = z.safeParse(TokenUsageNotice, params).data?.tokenUsage.last;
        if (last === undefined) return [];
        tokens = {
          input: tokens.input + last.inputTokens,
          cachedInput: tokens.cachedInput + last.cachedInputTokens,
          output: tokens.output + last.outputTokens,
          reasoning: tokens.reasoning + last.reasoningOutputTokens,
        };
        return [{ kind: "tokens", ...tokens }];
      }
      default:
        return [];
    }
  };
}

function startedItem(item: Item | undefined): readonly Seen[] {
  switch (item?.type) {
    case "commandExecution": {
      if (!z.safeParse(CommandItem, item).success) return [];
      const { command, actions } = turnCommand(item);
      const read = actions.flatMap(({ type, path }) => (type === "read" && path !== undefined ? [path] : []));
      return [
        { kind: "command", item: item.id ?? null, command },
        ...read.map((path) => ({ kind: "read", path }) as const),
      ];
    }
    case "mcpToolCall": {
      const call = z.safeParse(McpToolCallItem, item).data;
      return call === undefined ? [] : [{ kind: "tool", name: `${call.server}/${call.tool}` }];
    }
    case "webSearch":
    case "imageGeneration":
      return [{ kind: "tool", name: item.type }];
    default:
      return [];
  }
}

function completedItem(item: Item | undefined): readonly Seen[] {
  switch (item?.type) {
    case "commandExecution": {
      const done = z.safeParse(CommandItem, item).data;
      if (done === undefined) return [];
      const { command, exitCode } = done;
      return [{ kind: "command-end", item: item.id ?? null, command, exitCode: exitCode ?? null }];
    }
    case "fileChange": {
      const changes = z.safeParse(FileChangeItem, item).data?.changes ?? [];
      return changes.map(({ path }) => ({ kind: "edit", path }));
    }
    case "agentMessage": {
      const text = z.safeParse(AgentMessageItem, item).data?.text ?? "";
      return text === "" ? [] : [{ kind: "message", text }];
    }
    default:
      return [];
  }
}

function errorOf(params: unknown): readonly Seen[] {
  const notice = z.safeParse(ErrorNotice, params).data;
  if (notice === undefined) return [];
  const { error, willRetry } = notice;
  const cause = error.additionalDetails ? `${error.message} (${error.additionalDetails})` : error.message;
  return [{ kind: "error", text: cause, willRetry }];
}
