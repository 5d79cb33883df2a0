import * as z from "zod/mini";
import type { ToolTrace } from "./tool-trace.ts";

/** `<task-notification>`, as far as its summary: what follows are the words of the task. */
const HEAD = /^\s*<task-notification>(.*?)(?:<summary>|<result>|<event>|<\/task-notification>)/s;
const OVER = /<status>(?:completed|failed|killed|stopped|cancelled)<\/status>/;

const HookAttachment = z.looseObject({
  hookEvent: z.string(),
  durationMs: z.catch(z.optional(z.number()), undefined),
});
const Queued = z.looseObject({ type: z.literal("queued_command"), prompt: z.string() });

/** What runs around a session or its stops belongs to no turn of the agent. */
const AROUND: readonly string[] = ["SessionStart", "SessionEnd", "Stop"];

/**
 * Takes the notice that a background task is over, which Claude Code 2.1.330 queues as a prompt and
 * gives to the model with its next turn. A notice without a status tells of an event, not of an end.
 */
export function takeNotice({ ends }: ToolTrace, content: unknown, at: Date): void {
  const head = typeof content === "string" ? HEAD.exec(content)?.[1] : undefined;
  if (head === undefined || !OVER.test(head)) return;
  for (const tag of [/<task-id>([^<]+)</, /<tool-use-id>([^<]+)</]) {
    const id = tag.exec(head)?.[1]?.trim();
    if (id !== undefined && !ends.has(id)) ends.set(id, at);
  }
}

/** Takes the line that a hook left, or a notice that was given to the model between two tools. */
export function takeAttachment(trace: ToolTrace, attachment: unknown, at: Date): void {
  const hook = z.safeParse(HookAttachment, attachment);
  if (hook.success && !AROUND.includes(hook.data.hookEvent)) {
    const duration = Math.max(0, hook.data.durationMs ?? 0);
    trace.hooks.push({ event: hook.data.hookEvent, at: new Date(at.getTime() - duration), endedAt: at });
  }
  const queued = z.safeParse(Queued, attachment);
  if (queued.success) takeNotice(trace, queued.data.prompt, at);
}
