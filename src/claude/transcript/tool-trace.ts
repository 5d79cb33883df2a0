/** A call that the agent, or a sub-agent, made of a tool. */
export type ToolCall = {
  readonly id: string;
  readonly name: string;
  readonly input: Readonly<Record<string, unknown>>;
  readonly at: Date;
  /** Where the agent worked when it made the call; absolute. */
  readonly folder: string | undefined;
};

/** What came back of it. */
export type ToolResult = {
  readonly at: Date;
  readonly failed: boolean;
  /** Set where the host did not run the tool, or broke it off: permission-rule, user-rejected, interrupted, cancelled. */
  readonly denial: string | undefined;
  /** How what the model was told begins. */
  readonly text: string;
  /** What the tool gave the host. A sub-agent's transcript has none, and a failed call only a text. */
  readonly detail: Readonly<Record<string, unknown>> | undefined;
};

/** A hook that left a line: one that succeeds and prints nothing leaves none. */
type HookRun = { readonly event: string; readonly at: Date; readonly endedAt: Date };

/** What the transcripts of one session say of its tools, the sub-agents' and its own together. */
export type ToolTrace = {
  readonly calls: Map<string, ToolCall>;
  readonly results: Map<string, ToolResult>;
  /** When work was said to be over, by the id of its call or of its background task. */
  readonly ends: Map<string, Date>;
  readonly hooks: HookRun[];
  readonly folders: Set<string>;
};

export function emptyTrace(): ToolTrace {
  return { calls: new Map(), results: new Map(), ends: new Map(), hooks: [], folders: new Set() };
}

/** Returns the id of the background task that a call became: of a command, a watch or a sub-agent. */
function taskOf({ detail, text }: ToolResult): string | undefined {
  for (const key of ["backgroundTaskId", "taskId", "agentId"]) {
    const id = detail?.[key];
    if (typeof id === "string") return id;
  }
  return BACKGROUND_TEXT.exec(text)?.[1];
}

/** "Command running in background with ID: x", "... moved to the background (ID: x)". */
const BACKGROUND_TEXT = /^Command [^\n]{0,120}\bbackground[^\n]{0,40}\bID: (\w+)/;

/** Returns when a call was over; `null` where it runs in the background, or nothing says that it ended. */
export function endOf({ calls, results, ends }: ToolTrace, id: string): Date | null {
  const result = results.get(id);
  if (result === undefined) return ends.get(id) ?? null;
  if (!isBackground(result, calls.get(id))) return result.at;
  const task = taskOf(result);
  return ends.get(id) ?? (task === undefined ? undefined : ends.get(task)) ?? null;
}

function isBackground({ detail, text, failed }: ToolResult, call: ToolCall | undefined): boolean {
  if (failed || detail?.["status"] === "completed") return false;
  if (detail?.["isAsync"] === true || detail?.["status"] === "async_launched") return true;
  if (typeof detail?.["backgroundTaskId"] === "string" || typeof detail?.["taskId"] === "string") return true;
  return (
    call?.input["run_in_background"] === true ||
    BACKGROUND_TEXT.test(text) ||
    /^Async agent launched/.test(text)
  );
}
