import type { SessionEndOutput } from "#claude/hook-output.ts";
import { readHostEnvironment } from "#claude/host-environment.ts";
import { namedSession } from "#claude/named-session.ts";
import { dropLease } from "#codex/server/drop-lease.ts";
import type { HookCall } from "./hook-call.ts";

/**
 * SessionEnd: drops this session's own lease and nothing else. It also fires for `/clear` and for
 * commands such as `claude plugin install`, with a session id that nobody knows.
 */
export async function sessionEnd(call: HookCall): Promise<SessionEndOutput> {
  const { pid } = readHostEnvironment(call.environment);
  const ended = call.stdin.kind === "text" ? namedSession("SessionEnd", call.stdin.text) : undefined;
  if (ended !== undefined && pid !== undefined) {
    const { refuseByHand } = await import("./by-hand.ts");
    if ((await refuseByHand(call, "SessionEnd", ended)) !== undefined) return {};
    dropLease(call.locations.leases, ended.session_id, pid);
  }
  return {};
}
