import type { SessionId } from "#base/ids.ts";
import type { StopOutput } from "#claude/hook-output.ts";
import { readHostEnvironment } from "#claude/host-environment.ts";
import { namedSession } from "#claude/named-session.ts";
import { isSessionOff } from "#runs/sessions/session-mode.ts";
import type { HookCall } from "./hook-call.ts";

/**
 * Stop: where the gate is off this costs one small file. Everything heavy (schemas, configuration, git,
 * Codex, records) stands behind the one seam.
 */
export async function stop(call: HookCall): Promise<StopOutput> {
  const session = sessionOf(call);
  if (session !== undefined && isSessionOff(call.locations, session)) return {};
  const { answerStop } = await import("./answer-stop.ts");
  return await answerStop(call);
}

/** A session that the input does not name may stand in the environment. */
function sessionOf({ stdin, environment }: HookCall): SessionId | undefined {
  const named = stdin.kind === "text" ? namedSession("Stop", stdin.text) : undefined;
  return named?.session_id ?? readHostEnvironment(environment).sessionId;
}
