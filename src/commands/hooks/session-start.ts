import type { SessionStartOutput } from "#claude/hook-output.ts";
import type { HookCall } from "./hook-call.ts";
import { readHookInput } from "./read-hook-input.ts";

/**
 * SessionStart: pins the configuration and, where the gate is on, takes the lease and the
 * baseline and starts the server without waiting. It prints nothing that the model could read.
 */
export async function sessionStart(call: HookCall): Promise<SessionStartOutput> {
  const reading = readHookInput("SessionStart", call);
  if (reading.kind === "bad-input") {
    return {
      systemMessage: `Countersign: the host's session start could not be read (${reading.detail}); the first stop will take a baseline instead.`,
    };
  }
  const { beginSession } = await import("./begin-session.ts");
  return await beginSession(call, reading.input);
}
