import * as z from "zod/mini";
import { sha256 } from "#base/digest.ts";
import { addCall, addOutput } from "./called-commands.ts";
import {
  CommandItem,
  ItemCompleted,
  Message,
  MessageItem,
  type RolloutLine,
  type RolloutPayload,
  RolloutTarget,
  TurnSettings,
  UsageRecord,
} from "./line-shapes.ts";
import {
  keep,
  keepCommand,
  keepId,
  NO_TOKENS,
  sumOf,
  type TurnDraft,
  textOf,
  tokensOf,
} from "./turn-draft.ts";
import { sandboxOf, weakerSandbox } from "./turn-sandbox.ts";

/** Which turns are asked for, all by default, and how a prompt's digest is taken. */
export type TextReading = {
  readonly only: readonly string[] | undefined;
  readonly digestOfPrompt: (prompt: string) => string;
};

/** Adds a line to its turn. Kinds that say nothing that is asked for are passed over. */
export function addLine(draft: TurnDraft, line: RolloutLine, reading: TextReading): void {
  const { payload } = line;
  switch (line.type === "event_msg" ? payload.type : line.type) {
    case "turn_context":
      addSettings(draft, payload);
      break;
    case "token_usage_record":
      addUsage(draft, payload);
      break;
    case "item_completed":
      addItem(draft, payload, reading);
      break;
    case "user_message":
    case "agent_message":
      addMessage(draft, payload, reading);
      break;
    case "response_item":
      addCall(draft, payload);
      addOutput(draft, payload);
      break;
    default:
  }
}

/** Adds what a `turn_context` line says. There can be several: the weakest sandbox counts. */
function addSettings(draft: TurnDraft, payload: RolloutPayload): void {
  draft.sandbox = weakerSandbox(draft.sandbox, sandboxOf(payload));
  const settings = z.safeParse(TurnSettings, payload).data;
  draft.cwd = settings?.cwd ?? draft.cwd;
  draft.model = settings?.model ?? draft.model;
  draft.effort = settings?.effort ?? draft.effort;
  draft.sandboxPolicy = settings?.sandbox_policy?.type ?? draft.sandboxPolicy;
}

/** Adds one answered request of the provider (since 0.169). */
function addUsage(draft: TurnDraft, payload: RolloutPayload): void {
  const record = z.safeParse(UsageRecord, payload).data;
  if (record === undefined) return;
  if (record.response_id) keepId(draft, draft.responseIds, record.response_id);
  if (!record.usage) return;
  const before = draft.responseIds.length > 1 ? draft.usage : undefined;
  draft.usage = sumOf(before ?? NO_TOKENS, tokensOf(record.usage));
}

/** Adds an item of the turn (since 0.169). */
function addItem(draft: TurnDraft, payload: RolloutPayload, reading: TextReading): void {
  const item = z.safeParse(ItemCompleted, payload).data?.item;
  switch (item?.type) {
    case "UserMessage":
      addPrompt(draft, messageText(item), reading);
      break;
    case "AgentMessage":
      addSaid(draft, messageText(item), reading);
      break;
    case "CommandExecution":
      addCommand(draft, item);
      break;
    case "EnteredReviewMode":
      draft.review = { target: z.safeParse(RolloutTarget, item).data?.target };
      break;
    default:
  }
}

function addCommand(draft: TurnDraft, item: unknown): void {
  const command = z.safeParse(CommandItem, item).data;
  if (command === undefined) return;
  const { command: words, exit_code: exitCode } = command;
  const late = draft.end.kind !== "none";
  keepCommand(draft, draft.commands, { words, script: false, exitCode: exitCode ?? undefined, late });
}

/** Adds a message as 0.140 has it. */
function addMessage(draft: TurnDraft, payload: RolloutPayload, reading: TextReading): void {
  const text = z.safeParse(Message, payload).data?.message;
  if (payload.type === "user_message") addPrompt(draft, text, reading);
  else addSaid(draft, text, reading);
}

/** A review of 0.140 has its prompt twice. */
function addPrompt(draft: TurnDraft, text: string | undefined, reading: TextReading): void {
  if (text === undefined) return;
  const prompt = textOf(text, reading.digestOfPrompt(text), false);
  if (draft.review !== undefined && draft.prompts.at(-1)?.digest === prompt.digest) return;
  keep(draft, draft.prompts, prompt, prompt.words.length);
}

function addSaid(draft: TurnDraft, text: string | undefined, reading: TextReading): void {
  if (text !== undefined) draft.said = textOf(text, sha256(text), reading.only !== undefined);
}

function messageText(item: unknown): string | undefined {
  const parts = z.safeParse(MessageItem, item).data?.content;
  return parts?.flatMap(({ type, text }) => (isText(type) && text !== undefined ? [text] : [])).join("");
}

function isText(type: string): boolean {
  return type.toLowerCase() === "text";
}
