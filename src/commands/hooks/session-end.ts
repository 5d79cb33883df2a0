import type { SessionEndOutput } from "#claude/hook-output.ts";
import { readHostEnvironment } from "#claude/host-environment.ts";
import { dropLease } from "#codex/server/lease.ts";
import type { HookCall } from "./hook-call.ts";
import { readHookInput } from "./read-hook-input.ts";

/**
 * SessionEnd: drops this session's own lease and nothing else. It also fires for `/clear` and for
 * commands such as `claude plugin install`, with a session id that nobody knows.
 */
export async function sessionEnd(call: HookCall): Promise<SessionEndOutput> {
  const reading = readHookInput("SessionEnd", call);
  const { pid } = readHostEnvironment(call.environment);
  if (reading.kind === "input" && pid !== undefined) {
    const { refuseByHand } = await import("./by-hand.ts");
    if ((await refuseByHand(call, "SessionEnd", reading.input)) !== undefined) return {};
    dropLease(call.locations.leases, reading.input.session_id, pid);
  }
  return {};
}
