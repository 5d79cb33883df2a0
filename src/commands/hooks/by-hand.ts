import { readlinkSync } from "node:fs";
import { basename } from "node:path";
import type { SessionId } from "#base/ids.ts";
import { ancestorsOf, variablesAtStart } from "#base/process-tree.ts";
import { oneLine } from "#base/text.ts";
import type { HookEvent } from "#claude/hook-input.ts";
import { readHostEnvironment } from "#claude/host-environment.ts";
import { holdsLease } from "#codex/server/lease.ts";
import { failureOf } from "#commands/failure-of.ts";
import { failureMessage } from "#gate/failure/failure-message.ts";
import { readRequests, writeRequest } from "#runs/requests.ts";
import type { HookCall } from "./hook-call.ts";

/** Claude Code 2.1.330 tells its programs apart: `…_agent` in the agent's shell, `…_harness` in a hook. */
const AGENTS_SHELL = /_agent$/;
const SHELL = /^(?:(?:ba|da|z|k|mk|a|fi|c|tc)?sh|busybox)$/;

/**
 * Returns what is answered to a hook that the agent's shell runs, instead of the host of a live
 * session; `undefined` where the host runs it, or nobody can tell (no /proc). An event that the agent
 * makes up could take its work for the state to begin from, or have told to it what the user should
 * read. Nothing comes of it but a record, which the session's next stop shows.
 */
export async function refuseByHand(
  call: HookCall,
  event: HookEvent,
  input: { readonly session_id: SessionId; readonly cwd?: string | undefined },
): Promise<{ readonly systemMessage: string } | undefined> {
  const agentSession = agentBehind(call, process.platform);
  if (agentSession === undefined) return undefined;
  const systemMessage = `Countersign: this ${event} was not run by Claude Code but in the agent's shell, so nothing was done. It is on record, and the user is told.`;
  try {
    await record(call, event, { ...input, agentSession });
    return { systemMessage };
  } catch (error) {
    return { systemMessage: `${systemMessage} ${oneLine(failureMessage(failureOf(error)))}` };
  }
}

/**
 * The session of the agent in whose shell this hook runs. Only what lies between the hook and the
 * host that it names is looked at: an agent that another agent started has hooks of its own.
 */
function agentBehind(call: HookCall, platform: NodeJS.Platform): SessionId | null | undefined {
  if (platform !== "linux") return undefined;
  const host = readHostEnvironment(call.environment).pid;
  for (const pid of ancestorsOf(process.pid, platform)) {
    if (pid === host && !isShell(pid)) return undefined;
    const variables = variablesAtStart(pid);
    if (!AGENTS_SHELL.test(variables?.get("AI_AGENT") ?? "")) continue;
    const shell = readHostEnvironment(Object.fromEntries(variables ?? []));
    if (shell.pid !== undefined && holdsLease(call.locations.leases, shell.pid)) {
      return shell.sessionId ?? null;
    }
  }
  return undefined;
}

/** A shell that calls itself the host is none. */
function isShell(pid: number): boolean {
  try {
    return SHELL.test(basename(readlinkSync(`/proc/${pid}/exe`)));
  } catch {
    return false;
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
  }: {
    readonly session_id: SessionId;
    readonly cwd?: string | undefined;
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
