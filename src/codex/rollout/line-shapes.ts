import * as z from "zod/mini";

/** One line of a rollout. 0.169 numbers its lines; what is in `payload` depends on both types. */
export const RolloutLine = z.looseObject({
  timestamp: z.optional(z.string()),
  ordinal: z.optional(z.number()),
  type: z.string(),
  payload: z.looseObject({
    type: z.nullish(z.string()),
    turn_id: z.nullish(z.string()),
    thread_id: z.nullish(z.string()),
  }),
});
export type RolloutLine = z.output<typeof RolloutLine>;
export type RolloutPayload = RolloutLine["payload"];

export const TaskStarted = z.looseObject({
  turn_id: z.string(),
  started_at: z.nullish(z.number()),
  turn_attribution: z.nullish(z.looseObject({ parent_turn_id: z.nullish(z.string()) })),
});

export const TaskComplete = z.looseObject({
  turn_id: z.string(),
  last_agent_message: z.nullish(z.string()),
  completed_at: z.nullish(z.number()),
  error: z.nullish(
    z.looseObject({ message: z.optional(z.string()), codex_error_info: z.optional(z.unknown()) }),
  ),
});

export const TurnAborted = z.looseObject({
  turn_id: z.nullish(z.string()),
  reason: z.nullish(z.string()),
  completed_at: z.nullish(z.number()),
});

export const TurnSettings = z.looseObject({
  cwd: z.nullish(z.string()),
  model: z.nullish(z.string()),
  effort: z.nullish(z.string()),
  sandbox_policy: z.nullish(z.looseObject({ type: z.string() })),
});

export const Tokens = z.looseObject({
  input_tokens: z.number(),
  cached_input_tokens: z.optional(z.number()),
  output_tokens: z.number(),
  reasoning_output_tokens: z.optional(z.number()),
});
export type Tokens = z.output<typeof Tokens>;

export const UsageRecord = z.looseObject({
  response_id: z.nullish(z.string()),
  usage: z.nullish(Tokens),
});
export const TokenCount = z.looseObject({
  info: z.nullish(z.looseObject({ total_token_usage: z.nullish(Tokens) })),
});

/** An item of a thread, since 0.169. */
export const ItemCompleted = z.looseObject({
  item: z.looseObject({ type: z.string() }),
});
const TextPart = z.looseObject({ type: z.string(), text: z.optional(z.string()) });
/** Of a user message and of an agent's; parts of other kinds (images) have no text. */
export const MessageItem = z.looseObject({ content: z.array(TextPart) });
export const CommandItem = z.looseObject({
  command: z.array(z.string()),
  exit_code: z.nullish(z.number()),
});

/** The messages of 0.140, which has no items. */
export const Message = z.looseObject({ message: z.string() });

const Target = z.discriminatedUnion("type", [
  z.looseObject({ type: z.literal("uncommittedChanges") }),
  z.looseObject({ type: z.literal("baseBranch"), branch: z.string() }),
  z.looseObject({ type: z.literal("commit"), sha: z.string(), title: z.nullish(z.string()) }),
  z.looseObject({ type: z.literal("custom"), instructions: z.string() }),
]);
export type RolloutTarget = z.output<typeof Target>;
export const RolloutTarget = z.looseObject({ target: Target });

export const FunctionCall = z.looseObject({
  name: z.string(),
  arguments: z.optional(z.string()),
  call_id: z.string(),
});
export const FunctionOutput = z.looseObject({ call_id: z.string(), output: z.optional(z.unknown()) });
/** To which turn a line belongs that has no id of its own in the first place. */
export const Passthrough = z.looseObject({
  internal_chat_message_metadata_passthrough: z.looseObject({ turn_id: z.string() }),
});
