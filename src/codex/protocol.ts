import * as z from "zod/mini";

/**
 * What we use of Codex's app-server protocol, and no more: loose, because every release adds
 * fields. Spelling and meaning as `codex app-server generate-json-schema` of 0.169 writes them;
 * what 0.140 leaves out is optional.
 */

/** `codexErrorInfo` is a name, or an object whose one key is the name: read by `turnFailure`. */
export const TurnError = z.looseObject({
  message: z.string(),
  codexErrorInfo: z.optional(z.unknown()),
  additionalDetails: z.nullish(z.string()),
});
export type TurnError = z.output<typeof TurnError>;

/** Times are epoch seconds here, unlike everywhere else in the protocol. */
export const Turn = z.looseObject({
  id: z.string(),
  status: z.string(),
  error: z.nullish(TurnError),
  startedAt: z.nullish(z.number()),
  completedAt: z.nullish(z.number()),
});
export type Turn = z.output<typeof Turn>;

export const TurnStartResult = z.looseObject({ turn: z.looseObject({ id: z.string() }) });

/** The answer of `thread/start` and of `thread/resume`. */
export const ThreadResult = z.looseObject({
  thread: z.looseObject({
    id: z.string(),
    path: z.nullish(z.string()),
    cliVersion: z.string(),
    /** `active` while a turn runs on it. */
    status: z.nullish(z.looseObject({ type: z.string() })),
  }),
  model: z.string(),
  modelProvider: z.string(),
  instructionSources: z.optional(z.array(z.string())),
  sandbox: z.looseObject({ type: z.string() }),
  activePermissionProfile: z.nullish(z.looseObject({ id: z.string() })),
});
export type ThreadResult = z.output<typeof ThreadResult>;

/** One MCP server as `config/read` shows it; one of the two names its transport. */
export const McpServer = z.looseObject({ command: z.nullish(z.string()), url: z.nullish(z.string()) });

export const ConfigReadResult = z.looseObject({
  config: z.looseObject({
    mcp_servers: z.nullish(z.record(z.string(), McpServer)),
    model_provider: z.nullish(z.string()),
    openai_base_url: z.nullish(z.string()),
  }),
});

export const CommandExecResult = z.looseObject({
  exitCode: z.number(),
  stdout: z.string(),
  stderr: z.string(),
});

/** For answers of which only the arrival matters. */
export const Done = z.looseObject({});

/** What every notification about one thread has in common. */
export const ThreadNotice = z.looseObject({
  threadId: z.string(),
  turnId: z.nullish(z.string()),
  turn: z.optional(z.looseObject({ id: z.string() })),
});

export const ErrorNotice = z.looseObject({ error: TurnError, willRetry: z.boolean() });

export const TurnCompletedNotice = z.looseObject({ turn: Turn });

export const ItemNotice = z.looseObject({ item: z.looseObject({ type: z.string() }) });

export const AgentMessageItem = z.looseObject({
  type: z.literal("agentMessage"),
  text: z.string(),
  phase: z.nullish(z.string()),
});

export const CommandItem = z.looseObject({
  type: z.literal("commandExecution"),
  id: z.nullish(z.string()),
  command: z.string(),
  cwd: z.nullish(z.string()),
  source: z.nullish(z.string()),
  status: z.string(),
  exitCode: z.nullish(z.number()),
  aggregatedOutput: z.nullish(z.string()),
  commandActions: z.nullish(z.array(z.unknown())),
});

/** A patch that the model asked for. One that a read-only sandbox refuses leaves no item (0.169). */
export const FileChangeItem = z.looseObject({
  type: z.literal("fileChange"),
  status: z.string(),
  changes: z.array(z.looseObject({ path: z.string() })),
});

export const McpToolCallItem = z.looseObject({
  type: z.literal("mcpToolCall"),
  server: z.string(),
  tool: z.string(),
});

/** `last` is about one request of the model, `total` about the whole thread. */
export const TokenUsageNotice = z.looseObject({
  tokenUsage: z.looseObject({
    last: z.looseObject({
      inputTokens: z.number(),
      cachedInputTokens: z.number(),
      outputTokens: z.number(),
      reasoningOutputTokens: z.number(),
    }),
  }),
});
