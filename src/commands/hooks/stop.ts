import type { StopOutput } from "#claude/hook-output.ts";
import { isSessionOff } from "#runs/session-mode.ts";
import type { HookCall } from "./hook-call.ts";
import { readHookInput } from "./read-hook-input.ts";

/**
 * Stop: where the gate is off this costs one small file. Everything heavy (configuration, git,
 * Codex, records) stands behind the one seam.
 */
export async function stop(call: HookCall): Promise<StopOutput> {
  const reading = readHookInput("Stop", call);
  const session = reading.kind === "input" ? reading.input.session_id : reading.session;
  if (session !== undefined && isSessionOff(call.locations, session)) return {};
  const { answerStop } = await import("./answer-stop.ts");
  return await answerStop(call, reading);
}
