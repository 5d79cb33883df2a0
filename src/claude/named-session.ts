import type { SessionId } from "#base/ids.ts";
import { isSessionId } from "#base/is-session-id.ts";
import { jsonMember } from "#base/json-member.ts";
import type { HookEvent } from "./hook-input.ts";

/** As much of a hook's input as says which session it is about, and where that is at work. */
export type NamedSession = { readonly session_id: SessionId; readonly cwd: string | undefined };

/**
 * Returns the session that an event's input names, and `undefined` where it names none that can be
 * used, or another event. Without a schema (see `parseHookInput`), for where a hook has nothing to do
 * as soon as it knows the session: to load one takes longer than all of that.
 */
export function namedSession(event: HookEvent, stdin: string): NamedSession | undefined {
  const input = decoded(stdin);
  const session_id = jsonMember(input, "session_id");
  const cwd = jsonMember(input, "cwd");
  const named = jsonMember(input, "hook_event_name");
  if (!isSessionId(session_id) || (named !== undefined && named !== event)) return undefined;
  return { session_id, cwd: typeof cwd === "string" ? cwd : undefined };
}

function decoded(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
