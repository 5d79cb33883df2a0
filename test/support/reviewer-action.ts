import type { ToolCall } from "./responses-events.ts";
import type { ReviewerRequest } from "./responses-request.ts";

/** What the stand-in does with one request. Every wait is for a promise of the test, never for a time. */
export type Action =
  | { readonly kind: "answer"; readonly text: string }
  /** A completed response without any message. */
  | { readonly kind: "empty" }
  | { readonly kind: "call"; readonly calls: readonly ToolCall[] }
  /** An HTTP error. */
  | {
      readonly kind: "refuse";
      readonly status: number;
      readonly body: object | string;
      readonly headers?: Readonly<Record<string, string>>;
    }
  /** `response.failed` inside a stream that had begun. */
  | { readonly kind: "fail"; readonly code: string; readonly message: string }
  /** The beginning of a message, then the connection is dropped. */
  | { readonly kind: "cut"; readonly text: string }
  /** The request is read and never answered, not even with a status line. */
  | { readonly kind: "silent" }
  /** The stream begins, and goes on once the promise is settled. */
  | { readonly kind: "hold"; readonly until: Promise<Action> };

/** One finding as the reviewer writes it; what a test leaves out gets a harmless value. */
export type AnswerFinding = {
  readonly title?: string;
  readonly severity?: "critical" | "high" | "medium" | "low";
  readonly kind?: "fact" | "inference" | "question";
  readonly file: string;
  readonly side?: "new" | "old";
  readonly line_start: number;
  readonly line_end?: number;
  readonly quote: string;
  readonly failure_path?: string;
  readonly recommendation?: string;
};

/** Returns plain text as the whole answer. */
export function say(text: string): Action {
  return { kind: "answer", text };
}

/**
 * Returns a valid review answer with these findings, for the nonce that stands in the prompt's
 * last line. The decision is BLOCK where there are findings, unless another is given.
 */
export function reviewAnswer(
  request: ReviewerRequest,
  findings: readonly AnswerFinding[] = [],
  changes: Readonly<Record<string, unknown>> = {},
): Action {
  const answer = {
    request_id: nonceOf(request.prompt) ?? "",
    decision: findings.length === 0 ? "ALLOW" : "BLOCK",
    summary: findings.length === 0 ? "Nothing found." : "See the findings.",
    examined: findings.map((finding) => finding.file),
    findings: findings.map(wholeFinding),
  };
  return say(JSON.stringify({ ...answer, ...changes }));
}

/** Returns the nonce of a review prompt: what follows `request_id: ` in its last line. */
export function nonceOf(prompt: string): string | undefined {
  return /(?:^|\n)request_id: (\S+)\s*$/.exec(prompt)?.[1];
}

/**
 * Returns a call that runs one shell command with whichever tool this request offers: the
 * `exec_command` function, or the `exec` tool of the models that write JavaScript. After `yieldMs`
 * a command that still runs is left in the background and the model is asked again.
 */
export function runCommand(request: ReviewerRequest, command: string, yieldMs = 30_000): Action {
  const input = { cmd: command, yield_time_ms: yieldMs };
  if (request.tools.includes("exec")) {
    const script = `const r = await tools.exec_command(${JSON.stringify(input)}); text(r.output);`;
    return { kind: "call", calls: [{ kind: "custom", name: "exec", input: script }] };
  }
  return { kind: "call", calls: [{ kind: "function", name: "exec_command", input }] };
}

/** Returns the API's own error body with a status, as OpenAI documents it for the Responses API. */
export function refuse(
  status: number,
  error: { readonly code?: string; readonly type?: string; readonly message: string } & Record<
    string,
    unknown
  >,
  headers: Readonly<Record<string, string>> = {},
): Action {
  return { kind: "refuse", status, body: { error }, headers };
}

/** 429 as a ChatGPT plan answers when it is used up. `resetsAt` is in epoch seconds. */
export function usageLimit(resetsAt: number): Action {
  const error = {
    type: "usage_limit_reached",
    message: "The usage limit has been reached",
    resets_at: resetsAt,
  };
  return refuse(429, { ...error, plan_type: "plus" });
}

/** A promise that a test settles when it wants to, so that no test waits for a time. */
export type Gate = { readonly opened: Promise<void>; readonly open: () => void };

export function closedGate(): Gate {
  let open: () => void = () => undefined;
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { opened, open };
}

function wholeFinding(finding: AnswerFinding): Required<AnswerFinding> {
  return {
    title: "A finding",
    severity: "high",
    kind: "fact",
    side: "new",
    line_end: finding.line_start,
    failure_path: "Run it.",
    recommendation: "Mend it.",
    ...finding,
  };
}
