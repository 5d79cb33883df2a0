import type { StopOutput } from "#claude/hook-output.ts";
import { decideStop } from "#commands/stop/decide-stop.ts";
import { readSession } from "#runs/sessions/session-file.ts";
import { refuseByHand } from "./by-hand.ts";
import type { HookCall } from "./hook-call.ts";
import { configToPin, modeOf } from "./pinned-config.ts";
import { readHookInput } from "./read-hook-input.ts";
import { refuseStop } from "./refuse-stop.ts";

/** Answers a Stop of a session that is not known to be off. A session without a record pins its configuration now. */
export async function answerStop(call: HookCall): Promise<StopOutput> {
  const reading = readHookInput("Stop", call);
  if (reading.kind === "bad-input") return await refuseStop(call, reading);
  const { input } = reading;
  const refused = await refuseByHand(call, "Stop", input);
  if (refused !== undefined) return refused;
  const read = readSession(call.locations, input.session_id);
  const known = read.kind === "session" ? read.session : undefined;
  const pinned = known?.pinned ?? configToPin(call, input.cwd, undefined);
  if (known === undefined && modeOf({ pinned }) === "off") return {};
  return await decideStop({ call, input, pinned, receiptsBefore: known?.receipts.count ?? 0 });
}
