import type { StopOutput } from "#claude/hook-output.ts";
import { readSession } from "#runs/session-file.ts";
import type { HookCall } from "./hook-call.ts";
import { configToPin, modeOf } from "./pinned-config.ts";
import { readHookInput } from "./read-hook-input.ts";

/**
 * Stop: where the gate is off this costs one small file. Everything heavy (git, Codex, records)
 * stands behind the one seam.
 */
export async function stop(call: HookCall): Promise<StopOutput> {
  const reading = readHookInput("Stop", call);
  if (reading.kind === "bad-input") {
    const { refuseStop } = await import("./refuse-stop.ts");
    return await refuseStop(call, reading);
  }
  const { input } = reading;
  const read = readSession(call.locations, input.session_id);
  const known = read.kind === "session" ? read.session : undefined;
  const standing = known ?? { pinned: configToPin(call, input.cwd, undefined) };
  if (modeOf(standing, known?.baseline?.root ?? input.cwd) === "off") return {};
  const { decideStop } = await import("./decide-stop.ts");
  return await decideStop({
    call,
    input,
    pinned: standing.pinned,
    receiptsBefore: known?.receipts.count ?? 0,
  });
}
