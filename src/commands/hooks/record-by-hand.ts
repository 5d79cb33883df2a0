import type { SessionId } from "#base/ids.ts";
import { oneLine } from "#base/text.ts";
import type { HookEvent } from "#claude/hook-input.ts";
import type { HostEnvironment } from "#claude/host-environment.ts";
import { holdsLease } from "#codex/server/lease.ts";
import { failureOf } from "#commands/failure-of.ts";
import { failureMessage } from "#gate/failure/failure-message.ts";
import { readRequests, writeRequest } from "#runs/sessions/requests.ts";
import type { HookCall } from "./hook-call.ts";

/** What a hook was told that runs in agents' shells, and what these say of their hosts. */
type CallByHand = {
  readonly session_id: SessionId;
  readonly cwd?: string | undefined;
  readonly shells: readonly HostEnvironment[];
};

/**
 * Puts on record that the shell of a live session's agent ran a hook, for that session's next stop to
 * show. Returns what the hook is answered, or `undefined` where no live session has such a shell.
 */
export async function recordByHand(
  call: HookCall,
  event: HookEvent,
  { shells, ...input }: CallByHand,
): Promise<{ readonly systemMessage: string } | undefined> {
  const shell = shells.find(({ pid }) => pid !== undefined && holdsLease(call.locations.leases, pid));
  if (shell === undefined) return undefined;
  const systemMessage = `Countersign: this ${event} was not run by Claude Code but in the agent's shell, so nothing was done. It is on record, and the user is told.`;
  try {
    await record(call, event, { ...input, agentSession: shell.sessionId ?? null });
    return { systemMessage };
  } catch (error) {
    return { systemMessage: `${systemMessage} ${oneLine(failureMessage(failureOf(error)))}` };
  }
}

/** One open record for each event of a session is enough: a loop of calls must not fill the state. */
async function record(
  { locations, askedAt }: HookCall,
  event: HookEvent,
  {
    session_id,
    cwd,
    agentSession,
  }: Omit<CallByHand, "shells"> & {
    readonly agentSession: SessionId | null;
  },
): Promise<void> {
  const session = agentSession ?? session_id;
  const isKnown = readRequests(locations).requests.some(
    ({ request, answers }) =>
      answers.length === 0 &&
      request.session === session &&
      request.ask.kind === "hook" &&
      request.ask.event === event,
  );
  if (isKnown) return;
  await writeRequest(locations, {
    at: askedAt.toISOString(),
    ask: { kind: "hook", event, about: session_id },
    session,
    by: "agent-shell",
    agentSession,
    words: ["hook", event],
    cwd: cwd ?? "",
    tty: false,
  });
}
