/** What a rollout of one turn is made of; the defaults are those of `reviewValue`. Times are ISO 8601. */
export type RolloutStory = {
  readonly threadId: string;
  readonly turnId: string;
  readonly cwd: string;
  readonly cliVersion: string;
  readonly modelProvider: string;
  readonly model: string;
  readonly effort: string;
  readonly sandbox: string;
  readonly prompt: string;
  readonly answer: string;
  readonly responseIds: readonly string[];
  readonly commands: readonly { readonly words: readonly string[]; readonly exitCode: number }[];
  readonly at: string;
};

const STORY: RolloutStory = {
  threadId: "thread-1",
  turnId: "turn-1",
  cwd: "/work/project",
  cliVersion: "0.169.0",
  modelProvider: "openai",
  model: "gpt-5.5-codex",
  effort: "medium",
  sandbox: "read-only",
  prompt: "Review this.",
  answer: reviewText("n1", "ALLOW"),
  responseIds: ["resp_1"],
  commands: [{ words: ["/bin/bash", "-lc", "git show"], exitCode: 0 }],
  at: "2026-01-02T03:04:06.000Z",
};

/** Returns a reviewer's answer as Codex puts it on record. */
export function reviewText(nonce: string, decision: string, findings: readonly unknown[] = []): string {
  return JSON.stringify({ request_id: nonce, decision, summary: "", examined: [], findings });
}

/** Returns the text of a rollout as Codex 0.169 writes it, as far as anything is read from it. */
export function rolloutText(own: Partial<RolloutStory> = {}): string {
  const story = { ...STORY, ...own };
  const { threadId: thread_id, turnId: turn_id, cwd, at } = story;
  const seconds = Math.floor(Date.parse(at) / 1_000);
  const item = (of: object) => ({
    type: "event_msg",
    payload: { type: "item_completed", thread_id, turn_id, item: of },
  });
  const lines = [
    {
      type: "session_meta",
      payload: {
        id: thread_id,
        timestamp: at,
        cwd,
        originator: "countersign",
        cli_version: story.cliVersion,
        source: "vscode",
        model_provider: story.modelProvider,
      },
    },
    { type: "event_msg", payload: { type: "task_started", turn_id, started_at: seconds } },
    {
      type: "turn_context",
      payload: {
        turn_id,
        cwd,
        model: story.model,
        effort: story.effort,
        sandbox_policy: { type: story.sandbox },
      },
    },
    item({ type: "UserMessage", content: [{ type: "text", text: story.prompt }] }),
    ...story.commands.map(({ words, exitCode }) =>
      item({ type: "CommandExecution", command: words, exit_code: exitCode }),
    ),
    ...story.responseIds.map((response_id) => ({
      type: "token_usage_record",
      payload: { thread_id, turn_id, response_id, usage: { input_tokens: 1, output_tokens: 1 } },
    })),
    item({ type: "AgentMessage", content: [{ type: "Text", text: story.answer }] }),
    {
      type: "event_msg",
      payload: { type: "task_complete", turn_id, last_agent_message: story.answer, completed_at: seconds },
    },
  ];
  return lines.map((line, ordinal) => `${JSON.stringify({ timestamp: at, ordinal, ...line })}\n`).join("");
}
