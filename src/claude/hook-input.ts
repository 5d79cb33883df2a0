import * as z from "zod/mini";
import { AbsolutePath, SessionId } from "#base/ids.ts";
import { parseJson } from "#base/json.ts";

/**
 * What Claude Code writes to a hook's stdin (observed in 2.1.330). Older hosts leave newer fields
 * out, and a newer one may change what we could do without: such a field is then as good as
 * absent, because a gate that refuses its input is a gate that is off.
 */
const text = z.catch(z.optional(z.string()), undefined);

const SessionStartInput = z.looseObject({
  session_id: SessionId,
  cwd: AbsolutePath,
  hook_event_name: z.optional(z.literal("SessionStart")),
  transcript_path: text,
  /** startup, clear, resume, compact or fork. */
  source: text,
  model: text,
});
export type SessionStartInput = z.output<typeof SessionStartInput>;

const BackgroundTask = z.looseObject({
  id: text,
  /** shell or subagent. */
  type: text,
  status: text,
  description: text,
  command: text,
});

const StopInput = z.looseObject({
  session_id: SessionId,
  cwd: AbsolutePath,
  hook_event_name: z.optional(z.literal("Stop")),
  transcript_path: text,
  /** Shared by everything of one prompt; absent in older hosts and before the first prompt. */
  prompt_id: text,
  permission_mode: text,
  stop_hook_active: z.catch(z.optional(z.boolean()), undefined),
  last_assistant_message: text,
  background_tasks: z.catch(z.optional(z.array(BackgroundTask)), undefined),
});
export type StopInput = z.output<typeof StopInput>;

const SessionEndInput = z.looseObject({
  session_id: SessionId,
  cwd: text,
  hook_event_name: z.optional(z.literal("SessionEnd")),
  transcript_path: text,
  /** other, clear, resume, prompt_input_exit or logout. */
  reason: text,
});
export type SessionEndInput = z.output<typeof SessionEndInput>;

type HookInputs = {
  readonly SessionStart: SessionStartInput;
  readonly Stop: StopInput;
  readonly SessionEnd: SessionEndInput;
};

/** The events that we register for, in the host's spelling. */
export type HookEvent = keyof HookInputs;

const SCHEMAS: { readonly [E in HookEvent]: z.ZodMiniType<HookInputs[E]> } = {
  SessionStart: SessionStartInput,
  Stop: StopInput,
  SessionEnd: SessionEndInput,
};

/**
 * Returns what the host says on stdin of one of our hooks.
 *
 * @throws JsonFault where it is not JSON, names another event, or lacks a usable session id
 * (or, but for SessionEnd, an absolute cwd).
 */
export function parseHookInput<E extends HookEvent>(event: E, stdin: string): HookInputs[E] {
  const schema: z.ZodMiniType<HookInputs[E]> = SCHEMAS[event];
  return parseJson(stdin, schema);
}
