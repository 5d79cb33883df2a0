import { readlinkSync } from "node:fs";
import { basename } from "node:path";
import type { SessionId } from "#base/ids.ts";
import { ancestorsOf, variablesAtStart } from "#base/process-tree.ts";
import type { HookEvent } from "#claude/hook-input.ts";
import { type HostEnvironment, readHostEnvironment } from "#claude/host-environment.ts";
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
  const shells = agentShellsBehind(call, process.platform);
  if (shells.length === 0) return undefined;
  const { recordByHand } = await import("./record-by-hand.ts");
  return await recordByHand(call, event, { ...input, shells });
}

/**
 * The agents' shells that this hook runs in, the nearest first, as their environments tell of their
 * hosts. Only what lies between the hook and the host that it names is looked at: an agent that another
 * agent started has hooks of its own.
 */
function agentShellsBehind(call: HookCall, platform: NodeJS.Platform): readonly HostEnvironment[] {
  if (platform !== "linux") return [];
  const host = readHostEnvironment(call.environment).pid;
  const ancestors = ancestorsOf(process.pid, platform);
  const end = ancestors.findIndex((pid) => pid === host && !isShell(pid));
  return (end === -1 ? ancestors : ancestors.slice(0, end)).flatMap((pid) => {
    const variables = variablesAtStart(pid);
    if (!AGENTS_SHELL.test(variables?.get("AI_AGENT") ?? "")) return [];
    return readHostEnvironment(Object.fromEntries(variables ?? []));
  });
}

/** A shell that calls itself the host is none. */
function isShell(pid: number): boolean {
  try {
    return SHELL.test(basename(readlinkSync(`/proc/${pid}/exe`)));
  } catch {
    return false;
  }
}
