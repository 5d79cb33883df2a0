import type { SessionStartOutput } from "#claude/hook-output.ts";
import type { HookCall } from "./hook-call.ts";

/**
 * SessionStart: pins the configuration and, where the gate is on, takes the lease and the
 * baseline and starts the server without waiting. It prints nothing that the model could read.
 */
export async function sessionStart(call: HookCall): Promise<SessionStartOutput> {
  const { beginSession } = await import("./begin-session.ts");
  return await beginSession(call);
}
