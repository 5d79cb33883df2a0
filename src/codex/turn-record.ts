import * as z from "zod/mini";
import type { Notification } from "./app-server.ts";
import { AgentMessageItem, CommandItem, ItemNotice, TokenUsageNotice } from "./protocol.ts";

/** One command that the reviewer ran. `exitCode` is absent where it never ran to an end. */
export type ReviewCommand = {
  readonly command: string;
  readonly exitCode: number | undefined;
  readonly status: string;
  /** The sandbox itself failed, so that the command saw nothing. */
  readonly sandboxFailed: boolean;
};

/** Tokens of all requests of one turn. `cachedInput` is part of `input`, `reasoning` of `output`. */
export type TurnUsage = {
  readonly input: number;
  readonly cachedInput: number;
  readonly output: number;
  readonly reasoning: number;
};

/** What a turn's notifications have told so far. */
export type TurnRecord = {
  /** The final answer; comments on the way do not count, and a retried turn repeats itself: the last one holds. */
  readonly message: string | undefined;
  readonly commands: readonly ReviewCommand[];
  readonly usage: TurnUsage;
};

export const EMPTY_RECORD: TurnRecord = {
  message: undefined,
  commands: [],
  usage: { input: 0, cachedInput: 0, output: 0, reasoning: 0 },
};

/** The words of bubblewrap, of Codex's own Linux helper and of macOS when a sandbox cannot start. */
const SANDBOX_FAILED = /^(?:bwrap|sandbox-exec|codex-linux-sandbox)(?:\[\d+\])?: /m;

/** Returns the record with one more notification of the turn in it. */
export function recordNotice(record: TurnRecord, notice: Notification): TurnRecord {
  switch (notice.method) {
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

function recordItem(record: TurnRecord, item: { readonly type: string }): TurnRecord {
  if (item.type === "agentMessage") {
    const { text, phase } = z.parse(AgentMessageItem, item);
    return phase === "commentary" ? record : { ...record, message: text };
  }
  if (item.type !== "commandExecution") return record;
  const { command, status, exitCode, aggregatedOutput } = z.parse(CommandItem, item);
  const sandboxFailed = status === "failed" && SANDBOX_FAILED.test(aggregatedOutput ?? "");
  const entry = { command, status, exitCode: exitCode ?? undefined, sandboxFailed };
  return { ...record, commands: [...record.commands, entry] };
}
