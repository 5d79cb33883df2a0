import type { SessionStartOutput } from "#claude/hook-output.ts";
import { readSession } from "#runs/session-file.ts";
import type { HookCall } from "./hook-call.ts";
import { configToPin, modeOf } from "./pinned-config.ts";
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
  const { input } = reading;
  const read = readSession(call.locations, input.session_id);
  const known = read.kind === "session" ? read.session : undefined;
  const pinned =
    known !== undefined && input.source === "compact"
      ? known.pinned
      : configToPin(call, input.cwd, known?.pinned.config);
  if (known === undefined && modeOf({ pinned }, input.cwd) === "off") return {};
  const { beginSession } = await import("./begin-session.ts");
  return await beginSession(call, input, pinned);
}
