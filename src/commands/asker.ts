import * as z from "zod/mini";
import { SessionId } from "#base/ids.ts";
import { readHostEnvironment } from "#claude/host-environment.ts";
import { liveLeases } from "#codex/server/lease.ts";
import type { Locations } from "#runs/locations.ts";
import type { Request } from "#runs/sessions/request.ts";
import type { Call } from "./command.ts";

/** Who calls a command, as far as it can be told, and in whose session. */
export type Asker = Pick<Request, "by" | "agentSession">;

/**
 * Returns who calls. An agent's shell is known by what Claude Code sets in it, by a shell above it
 * that was started so, and by a host of a live session among its ancestors: taking a variable out of
 * the environment hides nobody. A program that left its ancestors behind (`setsid`, `nohup`, a job of
 * the system) has no terminal either; while a session lives it counts as nobody that is known.
 */
export function askerOf(call: Call, locations: Locations): Asker {
  const host = readHostEnvironment(call.environment);
  if (host.underAgent) return { by: "agent-shell", agentSession: host.sessionId ?? null };
  const { ancestors, fromAgentShell, terminal } = call.descent();
  const leases = liveLeases(locations.leases);
  const above = leases.filter((lease) => ancestors.includes(lease.process.pid));
  if (fromAgentShell || above.length > 0) {
    return { by: "agent-shell", agentSession: onlySession(above.map(({ sessionId }) => sessionId)) };
  }
  return { by: terminal || leases.length === 0 ? "terminal" : "no-terminal", agentSession: null };
}

/** One host holds several sessions in turn: which of them is meant is then not known. */
function onlySession(ids: readonly string[]): SessionId | null {
  const [first, ...others] = new Set(ids);
  const id = z.safeParse(SessionId, first);
  return id.success && others.length === 0 ? id.data : null;
}
