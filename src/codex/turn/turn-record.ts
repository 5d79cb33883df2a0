import * as z from "zod/mini";
import type { Notification } from "#codex/connection/app-server.ts";
import {
  AgentMessageItem,
  CommandItem,
  FileChangeItem,
  ItemNotice,
  McpToolCallItem,
  TokenUsageNotice,
} from "#codex/protocol.ts";
import { type TurnCommand, turnCommand } from "./turn-command.ts";

/** A patch of files: `tried` where Codex declined it or could not apply it. */
export type TurnFileChange = { readonly kind: "written" | "tried"; readonly paths: readonly string[] };

/** Tokens of all requests of one turn. `cachedInput` is part of `input`, `reasoning` of `output`. */
export type TurnUsage = {
  readonly input: number;
  readonly cachedInput: number;
  readonly output: number;
  readonly reasoning: number;
};

/** A command that was seen to begin, and not to end within its turn. */
export type LeftRunning = {
  readonly id: string;
  readonly command: TurnCommand;
  /** It was seen to end since. */
  readonly gone: boolean;
};

/** What a turn's notifications have told so far. */
export type TurnRecord = {
  /** The final answer; comments on the way do not count, and a retried turn repeats itself: the last one holds. */
  readonly message: string | undefined;
  readonly commands: readonly TurnCommand[];
  /** Those that had not ended when the turn did: they run on until somebody ends them. */
  readonly leftRunning: readonly LeftRunning[];
  /** The turn has ended. What is told from then on is what was left of it. */
  readonly isOver: boolean;
  readonly fileChanges: readonly TurnFileChange[];
  /** Tools outside of any sandbox, as `server/tool`. A review thread has none that is on. */
  readonly foreignTools: readonly string[];
  readonly usage: TurnUsage;
};

export const EMPTY_RECORD: TurnRecord = {
  message: undefined,
  commands: [],
  leftRunning: [],
  isOver: false,
  fileChanges: [],
  foreignTools: [],
  usage: { input: 0, cachedInput: 0, output: 0, reasoning: 0 },
};

/** Returns the record with one more notification of the turn in it. */
export function recordNotice(record: TurnRecord, notice: Notification): TurnRecord {
  switch (notice.method) {
    case "item/started":
      return recordStart(record, z.parse(ItemNotice, notice.params).item);
    case "item/completed":
      return recordItem(record, z.parse(ItemNotice, notice.params).item);
    case "thread/tokenUsage/updated": {
      const { last } = z.parse(TokenUsageNotice, notice.params).tokenUsage;
      const { usage } = record;
      return {
        ...record,
        usage: {
          input: usage.input + last.inputTokens,
          cachedInput: usage.cachedInput + last.cachedInputTokens,
          output: usage.output + last.outputTokens,
          reasoning: usage.reasoning + last.reasoningOutputTokens,
        },
      };
    }
    default:
      return record;
  }
}

function recordStart(record: TurnRecord, item: { readonly type: string }): TurnRecord {
  const id = z.safeParse(CommandItem, item).data?.id;
  if (typeof id !== "string") return record;
  const begun = { id, command: turnCommand(item), gone: false };
  return { ...record, leftRunning: [...record.leftRunning.filter((one) => one.id !== id), begun] };
}

function recordItem(record: TurnRecord, item: { readonly type: string }): TurnRecord {
  switch (item.type) {
    case "agentMessage": {
      const { text, phase } = z.parse(AgentMessageItem, item);
      return phase === "commentary" ? record : { ...record, message: text };
    }
    case "commandExecution":
      return recordEnd(record, item);
    case "fileChange":
      return { ...record, fileChanges: [...record.fileChanges, fileChange(item)] };
    case "mcpToolCall": {
      const { server, tool } = z.parse(McpToolCallItem, item);
      return { ...record, foreignTools: [...record.foreignTools, `${server}/${tool}`] };
    }
    default:
      return record;
  }
}

/** How one ended that was left running is Codex's doing, or ours, and says nothing of what it saw. */
function recordEnd(record: TurnRecord, item: object): TurnRecord {
  const { id } = z.parse(CommandItem, item);
  if (record.isOver) {
    const gone = (one: LeftRunning): LeftRunning => (one.id === id ? { ...one, gone: true } : one);
    return { ...record, leftRunning: record.leftRunning.map(gone) };
  }
  const leftRunning = record.leftRunning.filter((one) => one.id !== id);
  return { ...record, commands: [...record.commands, turnCommand(item)], leftRunning };
}

/** Whatever is not said to have failed may have been written. */
function fileChange(item: unknown): TurnFileChange {
  const { status, changes } = z.parse(FileChangeItem, item);
  const tried = status === "declined" || status === "failed";
  return { kind: tried ? "tried" : "written", paths: changes.map(({ path }) => path) };
}
