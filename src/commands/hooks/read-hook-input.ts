import { errorText } from "#base/fault.ts";
import type { SessionId } from "#base/ids.ts";
import {
  type HookEvent,
  parseHookInput,
  type SessionEndInput,
  type SessionStartInput,
  type StopInput,
} from "#claude/hook-input.ts";
import { readHostEnvironment } from "#claude/host-environment.ts";
import type { HookCall } from "./hook-call.ts";

type Inputs = {
  readonly SessionStart: SessionStartInput;
  readonly Stop: StopInput;
  readonly SessionEnd: SessionEndInput;
};

/** What the host said, or why it cannot be used and which session it was about as far as that is known. */
export type HookReading<E extends HookEvent> =
  | { readonly kind: "input"; readonly input: Inputs[E] }
  | { readonly kind: "bad-input"; readonly detail: string; readonly session: SessionId | undefined };

/** Parses a hook's stdin once. A session that the input does not name may stand in the environment. */
export function readHookInput<E extends HookEvent>(event: E, call: HookCall): HookReading<E> {
  const session = readHostEnvironment(call.environment).sessionId;
  if (call.stdin.kind === "unusable") return { kind: "bad-input", detail: call.stdin.detail, session };
  try {
    return { kind: "input", input: parseHookInput(event, call.stdin.text) };
  } catch (error) {
    return { kind: "bad-input", detail: errorText(error), session };
  }
}
